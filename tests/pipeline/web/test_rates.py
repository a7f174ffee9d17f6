import asyncio
import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web import rates
from pipeline.web.client import WebClient
from pipeline.web.rates import MAX_AHEAD_S, Rates, take
from pipeline.web.shared_turns import ALL_BYTES, ALL_REQUESTS, SharedTurns
from tests.pipeline.web.bad_server import ok, serve, web_options

WORKERS = 4
EACH = 10
RATE = 20.0

TAKE = """
import asyncio, sys, time
from pipeline.web.rates import Rates
from pipeline.web.shared_turns import SharedTurns

async def main():
    limit = {sys.argv[2]: float(sys.argv[3])}
    rates = Rates(**limit, shared=SharedTurns(sys.argv[1]))
    for _ in range(int(sys.argv[4])):
        await rates.wait("e.org")
        print(time.monotonic())

asyncio.run(main())
"""


@given(
    rate=st.floats(0.1, 1000),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_no_stretch_of_time_has_more_than_its_rate_and_one_full_bucket(
    rate: float, pauses: list[float]
) -> None:
    cost_s, burst_s = 1 / rate, max(0.0, 1 - 1 / rate)
    paid_until, now, starts = 0.0, 1000.0, []
    for pause in pauses:
        now += pause
        while (taken := take(paid_until, now, cost_s, burst_s)).wait_s:
            now += taken.wait_s
        paid_until = taken.paid_until
        starts.append(now)
    capacity = max(1.0, rate)
    for first, last in itertools.combinations(range(len(starts)), 2):
        length_s = starts[last] - starts[first]
        assert last - first + 1 <= rate * length_s + capacity + 1e-6


def test_a_bucket_that_was_paid_before_a_reboot_counts_as_full() -> None:
    assert take(1e9, 5.0, 1.0, 0.0) == (6.0, 0.0)
    assert take(5.0 + MAX_AHEAD_S, 5.0, 1.0, 0.0).wait_s == MAX_AHEAD_S


@pytest.mark.parametrize("limit", ["host_rate", "rate"])
def test_processes_draw_from_one_bucket(tmp_path: Path, limit: str) -> None:
    command = [sys.executable, "-c", TAKE, str(tmp_path / "turns"), limit, str(RATE), str(EACH)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    starts = sorted(float(line) for worker in workers for line in worker.communicate()[0].split())
    assert len(starts) == WORKERS * EACH
    # A process may be put to sleep between its turn and its clock: one turn of each is forgiven.
    assert len(starts) <= RATE * (starts[-1] - starts[0]) + RATE + WORKERS


def test_hosts_have_buckets_of_their_own_and_one_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    clock = [100.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(rates.asyncio, "sleep", sleep)
    monkeypatch.setattr(rates.time, "monotonic", lambda: clock[0])

    async def run(limits: Rates) -> list[float]:
        slept.clear()
        for host in ("a.org", "b.org", "a.org"):
            await limits.wait(host)
        return [*slept]

    assert asyncio.run(run(Rates(host_rate=0.5))) == [2.0]
    assert asyncio.run(run(Rates(rate=0.5))) == [2.0, 2.0]
    assert asyncio.run(run(Rates())) == []


def test_bytes_are_paid_for_by_those_who_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]

    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(rates.asyncio, "sleep", sleep)
    monkeypatch.setattr(rates.time, "monotonic", lambda: clock[0])

    async def run() -> list[float]:
        limits, starts = Rates(bytes_per_s=1000.0), []
        for size in (5000, 100, 100, 0):
            await limits.wait("a.org")
            starts.append(clock[0])
            limits.spend(size)
        return starts

    # One second's worth is free: 5,000 bytes are paid in five seconds, four of them waited for.
    assert asyncio.run(run()) == pytest.approx([100.0, 104.0, 104.1, 104.2])


def test_a_debt_has_an_end() -> None:
    limits = Rates(bytes_per_s=1000.0)
    for _ in range(3):
        limits.spend(10**9)
    with limits._buckets.change(ALL_BYTES) as bucket:
        wait_s = take(bucket.paid_until, bucket.paid_until - MAX_AHEAD_S, 0.0, 1.0).wait_s
    assert wait_s == pytest.approx(MAX_AHEAD_S - 1)


def test_the_shared_buckets_lie_apart_from_the_hosts_rests(tmp_path: Path) -> None:
    turns = SharedTurns(str(tmp_path / "turns"))
    turns.rest("e.org", 5.0)
    for number in (0, ALL_REQUESTS, ALL_BYTES):
        with turns.paid.change(number) as bucket:
            assert bucket.paid_until == 0.0
            bucket.paid_until = 3.0
    assert turns.next_start("e.org") == 5.0
    turns.close()


def test_a_client_draws_for_every_request_and_pays_for_every_body() -> None:
    async def run() -> tuple[int, float]:
        async with serve({"/": ok(b"x" * 5000)}) as site:
            options = web_options(site.address)
            limits = {"host_rate": 1000.0, "rate": 1000.0, "bytes_per_s": 1e6}
            made = {name: getattr(options, name) for name in options.__slots__}
            async with WebClient(type(options)(**made | limits)) as client:
                for _ in range(3):
                    await client.fetch(site.url(), deadline_s=5, max_bytes=9999, accept="*/*")
                assert client._rates
                with client._rates._buckets.change(ALL_BYTES) as paid:
                    bytes_until = paid.paid_until
                with client._rates._buckets.change(ALL_REQUESTS) as paid:
                    requests_until = paid.paid_until
            return len(site.requests), bytes_until - requests_until

    requests, ahead_s = asyncio.run(run())
    assert requests == 3
    assert ahead_s > 0
