import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from pipeline.web.origin_cache import MAX_AGE_S, OriginCache

T = TypeVar("T")
A = "http://a.example/1"


def run(coroutine: Coroutine[None, None, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, 5))


class Asked(list[str]):
    async def __call__(self, origin: str) -> int:
        self.append(origin)
        await asyncio.sleep(0)
        return len(self)


def test_one_question_an_origin_whoever_asks() -> None:
    async def ask() -> list[str]:
        asked = Asked()
        cache = OriginCache(asked)
        urls = [f"{A}{i}" for i in range(9)] + ["https://a.example/", "http://a.example:8080/x"]
        answers = await asyncio.gather(*(cache.get(url) for url in urls))
        assert answers == [3] * 11  # each had to wait for all, as they were asked at once
        return asked

    assert run(ask()) == ["http://a.example", "https://a.example", "http://a.example:8080"]


@pytest.mark.parametrize(("hours", "count"), [(23, 1), (24, 1), (25, 2)])
def test_53_asked_again_after_a_day(hours: float, count: int) -> None:
    async def ask() -> int:
        now, asked = [0.0], Asked()
        cache = OriginCache(asked, clock=lambda: now[0])
        await cache.get(A)
        now[0] = hours * 3600
        await cache.get(A)
        return len(asked)

    assert MAX_AGE_S == 24 * 3600
    assert run(ask()) == count


def test_whoever_gives_up_leaves_the_question_to_the_others() -> None:
    async def ask() -> int:
        cache = OriginCache(Asked())
        first = asyncio.create_task(cache.get(A))
        second = asyncio.create_task(cache.get(A))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert run(ask()) == 1


def test_no_more_origins_are_kept_than_allowed() -> None:
    async def ask() -> list[str]:
        asked = Asked()
        cache = OriginCache(asked, max_origins=2)
        for name in "abcb":
            await cache.get(f"http://{name}/")
        await cache.get("http://a/")
        return asked

    assert run(ask()) == ["http://a", "http://b", "http://c", "http://a"]


def test_a_question_in_flight_is_not_forgotten() -> None:
    async def ask() -> list[str]:
        asked = Asked()
        cache = OriginCache(asked, max_origins=1)
        await asyncio.gather(*(cache.get(f"http://{name}/") for name in "abab"))
        return asked

    assert run(ask()) == ["http://a", "http://b"]


def test_close_ends_what_is_in_flight() -> None:
    async def ask() -> None:
        async def never(origin: str) -> int:
            await asyncio.sleep(3600)
            raise AssertionError(origin)

        cache = OriginCache(never)
        asker = asyncio.create_task(cache.get(A))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asker.cancel()
        await cache.close()

    run(ask())


def test_a_forgotten_answer_is_asked_for_again_but_not_one_in_flight() -> None:
    async def ask() -> list[int]:
        cache = OriginCache(Asked())
        answers = [await cache.get(A)]
        cache.forget(A)
        cache.forget("http://never.example/")
        waiting = asyncio.create_task(cache.get(A))
        await asyncio.sleep(0)
        cache.forget(A)
        return [*answers, await cache.get(A), await waiting]

    assert run(ask()) == [1, 2, 2]
