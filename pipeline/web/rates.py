"""Token buckets: requests a second to a host and to all, bytes a second from all.

As the generic cell rate algorithm (ITU-T I.371): a bucket is one time, until which it is paid, so
that all processes of a machine can share it. A bucket holds one second's worth.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.web.paid_times import PaidTimes
from pipeline.web.shared_turns import (
    ALL_BYTES,
    ALL_REQUESTS,
    NUM_PAID,
    SharedTurns,
    bucket_of_host,
)

MAX_AHEAD_S = 600.0  # what lies further ahead was written before a reboot


class Taken(NamedTuple):
    """The time until which a bucket is paid now, and how long to wait if nothing was taken."""

    paid_until: float
    wait_s: float


def take(paid_until: float, now: float, cost_s: float, burst_s: float) -> Taken:
    """Returns what taking from a bucket brings.

    Args:
        paid_until: Of the bucket.
        now: On the same clock.
        cost_s: Seconds that the bucket needs to fill up again after this.
        burst_s: How far it may be paid ahead when something is taken.
    """
    if paid_until > now + MAX_AHEAD_S:
        paid_until = now
    if paid_until - burst_s > now:
        return Taken(paid_until, paid_until - burst_s - now)
    return Taken(max(paid_until, now) + cost_s, 0.0)


@dataclass(kw_only=True)
class Rates:
    """What requests wait for, first come, first served within a process.

    Attributes:
        host_rate: Requests a second to one host; None sets no limit.
        rate: Requests a second to all hosts.
        bytes_per_s: Of bodies. They are paid for when they have come, so that no transfer is
            slowed down into its deadline: what is in flight comes on top.
        shared: Buckets of all processes; None for some of our own.
    """

    host_rate: float | None = None
    rate: float | None = None
    bytes_per_s: float | None = None
    shared: SharedTurns | None = None
    _buckets: PaidTimes = field(init=False)
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._buckets = self.shared.paid if self.shared else PaidTimes(bytearray(8 * NUM_PAID))

    async def wait(self, host: str) -> None:
        """Waits until a request may go to `host`."""
        if self.host_rate:
            await self._take(bucket_of_host(host), self.host_rate)
        if self.rate or self.bytes_per_s:
            async with self._turn:
                if self.rate:
                    await self._take(ALL_REQUESTS, self.rate)
                if self.bytes_per_s:
                    await self._wait(ALL_BYTES, 0.0, 1.0)

    def spend(self, num_bytes: int) -> None:
        """Pays for a body."""
        if not self.bytes_per_s or not num_bytes:
            return
        cost_s = num_bytes / self.bytes_per_s
        with self._buckets.change(ALL_BYTES) as bucket:
            now = time.monotonic()
            paid_until = take(bucket.paid_until, now, cost_s, MAX_AHEAD_S).paid_until
            bucket.paid_until = min(paid_until, now + MAX_AHEAD_S)

    async def _take(self, bucket: int, rate: float) -> None:
        await self._wait(bucket, 1 / rate, max(0.0, 1 - 1 / rate))

    async def _wait(self, number: int, cost_s: float, burst_s: float) -> None:
        while True:
            with self._buckets.change(number) as bucket:
                taken = take(bucket.paid_until, time.monotonic(), cost_s, burst_s)
                bucket.paid_until = taken.paid_until
            if not taken.wait_s:
                return
            await asyncio.sleep(taken.wait_s)
