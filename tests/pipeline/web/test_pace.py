import asyncio

import pytest

from pipeline.web.pace import Pace


def test_no_more_turns_at_once_than_allowed() -> None:
    async def run() -> int:
        pace, now, most = Pace(connections=2), 0, 0

        async def one() -> None:
            nonlocal now, most
            async with pace.turn("a"):
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.001)
                now -= 1

        await asyncio.gather(*(one() for _ in range(10)))
        return most

    assert asyncio.run(run()) == 2


def test_starts_are_an_interval_apart_per_host() -> None:
    async def run() -> dict[str, list[float]]:
        pace = Pace(connections=4, interval_s=0.01)
        starts: dict[str, list[float]] = {"a": [], "b": []}

        async def one(host: str, interval_s: float) -> None:
            async with pace.turn(host, interval_s):
                starts[host].append(asyncio.get_running_loop().time())

        await asyncio.gather(*(one("a", 0) for _ in range(4)), *(one("b", 0.03) for _ in range(3)))
        return starts

    starts = asyncio.run(run())
    for host, interval_s in (("a", 0.01), ("b", 0.03)):
        gaps = [b - a for a, b in zip(starts[host], starts[host][1:], strict=False)]
        # A timer may fire early by the clock's resolution, never by more.
        assert min(gaps) >= interval_s - 0.002


def test_a_request_that_fails_gives_its_turn_back() -> None:
    async def run() -> None:
        pace = Pace(connections=1)
        for _ in range(3):
            try:
                async with pace.turn("a"):
                    raise ConnectionError
            except ConnectionError:
                pass

    asyncio.run(asyncio.wait_for(run(), 5))


def test_a_hold_moves_those_that_wait_already() -> None:
    async def run() -> list[float]:
        pace, starts = Pace(connections=2, interval_s=0.01), []
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def one() -> None:
            async with pace.turn("a"):
                starts.append(loop.time() - begun)

        waiting = [asyncio.create_task(one()) for _ in range(3)]
        await asyncio.sleep(0.005)  # the first has begun, the second waits for its start
        pace.hold("a", 0.1)
        await asyncio.gather(*waiting)
        return starts

    first, second, third = asyncio.run(run())
    assert first < 0.05
    assert second >= 0.1
    assert third - second >= 0.008


def test_the_interval_counts_from_when_a_request_is_really_sent() -> None:
    async def run() -> float:
        pace, loop = Pace(connections=2, interval_s=0.05), asyncio.get_running_loop()
        sent = []

        async def one(connect_s: float) -> None:
            async with pace.turn("a") as on_sent:
                await asyncio.sleep(connect_s)
                sent.append(loop.time())
                on_sent()

        await asyncio.gather(one(0.2), one(0.0))
        return sent[1] - sent[0]

    assert asyncio.run(run()) >= 0.048


def test_one_that_cannot_connect_keeps_the_others_waiting_no_longer_than_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.web.pace.MAX_CONNECT_S", 0.05)

    async def run(interval_s: float) -> float:
        pace, loop = Pace(connections=2, interval_s=interval_s), asyncio.get_running_loop()
        begun = loop.time()

        async def hang() -> None:
            async with pace.turn("a"):
                await asyncio.sleep(0.5)

        async def one() -> float:
            async with pace.turn("a"):
                return loop.time() - begun

        hanging = asyncio.create_task(hang())
        await asyncio.sleep(0)
        waited_s = await one()
        hanging.cancel()
        return waited_s

    assert 0.05 <= asyncio.run(run(0.01)) < 0.4
    assert asyncio.run(run(0.0)) < 0.04
