"""What is asked of an origin once: one task for everybody who waits, kept for a day."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

MAX_AGE_S = 24 * 3600.0  # RFC 9309, 2.4
MAX_ORIGINS = 10_000  # StormCrawler's robots cache

T = TypeVar("T")


class OriginCache(Generic[T]):
    """The answer of every origin that a client meets; of too many the oldest are forgotten.

    Args:
        ask: Gets what is kept, from an origin such as `http://a.example:8080`.
        clock: Seconds, monotonic.
        max_origins: Kept at once.
    """

    def __init__(
        self,
        ask: Callable[[str], Coroutine[Any, Any, T]],
        clock: Callable[[], float] = time.monotonic,
        max_origins: int = MAX_ORIGINS,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._max_origins = max_origins
        self._kept: dict[str, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, url: str) -> T:
        """Returns the answer of the origin of `url`."""
        origin = _origin(url)
        asked_at, task = self._kept.get(origin, (0.0, None))
        if task is None or self._clock() - asked_at > MAX_AGE_S:
            task = asyncio.create_task(self._ask(origin))
            self._kept.pop(origin, None)
            self._kept[origin] = (self._clock(), task)
            self._forget()
        if task.done():  # as for all but the first of an origin's URLs
            return task.result()
        # Others wait for the same task: whoever gives up must not take it along.
        return await asyncio.shield(task)

    def forget(self, url: str) -> None:
        """Drops the answer of the origin of `url`, unless it is being asked for right now."""
        origin = _origin(url)
        if origin in self._kept and self._kept[origin][1].done():
            del self._kept[origin]

    async def close(self) -> None:
        """Ends the tasks that nobody waits for any more."""
        tasks = [task for _, task in self._kept.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self) -> None:
        if len(self._kept) > self._max_origins:
            oldest = next((name for name, (_, task) in self._kept.items() if task.done()), None)
            if oldest:
                del self._kept[oldest]


def _origin(url: str) -> str:
    # Of a URL as WHATWG serialises it: a path follows the host (urlsplit takes six times as long).
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
