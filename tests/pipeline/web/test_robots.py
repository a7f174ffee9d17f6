import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

import pytest

from pipeline.web.answer import Answer
from pipeline.web.failures import NoAddress
from pipeline.web.origin_cache import MAX_AGE_S
from pipeline.web.robots import DEFAULT_RETRY_S, MAX_RETRY_S, MAX_TRIES, Robots
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject

T = TypeVar("T")
ORIGIN = "http://a.example"
CLOSED = Answer(status=200, body=b"User-agent: *\nDisallow: /\nCrawl-delay: 2\n")


def to(location: str) -> Answer:
    return Answer(status=302, headers=(("Location", location),))


class Web:
    """Answers by URL; 404 for the others."""

    def __init__(self, answers: Mapping[str, Answer | Exception] | Answer | Exception) -> None:
        if not isinstance(answers, Mapping):
            answers = {f"{ORIGIN}/robots.txt": answers}
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Answer:
        self.asked.append(url)
        await asyncio.sleep(0)
        found = self.answers.get(url, Answer(status=404))
        if isinstance(found, Exception):
            raise found
        return found


def run(coroutine: Coroutine[None, None, T]) -> T:
    return asyncio.run(coroutine)


async def wait_not(seconds: float) -> None:
    assert seconds >= 0


async def outcome(web: Web, url: str = f"{ORIGIN}/x.jpg") -> str:
    try:
        await Robots(web, "foobot", sleep=wait_not).check(url)
    except RecordError as error:
        return error.outcome
    return "ok"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (CLOSED, "robots"),
        (Answer(status=200, body=b"User-agent: other\nDisallow: /"), "ok"),
        (Answer(status=200, body=b""), "ok"),
        (Answer(status=404), "ok"),
        (Answer(status=403), "ok"),
        (Answer(status=410), "ok"),
        (Answer(status=302), "ok"),  # leads nowhere: no robots.txt
        (Answer(status=429), "robots"),
        (Answer(status=500), "robots"),
        (Answer(status=503), "robots"),
        (RecordFailed(Failure.PROTOCOL), "robots"),
        (RecordFailed(Failure.DEADLINE, "-"), "deadline"),
        (RecordFailed(Failure.DNS, "-"), "dns"),
        (RecordFailed(Failure.CONNECT, "-"), "connect"),
        (RecordFailed(Failure.TLS, "-"), "tls"),
        (RecordRejected(Reject.ADDRESS, "-"), "address"),
    ],
)
def test_what_an_answer_means(answer: Answer | Exception, expected: str) -> None:
    assert run(outcome(Web(answer))) == expected


def chain(length: int) -> dict[str, Answer | Exception]:
    urls = [f"{ORIGIN}/robots.txt", *(f"http://b{i}.example/r" for i in range(length))]
    answers: dict[str, Answer | Exception] = {url: to(target) for url, target in pairwise(urls)}
    return answers | {urls[-1]: CLOSED}


def test_redirects_are_followed_across_hosts_and_count_for_the_first() -> None:
    web = Web(chain(5))
    assert run(outcome(web)) == "robots"
    assert len(web.asked) == 6


def test_too_many_redirects_refuse() -> None:
    web = Web(chain(6) | {"http://b5.example/r": Answer(status=404)})
    assert run(outcome(web)) == "robots"
    assert len(web.asked) == 6


def test_a_redirect_to_a_private_address_refuses_as_robots() -> None:
    answers = {
        f"{ORIGIN}/robots.txt": to("http://10.0.0.1/"),
        "http://10.0.0.1/": RecordRejected(Reject.ADDRESS, "-"),
    }
    assert run(outcome(Web(answers))) == "robots"


def test_a_redirect_to_a_file_refuses() -> None:
    assert run(outcome(Web(to("file:///etc/passwd")))) == "robots"


def test_concurrent_askers_share_one_fetch_per_origin() -> None:
    async def ask() -> list[str]:
        web = Web({})
        robots = Robots(web, "foobot")
        urls = [f"{ORIGIN}/{i}" for i in range(20)] + ["https://a.example/", f"{ORIGIN}:8080/"]
        await asyncio.gather(*(robots.check(url) for url in urls))
        return web.asked

    asked = run(ask())
    assert sorted(asked) == sorted(
        [f"{ORIGIN}/robots.txt", "https://a.example/robots.txt", f"{ORIGIN}:8080/robots.txt"]
    )


def test_an_asker_that_gives_up_leaves_the_fetch_to_the_others() -> None:
    async def ask() -> None:
        robots = Robots(Web({}), "foobot")
        first = asyncio.create_task(robots.check(f"{ORIGIN}/1"))
        second = asyncio.create_task(robots.check(f"{ORIGIN}/2"))
        await asyncio.sleep(0)
        first.cancel()
        await second

    run(ask())


