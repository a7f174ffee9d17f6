"""Runs the seed crawler against a server of the same test, and reads what it left."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator

from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.read_input import read_input
from pipeline.crawl.seeds.crawler import crawl_part
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.seeds import CrawlPart, plan_parts
from schemas.records import Candidate, LedgerRow
from tests.pipeline.web.bad_server import Reply, Site, ok, serve, web_options


def page(name: str, *links: str, head: str = "", headers: tuple[str, ...] = ()) -> bytes:
    anchors = "".join(f'<a href="{link}">next</a>' for link in links)
    image = f'<img src="/{name}.jpg" alt="picture {name}">'
    return ok(f"<html><head>{head}</head><body>{image}{anchors}</body></html>".encode(), *headers)


def options(**changes: object) -> SeedOptions:
    values: dict[str, object] = {
        "max_depth": 10,
        "page_deadline_s": 5.0,
        "sitemaps": False,
        "backoff_s": 0.01,
    }
    return SeedOptions(**(values | changes))


@dataclass(frozen=True)
class Crawled:
    """What one crawl left."""

    work: Path
    inputs: list[CrawlInput]
    rows: list[LedgerRow]

    @property
    def texts(self) -> list[str]:
        """The names of the pages whose pictures can be read from the archives, in their order."""
        found = [
            i
            for item in self.inputs
            for i in read_input(item, ReadOptions(product_token="t", text_sources=("alt",)))
        ]
        assert all(isinstance(item, Candidate) for item in found)
        return [item.text.removeprefix("picture ") for item in found]

    @property
    def outcomes(self) -> list[str]:
        return [row.outcome for row in self.rows]

    def records(self) -> list[tuple[str, str, dict[str, str], bytes]]:
        """Type, URL, WARC headers and block of every record."""
        found = []
        for item in self.inputs:
            data = io.BytesIO(Path(item.path).read_bytes())
            for record in ArchiveIterator(data, parse_http=False):
                headers = dict(record.headers.items())
                url = headers.get("WARC-Target-URI", "")
                found.append((headers["WARC-Type"], url, headers, record.reader.read()))
        return found

    def urls(self, kind: str = "response") -> list[str]:
        return [url for found, url, _, _ in self.records() if found == kind]


def run_crawl(
    work: Path, seeds: list[str], *, given: SeedOptions | None = None, robots: bool = False
) -> Crawled:
    given = given or options()
    web = web_options("127.0.0.0/8", robots=robots)
    inputs, rows = [], []
    for part in plan_parts(seeds, 1, given.max_total_pages):
        items = (
            crawl_part(part, work=str(work), options=given, web=web)
            if isinstance(part, CrawlPart)
            else [part]
        )
        for item in items:
            (inputs if isinstance(item, CrawlInput) else rows).append(item)
    return Crawled(work, inputs, rows)


def crawl(
    work: Path,
    replies: Mapping[str, Reply],
    *seeds: str,
    robots: bool = False,
    **changes: object,
) -> tuple[Crawled, Site]:
    """Serves `replies` and crawls them from `/`, or from the paths of `seeds`."""

    async def run() -> tuple[Crawled, Site]:
        async with serve(replies) as site:
            urls = [site.url(seed) for seed in seeds or ("/",)]
            crawled = await asyncio.to_thread(
                run_crawl, work, urls, given=options(**changes), robots=robots
            )
            return crawled, site

    return asyncio.run(run())
