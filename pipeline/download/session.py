"""What the shards under way in one event loop share: clients, decoders and how much is held."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pipeline.download.contain import Decoders
from pipeline.download.options import DownloadOptions
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient

# Where a loop shares the machine with others like it: one more than a core for each keeps it busy.
DECODERS = 2

# URLs that are being tried, for each image in flight. Most of those of dead hosts wait for a
# robots.txt or a connection, which takes a socket and no body: with a tenth of them silent for ten
# seconds, 1,000 wait at 1,000 URLs/s.
TRIED_RATIO = 32
_FILES = 8192  # open at once, of which half may be those that wait

# A client remembers every host that it met: after so many shards another takes over.
SHARDS_PER_CLIENT = 20


class Session:
    """An async context manager; it lives as long as its event loop has shards.

    Args:
        options: Sizes and limits.
        web: How to behave towards hosts.
        decoders: Processes that decode at once.

    Attributes:
        decoders: Where images go.
        slots: One for each image in flight, from its request to its stored form.
        tried: One for each URL that is being tried.
        held_bytes: Of stored images that wait for an earlier one of their shard.
    """

    def __init__(self, options: DownloadOptions, web: WebOptions, decoders: int = DECODERS) -> None:
        self.options = options
        self.web = web
        self.decoders = Decoders(decoders)
        self.slots = asyncio.Semaphore(options.concurrency)
        most = min(options.concurrency * TRIED_RATIO, _raise_file_limit() // 2)
        self.tried = asyncio.Semaphore(most)
        self.held_bytes = 0
        self._lease: _Lease | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.decoders.close()
        lease, self._lease = self._lease, None
        if lease:
            await self._close_if_unused(lease)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[PatientClient]:
        """Yields the client of one shard, which other shards use too."""
        earlier = self._lease
        if earlier is None or earlier.shards == SHARDS_PER_CLIENT:
            self._lease = _Lease(WebClient(self.web, keep_alive=True), self.options.retries)
            await self._lease.web.__aenter__()
        lease = self._lease
        assert lease
        lease.shards += 1
        lease.users += 1
        try:
            if earlier and earlier is not lease:
                await self._close_if_unused(earlier)
            yield lease.patient
        finally:
            lease.users -= 1
            await self._close_if_unused(lease)

    async def _close_if_unused(self, lease: "_Lease") -> None:
        if not lease.users and lease is not self._lease:
            await lease.web.__aexit__(None, None, None)


@dataclass
class _Lease:
    """A client, the shards that ever used it, and those that do now."""

    web: WebClient
    retries: int
    shards: int = 0
    users: int = 0

    def __post_init__(self) -> None:
        self.patient = PatientClient(self.web, retries=self.retries)


def _raise_file_limit() -> int:
    """Returns how many files this process may open: many systems give 1,024 unless asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
