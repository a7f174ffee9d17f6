"""Tries again where that may help, and leaves a host alone that does not answer.

Nutch drops a host after 5 failures; a shard of images has many of one host in flight, so ours is
higher. What a host asks for beyond `MAX_WAIT_S` is for a later run (`download --retry`).
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import ada_url

from pipeline.web.backoff import RESTS, HostBusy, backoff_s
from pipeline.web.client import Fetched, WebClient
from pipeline.web.failures import NoAddress
from pipeline.web.validators import Conditions
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure
from schemas.uid import resolve_url

T = TypeVar("T")

MAX_WAIT_S = 30.0  # Heritrix's longest delay between two fetches of a host
GIVE_UP_AFTER = 10  # failures of a host in a row

_RETRIED = frozenset({Failure.CONNECT, Failure.DNS, Failure.TRUNCATED})
_OF_THE_HOST = frozenset({Failure.CONNECT, Failure.DNS, Failure.TLS, Failure.DEADLINE})


class PatientClient:
    """Fetches, and remembers how hosts behave, for as long as it lives (`Session.client`).

    Args:
        client: What it fetches with.
        retries: Further tries of one URL, img2dataset's name for it.
        base_s: Wait before the first of them, doubled each time.
    """

    def __init__(self, client: WebClient, *, retries: int, base_s: float = 1.0) -> None:
        self._client = client
        self._retries = retries
        self._base_s = base_s
        self._in_a_row: dict[str, int] = {}

    async def fetch(
        self,
        url: str,
        *,
        deadline_s: float,
        max_bytes: int,
        accept: str,
        conditions: Conditions | None = None,
    ) -> Fetched:
        """Returns what `WebClient.fetch` returns, and raises what it raises at last.

        Raises:
            RecordFailed: `host_left` as well: the host had failed too often to be tried.
        """
        url = resolve_url(url)

        async def fetch() -> Fetched:
            return await self._client.fetch(
                url,
                deadline_s=deadline_s,
                max_bytes=max_bytes,
                accept=accept,
                conditions=conditions,
            )

        fetched = await self._patiently(url, fetch)
        self._in_a_row.pop(ada_url.URL(url).host, None)
        return fetched

    async def reach(self, url: str) -> None:
        """Returns when robots.txt is there and lets us fetch `url`.

        This is where a host that is dead costs time. Whoever waits here needs to hold nothing that
        others wait for.

        Raises:
            RecordError: What `WebClient.reach` raises at last; `host_left`.
        """
        url = resolve_url(url)
        await self._patiently(url, lambda: self._client.reach(url))

    async def _patiently(self, url: str, ask: Callable[[], Awaitable[T]]) -> T:
        host = ada_url.URL(url).host
        for tried in range(self._retries + 1):
            try:
                self._check(host)
                return await ask()
            except RecordError as error:
                wait_s = self._wait_s(url, host, error, tried)
                if wait_s is None or tried == self._retries:
                    raise
                await self._rest(url, error, wait_s)
        raise AssertionError("the last try returns or raises")

    def _check(self, host: str) -> None:
        failures = self._in_a_row.get(host, 0)
        if failures >= GIVE_UP_AFTER:
            raise RecordFailed(Failure.HOST_LEFT, f"after {failures} failures of it in a row")

    def _wait_s(self, url: str, host: str, error: RecordError, tried: int) -> float | None:
        """Returns how long to wait before another try; None if none would help."""
        is_busy = isinstance(error, HostBusy)
        if error.outcome in _OF_THE_HOST or is_busy:
            self._in_a_row[host] = self._in_a_row.get(host, 0) + 1
        elif error.outcome != Failure.HOST_LEFT:
            self._in_a_row.pop(host, None)  # it answers
        if isinstance(error, HostBusy) and error.asked_s is not None:
            return error.asked_s if error.asked_s <= MAX_WAIT_S else None
        if isinstance(error, NoAddress) or not (is_busy or error.outcome in _RETRIED):
            return None
        return min(backoff_s(tried + 1, self._base_s), MAX_WAIT_S) * _spread(url)

    async def _rest(self, url: str, error: RecordError, wait_s: float) -> None:
        """Lets the whole host rest if that is what it asks for, else this URL alone."""
        if isinstance(error, HostBusy) and error.status in RESTS:
            self._client.hold(url, wait_s)
        else:
            await asyncio.sleep(wait_s)


def _spread(url: str) -> float:
    """Returns 1.0 to 1.5, by URL: what failed together is not to come back together."""
    return 1.0 + zlib.crc32(url.encode()) / 2**33