def test_it_is_fetched_again_after_a_day() -> None:
    async def ask() -> list[int]:
        now, counts = [0.0], []
        web = Web({})
        robots = Robots(web, "foobot", clock=lambda: now[0])
        for at in (0.0, MAX_AGE_S, MAX_AGE_S + 1):
            now[0] = at
            await robots.check(f"{ORIGIN}/")
            counts.append(len(web.asked))
        return counts

    assert run(ask()) == [1, 1, 2]


async def try_answers(answers: Sequence[Answer]) -> tuple[str, str, list[float], int]:
    """Returns outcome, detail, waits, and how many answers were left."""
    left, waits = list(answers), []

    async def fetch(url: str) -> Answer:
        return left.pop(0)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    try:
        await Robots(fetch, "foobot", sleep=sleep).check(f"{ORIGIN}/x")
    except RecordRejected as error:
        return error.outcome, error.detail, waits, len(left)
    return "ok", "", waits, len(left)


def later(retry_after: str | None, status: int = 429) -> Answer:
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Answer(status=status, headers=headers)


OPEN = Answer(status=404)


@pytest.mark.parametrize(
    ("answers", "outcome", "waits", "left"),
    [
        ([later("7"), OPEN], "ok", [7.0], 0),
        ([later(None), OPEN], "ok", [DEFAULT_RETRY_S], 0),
        ([later("9999"), CLOSED], "robots", [MAX_RETRY_S], 0),
        ([later("Mon, 23 Nov 1998 12:00:00 GMT"), OPEN], "ok", [0.0], 0),
        ([later("1")] * 4, "robots", [1.0, 1.0], 1),
        ([later("1", 503), OPEN], "ok", [1.0], 0),
        ([later(None, 503), OPEN], "robots", [], 1),
        ([later("1", 500), OPEN], "robots", [], 1),
        ([later("1"), Answer(status=500)], "robots", [1.0], 0),
    ],
)
def test_catalogue_51_a_host_that_asks_for_time_gets_it_within_bounds(
    answers: list[Answer], outcome: str, waits: list[float], left: int
) -> None:
    found, detail, waited, unused = run(try_answers(answers))
    assert (found, waited, unused) == (outcome, waits, left)
    if len(waits) == MAX_TRIES - 1:
        assert detail == "robots.txt answers 429, taken as a disallow for this run"


def test_signals_and_sitemaps_are_those_of_the_origin() -> None:
    body = b"User-agent: *\nContent-Usage: /x train-ai=n\nSitemap: /s.xml\n"

    async def ask() -> list[tuple[str, ...]]:
        robots = Robots(Web(Answer(status=200, body=body)), "foobot")
        urls = (f"{ORIGIN}/x", f"{ORIGIN}/y", "http://b/x")
        signals = [await robots.signals(url) for url in urls]
        return [*signals, await robots.sitemaps(ORIGIN), await robots.sitemaps("http://b/")]

    assert run(ask()) == [("robots:train-ai=n",), (), (), ("/s.xml",), ()]


def test_what_cannot_be_read_states_nothing() -> None:
    async def ask() -> tuple[float, tuple[str, ...]]:
        robots = Robots(Web(Answer(status=500)), "foobot")
        return await robots.crawl_delay_s(ORIGIN), await robots.signals(ORIGIN)

    assert run(ask()) == (0.0, ())


def test_crawl_delay_is_that_of_the_origin() -> None:
    async def ask() -> tuple[float, float]:
        robots = Robots(Web(CLOSED), "foobot")
        return await robots.crawl_delay_s(ORIGIN + "/"), await robots.crawl_delay_s("http://b/")

    assert run(ask()) == (2.0, 0.0)


def test_a_bug_reaches_the_asker() -> None:
    with pytest.raises(ZeroDivisionError):
        run(outcome(Web(ZeroDivisionError())))


def test_close_ends_a_fetch_in_flight() -> None:
    async def ask() -> None:
        async def never(url: str) -> Answer:
            await asyncio.sleep(3600)
            raise AssertionError(url)

        robots = Robots(never, "foobot")
        asker = asyncio.create_task(robots.check(f"{ORIGIN}/"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asker.cancel()
        await robots.close()

    run(asyncio.wait_for(ask(), 5))


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (RecordFailed(Failure.DNS, "SERVFAIL"), 3),
        (RecordFailed(Failure.CONNECT), 3),
        (NoAddress(Failure.DNS, "NXDOMAIN"), 1),
        (RecordFailed(Failure.TLS), 1),
        (RecordFailed(Failure.DEADLINE), 1),
    ],
)
def test_what_may_pass_is_not_remembered(error: RecordError, asked: int) -> None:
    async def check() -> int:
        web = Web(error)
        robots = Robots(web, "foobot", sleep=wait_not)
        for _ in range(3):
            with pytest.raises(RecordError):
                await robots.check(f"{ORIGIN}/x.jpg")
        return len(web.asked)

    assert run(check()) == asked
