"""A polite breadth-first crawl of one host, from a seed URL to candidates."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import ada_url

from pipeline.crawl.html import PageContent, read_page
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.shards.storage import read_bytes
from pipeline.web.client import Fetched, WebClient, media_type
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, Stage
from schemas.records import Candidate, LedgerRow
from schemas.uid import resolve_url

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
ACCEPT = "text/html, application/xhtml+xml;q=0.9"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """How far a crawl goes.

    Attributes:
        max_pages: URLs to fetch, whatever becomes of them.
        max_depth: Links from the seed to a page; 0 is the seed alone.
        page_deadline_s: Total time for one page, redirects included.
        max_page_bytes: Of the decoded body.
    """

    max_pages: int
    max_depth: int
    page_deadline_s: float
    max_page_bytes: int


def read_seeds(path: str) -> list[str]:
    """Returns the seeds of `path`: a URL is one itself, a file has one a line (`#` comments)."""
    if path.startswith(("http://", "https://")):
        return [path]
    lines = read_bytes(path).decode("utf-8-sig", "replace").splitlines()
    seeds = (line.strip() for line in lines)
    return list(dict.fromkeys(seed for seed in seeds if seed and not seed.startswith("#")))


async def crawl_site(
    seed: str, options: SiteOptions, client: WebClient
) -> list[Candidate | LedgerRow]:
    """Returns what the pages of one host hold, page by page in breadth-first order.

    The host is that of the seed after redirects, with its port. A page that is refused or fails
    is one ledger row; a URL that redirects to a page read before is none. The order depends on
    the pages alone, not on which of them came first.
    """
    try:
        start = resolve_url(seed)
    except RecordError as error:
        return [_row(seed, error)]
    crawl = _Crawl(seed=seed, options=options, client=client)
    return await crawl.run(start)


@dataclass(kw_only=True)
class _Crawl:
    seed: str
    options: SiteOptions
    client: WebClient
    host: str = ""
    seen: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    queue: deque[tuple[str, int]] = field(default_factory=deque)
    items: list[Candidate | LedgerRow] = field(default_factory=list)

    async def run(self, start: str) -> list[Candidate | LedgerRow]:
        """Keeps a window of fetches in flight and takes them in the queue's order."""
        self._add([start], 0)
        window: deque[tuple[str, int, asyncio.Task[_Visit]]] = deque()
        left = self.options.max_pages
        try:
            while self.queue or window:
                # The seed alone at first: it says which host this is.
                width = self.client.options.host_connections if self.host else 1
                while self.queue and left and len(window) < width:
                    url, depth = self.queue.popleft()
                    if url in self.read:  # a redirect led there meanwhile
                        continue
                    window.append((url, depth, asyncio.create_task(self._visit(url))))
                    left -= 1
                if not window:
                    break
                url, depth, task = window.popleft()
                self._take(url, depth, await task)
        finally:
            for _, _, task in window:
                task.cancel()
        return self.items

    def _add(self, urls: Iterable[str], depth: int) -> None:
        for url in urls:
            if url not in self.seen and (depth == 0 or _host(url) == self.host):
                self.seen.add(url)
                self.queue.append((url, depth))

    def _take(self, url: str, depth: int, visit: "_Visit") -> None:
        if isinstance(visit, RecordError):
            self.items.append(_row(url, visit))
            return
        final_url, content = visit
        self.host = self.host or _host(final_url)
        if _host(final_url) != self.host:
            error = RecordFailed(Failure.REDIRECTS, "leads to another host")
            self.items.append(_row(url, error))
            return
        if final_url in self.read:
            return
        self.read.add(final_url)
        self.seen.add(final_url)
        self.items.extend(content.items)
        if depth < self.options.max_depth and not content.nofollow:
            self._add(content.links, depth + 1)

    async def _visit(self, url: str) -> "_Visit":
        try:
            fetched = await self.client.fetch(
                url,
                deadline_s=self.options.page_deadline_s,
                max_bytes=self.options.max_page_bytes,
                accept=ACCEPT,
                media_types=HTML_TYPES,
            )
            page = _to_page(fetched, self.seed)
            return page.url, read_page(
                page, ReadOptions(product_token=self.client.options.product_token)
            )
        except RecordError as error:
            return error


_Visit = tuple[str, PageContent] | RecordError


def _to_page(fetched: Fetched, seed: str) -> Page:
    headers = {name.lower(): value for name, value in reversed(fetched.headers)}
    return Page(
        url=fetched.final_url,
        body=fetched.body,
        charset=media_type(headers.get("content-type", ""))[1],
        headers=fetched.headers,
        source=seed,
        source_offset=None,
        fetched_at=fetched.fetched_at,
        opt_out=fetched.site_signals,
    )


def _host(url: str) -> str:
    return str(ada_url.URL(url).host)


def _row(url: str, error: RecordError) -> LedgerRow:
    return LedgerRow(
        uid=None, url=url, stage=Stage.CRAWL, outcome=error.outcome, detail=error.detail
    )
