"""Names to addresses: what does not exist is remembered, so that a dead host is looked up once.

aiohttp remembers the names that it found (`FOUND_TTL_S`); those that it did not find it would ask
for again with every URL.
"""

import socket
import time
from collections.abc import Callable

import aiohttp
from aiohttp.abc import ResolveResult

FOUND_TTL_S = 300.0
UNKNOWN_TTL_S = 60.0  # RFC 2308 lets negative answers live for up to three hours
MAX_UNKNOWN = 100_000


class Resolver(aiohttp.ThreadedResolver):
    """The system's resolver, with a memory for names that do not exist.

    A resolver that is busy or out of reach (`EAI_AGAIN`) says nothing about the name: it is asked
    again.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._unknown: dict[str, float] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Returns the addresses of `host`; raises `socket.gaierror`."""
        if self._clock() < self._unknown.get(host, 0.0):
            raise socket.gaierror(socket.EAI_NONAME, "unknown a moment ago")
        try:
            return await super().resolve(host, port, family)
        except socket.gaierror as error:
            if error.errno == socket.EAI_NONAME:
                self._remember(host)
            raise

    def _remember(self, host: str) -> None:
        if len(self._unknown) >= MAX_UNKNOWN:
            self._unknown.clear()
        self._unknown[host] = self._clock() + UNKNOWN_TTL_S
