"""Turns at hosts: how many requests at once, and how far apart."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


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
    async def turn(self, host: str, interval_s: float = 0.0) -> AsyncIterator[None]:
        """Waits for a turn at `host` and holds it; `interval_s` may ask for more than our own."""
        state = self._hosts[host]
        async with state.slots:
            now = asyncio.get_running_loop().time()
            start = max(now, state.next_start)
            state.next_start = start + max(self.interval_s, interval_s)
            if start > now:
                await asyncio.sleep(start - now)
            yield


@dataclass
class _Host:
    slots: asyncio.Semaphore
    next_start: float = 0.0
