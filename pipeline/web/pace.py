"""Turns at hosts: how many requests at once, how far apart, and when to leave a host alone."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MAX_CONNECT_S = 3.0  # our own choice: whoever connects longer than this keeps no other waiting


@dataclass(kw_only=True)
class Pace:
    """Gives requests their turn at a host, first come, first served.

    It remembers every host that it saw, so it lives as long as a shard or a site's crawl.

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

        Yields what is to be called when the request is really sent: the interval counts from
        there. A new connection takes time, and the next request might go out on an old one.
        """
        state, interval_s = self._hosts[host], max(self.interval_s, interval_s)
        async with state.slots:
            await state.gate.acquire()
            start = _Start(state, interval_s)
            try:
                await state.wait()
                start.count_from_here()
                yield start.end
            finally:
                start.end()

    def hold(self, host: str, seconds: float) -> None:
        """Lets no turn at `host` begin for so long, those included that wait already."""
        self._hosts[host].rest(seconds)


@dataclass
class _Host:
    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_start: float = 0.0

    async def wait(self) -> None:
        """Waits for the next start, which may move meanwhile."""
        loop = asyncio.get_running_loop()
        while (left_s := self.next_start - loop.time()) > 0:
            await asyncio.sleep(left_s)

    def rest(self, seconds: float) -> None:
        """Lets the next turn begin no sooner than so long from now."""
        self.next_start = max(self.next_start, asyncio.get_running_loop().time() + seconds)


class _Start:
    """The time in which a request goes out and the host's gate is closed for others."""

    def __init__(self, state: _Host, interval_s: float) -> None:
        self._state = state
        self._interval_s = interval_s
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def count_from_here(self) -> None:
        """Lets others in at once if no interval is due, else at the latest when time is up."""
        if self._interval_s > 0:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(MAX_CONNECT_S, self._interval_s), self.end)
        else:
            self.end()

    def end(self) -> None:
        """Begins the interval, once."""
        if not self._is_over:
            self._is_over = True
            self._state.rest(self._interval_s)
            self._state.gate.release()
        if self._timer:
            self._timer.cancel()
