"""Seed sites to WARC files, a part of the sites a worker; the files are then read as any other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam

from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.seeds.crawler import crawl_part
from pipeline.crawl.seeds.earlier import EarlierCrawl
from pipeline.crawl.seeds.seed_options import Scope, SeedOptions
from pipeline.crawl.seeds.seeds import CrawlPart, plan_parts, read_seeds
from pipeline.progress import writer_for
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web
from pipeline.shards.storage import is_remote
from pipeline.stages.stage import Split, Stage
from pipeline.web.options import WebOptions
from schemas.errors import UserError
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow

PAGES = "pages"


class CrawledSeeds(NamedTuple):
    """What came of the seeds.

    Attributes:
        archives: A `CrawlInput` for each WARC file.
        dropped: Ledger rows of seeds and pages that were refused or failed.
    """

    archives: "beam.PCollection[CrawlInput]"
    dropped: "beam.PCollection[LedgerRow]"


@dataclass
class CrawlSeeds(Stage):
    """Crawls; a part that an earlier run has finished is not crawled again.

    Attributes:
        seeds: Lists and single URLs.
        work: Local folder for the archives.

    Raises:
        UserError: `work` is not local, or `recrawl_from` holds no finished crawl.
    """

    seeds: Sequence[CrawlInput]
    crawl: Crawl
    web: Web
    work: str
    progress: str | None = None

    def expand(self, root: beam.Pipeline) -> CrawledSeeds:
        if self.seeds and is_remote(self.work):
            raise UserError(
                f"--out {self.work}: seeds are crawled into a local folder: give one, or crawl"
                " into one first and take its crawl/ folder as the input"
            )
        if self.seeds and self.crawl.recrawl_from:
            EarlierCrawl(self.crawl.recrawl_from).close()  # a wrong folder must show at once
        items = (
            root
            | "Seeds" >> beam.Create([item.path for item in self.seeds])
            | "ReadSeeds" >> beam.FlatMap(_keyed_seeds)
            | "AllSeeds" >> beam.GroupByKey()
            | "PlanParts" >> beam.FlatMap(_plan, self.crawl)
            | "SpreadSites" >> beam.Reshuffle()  # every part on a worker of its own
            | "Crawl" >> beam.ParDo(_Crawl(self))
        )
        archives, dropped = items | Split()
        return CrawledSeeds(archives, dropped)


def seed_options(crawl: Crawl) -> SeedOptions:
    """Returns what the crawler needs of a recipe."""
    names = SeedOptions.__dataclass_fields__
    values = {name: value for name, value in crawl.model_dump().items() if name in names}
    return SeedOptions(**{**values, "scope": Scope(crawl.scope)})


def _keyed_seeds(path: str) -> Iterator[tuple[None, str]]:
    # All under one key: how a crawl is cut into parts depends on all of its seeds.
    for seed in read_seeds(path):
        yield None, seed


def _plan(group: tuple[None, Iterable[str]], crawl: Crawl) -> Iterator[CrawlPart | LedgerRow]:
    return plan_parts(group[1], crawl.crawlers, crawl.max_total_pages)


class _Crawl(beam.DoFn):
    def __init__(self, stage: CrawlSeeds) -> None:
        self._options = seed_options(stage.crawl)
        self._web = WebOptions(**stage.web.model_dump())
        self._work = stage.work
        self._progress = stage.progress

    def process(self, part: CrawlPart | LedgerRow) -> Iterator[Any]:
        if isinstance(part, LedgerRow):
            yield part
            return
        yield from crawl_part(
            part, work=self._work, options=self._options, web=self._web, on_page=self._tick
        )

    def _tick(self) -> None:
        if self._progress:
            writer_for(self._progress).add(Stages.CRAWL, PAGES)
