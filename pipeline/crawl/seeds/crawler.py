"""One part of a crawl of seeds, from its frontier to WARC files and ledger rows; it resumes."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.seeds.admission import Admission
from pipeline.crawl.seeds.archive_writer import ArchiveWriter
from pipeline.crawl.seeds.earlier import CRAWL, FRONTIER, EarlierCrawl, compare
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.page_store import PageStore
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.seeds import CrawlPart, Site
from pipeline.crawl.seeds.site_crawl import Held, SiteCrawl
from pipeline.crawl.seeds.visit import Visitor
from pipeline.crawl.seeds.warc_record import warcinfo
from pipeline.shards.storage import write_bytes
from pipeline.shards.versions import versions
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions
from schemas.outcomes import Reject, Stage
from schemas.records import LedgerRow

COMMIT_INTERVAL_S = 0.3
MAX_CONNECTIONS = 512  # half of the 1,024 files that many systems let a process open
SUMMARY = "crawl.json"
FINISHED = "finished"

Item = CrawlInput | LedgerRow


def crawl_part(
    part: CrawlPart,
    *,
    work: str,
    options: SeedOptions,
    web: WebOptions,
    on_page: Callable[[], None] = lambda: None,
) -> Iterator[Item]:
    """Crawls, or goes on with, one part; yields its archives, then a row for each page dropped.

    A part that an earlier run finished is not crawled again.

    Args:
        part: Its sites.
        work: Local folder; the part lies in `crawl/NNN/` of it.
        options: How far to go.
        web: How to behave towards hosts.
        on_page: Called for each page that was settled.
    """
    folder = Path(work, CRAWL, part.name)
    folder.mkdir(parents=True, exist_ok=True)
    frontier = Frontier(folder / FRONTIER)
    try:
        frontier.claim(_fingerprint(part, options, web))
        if frontier.fact(FINISHED) is None:
            crawler = _Crawler(part, folder, frontier, options=options, web=web, on_page=on_page)
            asyncio.run(crawler.run())
        for archive in frontier.archives():
            yield CrawlInput(path=str((folder / archive.name).absolute()), kind=InputKind.WARC)
        yield from _rows(frontier)
    finally:
        frontier.close()


def _fingerprint(part: CrawlPart, options: SeedOptions, web: WebOptions) -> str:
    parts = [asdict(part), options.fingerprint(), web.product_token, web.robots]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _rows(frontier: Frontier) -> Iterator[LedgerRow]:
    """Yields a row for each page that was dropped, and one for each host with URLs left out."""
    for url, outcome, detail in frontier.dropped():
        yield LedgerRow(uid=None, url=url, stage=Stage.CRAWL, outcome=outcome, detail=detail)
    left: dict[str, list[str]] = {}
    for host, why, count in frontier.left_out():
        left.setdefault(host, []).append(f"{why} {count}")
    for host, reasons in left.items():
        yield LedgerRow(
            uid=None,
            url=f"http://{host}/",
            stage=Stage.CRAWL,
            outcome=Reject.BUDGET,
            detail=f"URLs found and not fetched: {', '.join(reasons)}",
        )


class _Crawler:
    """All sites of a part, many at a time."""

    def __init__(
        self,
        part: CrawlPart,
        folder: Path,
        frontier: Frontier,
        *,
        options: SeedOptions,
        web: WebOptions,
        on_page: Callable[[], None],
    ) -> None:
        self._part = part
        self._folder = folder
        self._frontier = frontier
        self._options = options
        self._web = web
        self._on_page = on_page
        self._held = Held()
        self._earlier = EarlierCrawl(options.recrawl_from) if options.recrawl_from else None
        self._archive = ArchiveWriter(
            folder, f"crawl-{part.name}", options.warc_max_bytes, self._head, frontier.archives()
        )

    async def run(self) -> None:
        """Crawls every site that is not done, then closes the archives."""
        sites = [site for site in self._part.sites if self._frontier.add_site(site)]
        try:
            await self._crawl(sites)
            self._archive.close()
            self._commit()
            self._write_summary()
            self._frontier.set_fact(FINISHED, "")
            self._commit()
        finally:
            self._archive.abandon()
            if self._earlier:
                self._earlier.close()

    async def _crawl(self, sites: Sequence[Site]) -> None:
        """Crawls many sites at a time, and commits again and again meanwhile."""
        queue = iter(sites)
        at_once = min(len(sites), max(1, MAX_CONNECTIONS // self._web.host_connections))
        tasks = [asyncio.create_task(self._work(queue)) for _ in range(at_once)]
        everything = asyncio.gather(*tasks)
        try:
            while not everything.done():
                await asyncio.wait({everything}, timeout=COMMIT_INTERVAL_S)
                self._commit()
            await everything
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _commit(self) -> None:
        states = self._archive.sync()
        self._frontier.commit(states)
        self._archive.finish_renames(states)

    def _head(self, file_name: str) -> bytes:
        robots = "obey" if self._web.robots else "ignore"
        fields = (("robots", robots), ("http-header-user-agent", self._web.user_agent))
        return warcinfo(file_name, f"webimagetext/{versions()['webimagetext']}", fields)

    def _write_summary(self) -> None:
        left: Counter[str] = Counter()
        for _, why, count in self._frontier.left_out():
            left[why] += count
        summary = {
            "sites": len(self._part.sites),
            "urls": self._frontier.counts(),
            "left_out": dict(sorted(left.items())),
        }
        if self._earlier:
            summary["recrawl"] = compare(self._frontier, self._earlier)
        text = json.dumps(summary, indent=1) + "\n"
        write_bytes(str(self._folder / SUMMARY), text.encode())

    async def _work(self, sites: Iterator[Site]) -> None:
        for site in sites:
            # No host belongs to two sites, so connections and robots.txt end with the site.
            async with WebClient(self._web, keep_alive=True) as client:
                await self._site_crawl(site, Visitor(client, self._options)).run()

    def _site_crawl(self, site: Site, visitor: Visitor) -> SiteCrawl:
        return SiteCrawl(
            site=site.name,
            frontier=self._frontier,
            admission=Admission(site, self._frontier, self._options),
            store=PageStore(site.name, self._frontier, self._archive, self._web.product_token),
            visitor=visitor,
            options=self._options,
            earlier=self._earlier,
            held=self._held,
            connections=self._web.host_connections,
            on_page=self._on_page,
        )
