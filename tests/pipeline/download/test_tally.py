import asyncio
import threading

import pytest

from pipeline.download.tally import SHOWN_HOSTS, Tally
from pipeline.progress import Waiting
from schemas.records import PoolRow
from tests.samples import make_pair


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def ended(row: PoolRow) -> tuple[PoolRow, bytes]:
    return row, b"image"


def test_outcomes_and_bytes_are_counted_as_urls_end() -> None:
    tally = Tally()

    async def run() -> None:
        for number, outcome in enumerate(["ok", "ok", "http_404"]):
            size = 1000 if outcome == "ok" else None
            row = make_pair(number, outcome=outcome, bytes=size)
            assert await tally.watch("http://e.org/x", lambda row=row: ended(row)) == (
                row,
                b"image",
            )

    asyncio.run(run())
    assert tally.figures().counts == {
        ("download", "outcome ok"): 2,
        ("download", "outcome http_404"): 1,
        ("download", "bytes"): 2000,
    }
    assert tally.figures().hosts == {}


def test_hosts_are_known_by_the_time_they_hold_and_forgotten_when_they_let_go() -> None:
    clock = Clock()
    tally = Tally(clock)

    async def run() -> None:
        end = asyncio.Event()

        async def wait() -> tuple[PoolRow, bytes]:
            await end.wait()
            return make_pair(1), b""

        flights = []
        for host, age in (("slow.org", 0), ("slow.org", 2), ("quick.org", 3)):
            clock.now = 100.0 + age
            flights.append(asyncio.create_task(tally.watch(f"http://{host}:8080/{age}", wait)))
            await asyncio.sleep(0)
        clock.now = 104.0
        assert tally.figures().hosts == {"slow.org": Waiting(6.0, 2), "quick.org": Waiting(1.0, 1)}
        end.set()
        await asyncio.gather(*flights)
        assert tally.figures().hosts == {}

    asyncio.run(run())


def test_what_is_given_up_is_no_outcome_and_holds_nobody() -> None:
    tally = Tally()

    async def run() -> None:
        flight = asyncio.create_task(tally.watch("http://e.org/", lambda: asyncio.sleep(60)))
        await asyncio.sleep(0)
        flight.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flight

    asyncio.run(run())
    assert tally.figures().hosts == {}
    assert tally.figures().counts == {("download", "bytes"): 0}


def test_only_the_slowest_hosts_are_told_and_any_thread_may_ask() -> None:
    clock = Clock()
    tally = Tally(clock)

    async def run() -> None:
        hosts = [f"h{n}.org" for n in range(SHOWN_HOSTS + 5)]
        flights = []
        for host in hosts:
            clock.now += 1
            flights.append(
                asyncio.create_task(tally.watch(f"http://{host}/", lambda: asyncio.sleep(60)))
            )
            await asyncio.sleep(0)
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.extend(tally.figures().hosts))
        thread.start()
        thread.join()
        assert found == hosts[:SHOWN_HOSTS]
        for flight in flights:
            flight.cancel()

    asyncio.run(run())
