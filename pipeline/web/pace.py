"""Turns at hosts: how many requests at once, how far apart, and when to leave a host alone."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial


@dataclass(kw_only=True)
class Pace:
    """Gives requests their turn at a host, first come, first served.

    It remembers every host that it saw, so it lives as long as a shard or a crawl, not longer.

    Attributes:
        connections: Turns that one host has at once.
        interval_s: Least time between the starts of two turns at a host.
    """

    connections: int
    interval_s: float = 0.0
    _hosts: dict[str, "_Host"] = field(init=False)

    def __post_init__(self) -> None:
        self._hosts = defaultdict(lambda: _Host(asyncio.Semaphore(self.connections)))

    @asynccontextmanager
    async def turn(self, host: str, interval_s: float = 0.0) -> AsyncIterator[Callable[[], None]]:
        """Waits for a turn at `host` and holds it; `interval_s` may ask for more than our own.

        Yields what is to be called when the request is really sent: a new connection takes time,
        and without that the next request, on an old one, would come too soon after.
        """
        state, interval_s = self._hosts[host], max(self.interval_s, interval_s)
        async with state.slots:
            await state.wait(interval_s)
            yield partial(state.rest, interval_s)

    def hold(self, host: str, seconds: float) -> None:
        """Lets no turn at `host` begin for so long, those included that wait already."""
        self._hosts[host].rest(seconds)


@dataclass
class _Host:
    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_start: float = 0.0

    async def wait(self, interval_s: float) -> None:
        """Waits for the next start; one at a time, so that a hold moves all that come after it."""
        loop = asyncio.get_running_loop()
        async with self.gate:
            while (left_s := self.next_start - loop.time()) > 0:
                await asyncio.sleep(left_s)
            self.next_start = loop.time() + interval_s

    def rest(self, seconds: float) -> None:
        """Lets the next turn begin no sooner than so long from now."""
        self.next_start = max(self.next_start, asyncio.get_running_loop().time() + seconds)
