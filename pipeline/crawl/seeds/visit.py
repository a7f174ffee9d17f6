"""One URL, tried as often as its host deserves: back-off by Retry-After, or doubled each time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.crawl.seeds.entries import Entry, Kind
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.sitemap import MAX_BYTES as MAX_SITEMAP_BYTES
from pipeline.web.backoff import backoff_s, retry_after_s
from pipeline.web.client import Fetched, WebClient
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, http_failure

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9"
ACCEPT_SITEMAP = "application/xml, text/xml, text/plain;q=0.8, */*;q=0.5"

# Scrapy's RETRY_HTTP_CODES without those of one CDN.
BUSY = frozenset({408, 429, 500, 502, 503, 504})
_RETRIED = frozenset({Failure.CONNECT, Failure.TRUNCATED})
_OF_THE_HOST = frozenset({Failure.CONNECT, Failure.DNS, Failure.TLS, Failure.DEADLINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a visit to a URL ended.

    Attributes:
        answer: Of whatever status but those of `BUSY`, or why there is none.
        sitemaps: Of a seed's host, as robots.txt writes them.
    """

    answer: Fetched | RecordError
    sitemaps: tuple[str, ...] = ()

    @property
    def is_host_failure(self) -> bool:
        """Whether it says more about the host than about the URL."""
        if not isinstance(self.answer, RecordError):
            return False
        outcome = self.answer.outcome
        return outcome in _OF_THE_HOST or outcome in map(http_failure, BUSY)


class Visitor:
    """Visits URLs; one for all sites of a crawler."""

    def __init__(self, client: WebClient, options: SeedOptions) -> None:
        self._client = client
        self._options = options
        self._holds: dict[str, tuple[int, float]] = {}  # host: failures in a row, end of the wait

    async def __call__(self, entry: Entry, conditions: Mapping[str, str]) -> Visit:
        """Returns how it ended; `conditions` are headers such as If-None-Match."""
        sitemaps: tuple[str, ...] = ()
        try:
            answer = await self._try(entry, conditions)
            if entry.depth == 0 and self._options.sitemaps:
                sitemaps = await self._client.sitemaps(entry.url)
        except RecordError as error:
            return Visit(answer=error)
        return Visit(answer=answer, sitemaps=sitemaps)

    async def _try(self, entry: Entry, conditions: Mapping[str, str]) -> Fetched:
        failure: RecordError | None = None
        for _ in range(self._options.tries):
            wait_s = None
            try:
                fetched = await self._fetch(entry, conditions)
            except RecordError as error:
                failure = error
                if error.outcome not in _RETRIED:
                    raise
            else:
                if fetched.status not in BUSY:
                    self._holds.pop(entry.host, None)
                    return fetched
                failure = RecordFailed(http_failure(fetched.status))
                wait_s = retry_after_s(fetched.header("retry-after"), fetched.fetched_at)
            self._hold(entry, wait_s)
        assert failure
        tries = f"{self._options.tries} tries" if self._options.tries > 1 else ""
        raise type(failure)(failure.outcome, ", ".join(filter(None, (failure.detail, tries))))

    async def _fetch(self, entry: Entry, conditions: Mapping[str, str]) -> Fetched:
        is_page = entry.kind is Kind.PAGE
        return await self._client.fetch_once(
            entry.url,
            deadline_s=self._options.page_deadline_s,
            max_bytes=self._options.max_page_bytes if is_page else MAX_SITEMAP_BYTES,
            accept=ACCEPT_PAGE if is_page else ACCEPT_SITEMAP,
            media_types=HTML_TYPES if is_page else (),
            headers=conditions,
        )

    def _hold(self, entry: Entry, asked_s: float | None) -> None:
        """Lets the whole host rest; failures that meet a rest began before it, so they are one."""
        now = asyncio.get_running_loop().time()
        failures, until = self._holds.get(entry.host, (0, 0.0))
        if now >= until:
            failures += 1
        wait_s = backoff_s(failures, self._options.backoff_s) if asked_s is None else asked_s
        self._holds[entry.host] = failures, max(until, now + wait_s)
        self._client.hold(entry.url, wait_s)
