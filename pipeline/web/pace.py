"""Turns at hosts: how many requests at once, how far apart, and when to leave a host alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

from pipeline.web.rates import Rates
from pipeline.web.shared_turns import SharedTurns

MAX_CONNECT_S = 3.0  # our own choice: whoever connects longer than this keeps no other waiting


@dataclass(kw_only=True)
class Pace:
    """Gives requests their turn at a host, first come, first served.

    It remembers every host that it saw, so it lives as long as a shard or a site's crawl.

    Attributes:
        connections: Turns that one host has at once.
        interval_s: Least time between the starts of two turns at a host.
        shared: Turns of other processes, to be counted as well.
        rates: Token buckets to draw from before a turn begins.
    """

    connections: int
    interval_s: float = 0.0
    shared: SharedTurns | None = None
    rates: Rates | None = None
    _hosts: "_Hosts" = field(init=False)

    def __post_init__(self) -> None:
        self._hosts = _Hosts(self.connections, self.shared)

    @asynccontextmanager
    async def turn(self, host: str, interval_s: float = 0.0) -> AsyncIterator[Callable[[], None]]:
        """Waits for a turn at `host` and holds it; `interval_s` may ask for more than our own.

        Yields what is to be called when the request is really sent: the interval counts from
        there. A new connection takes time, and the next request might go out on an old one.
        """
        state, interval_s = self._hosts[host], max(self.interval_s, interval_s)
        async with state.slots, state.shared_turn(self.connections):
            await state.close_gate(interval_s)
            start = _Start(state, interval_s)
            try:
                if self.rates:
                    await self.rates.wait(host)
                await state.wait()
                start.count_from_here()
                yield start.end
            finally:
                start.end()

    def hold(self, host: str, seconds: float) -> None:
        """Lets no turn at `host` begin for so long, those included that wait already."""
        self._hosts[host].rest(seconds)


class _Hosts(dict[str, "_Host"]):
    """Every host that was asked for, made when it is."""

    def __init__(self, connections: int, shared: SharedTurns | None) -> None:
        super().__init__()
        self._connections = connections
        self._shared = shared

    def __missing__(self, host: str) -> "_Host":
        state = _Host(host, asyncio.Semaphore(self._connections), self._shared)
        self[host] = state
        return state


@dataclass
class _Host:
    name: str
    slots: asyncio.Semaphore
    shared: SharedTurns | None
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_gate_shared: bool = False
    next_start: float = 0.0

    def shared_turn(self, connections: int) -> AbstractAsyncContextManager[None]:
        """Returns the turn that other processes count too."""
        return self.shared.turn(self.name, connections) if self.shared else nullcontext()

    async def close_gate(self, interval_s: float) -> None:
        """Waits for our turn to send; without an interval other processes need not wait for it."""
        await self.gate.acquire()
        if self.shared and interval_s > 0:
            try:
                await self.shared.close_gate(self.name)
            except BaseException:
                self.gate.release()
                raise
            self.is_gate_shared = True

    def open_gate(self) -> None:
        """Lets the next one send."""
        if self.shared and self.is_gate_shared:
            self.is_gate_shared = False
            self.shared.open_gate(self.name)
        self.gate.release()

    async def wait(self) -> None:
        """Waits for the next start, which may move meanwhile."""
        loop = asyncio.get_running_loop()
        while (left_s := self._next_start() - loop.time()) > 0:
            await asyncio.sleep(left_s)

    def rest(self, seconds: float) -> None:
        """Lets the next turn begin no sooner than so long from now."""
        until = asyncio.get_running_loop().time() + seconds
        self.next_start = max(self.next_start, until)
        if self.shared and seconds > 0:
            self.shared.rest(self.name, until)

    def _next_start(self) -> float:
        shared = self.shared.next_start(self.name) if self.shared else 0.0
        return max(self.next_start, shared)


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
            self._state.open_gate()
        if self._timer:
            self._timer.cancel()
