"""Stage 1: archives, URL lists and seed sites to candidates, with their images by reference."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from pipeline.crawl.html import read_page
from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.page import Page
from pipeline.crawl.site import SiteOptions, crawl_site, read_seeds
from pipeline.crawl.url_list import read_url_list
from pipeline.crawl.warc import ArchivedImage, read_archive
from pipeline.recipe import Crawl, Web
from pipeline.stages.stage import Split, Stage, StageResult, settle
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, ImageRef, LedgerRow


@dataclass
class CrawlInputs(Stage):
    """Reads every input and points candidates at the images that the same run's archives hold.

    Attributes:
        inputs: From `pipeline.crawl.inputs.plan_inputs`.
        problems: Ledger rows of inputs that were found unreadable beforehand.
    """

    inputs: Sequence[CrawlInput]
    problems: Sequence[LedgerRow]
    crawl: Crawl
    web: Web
    progress: str | None = None

    def expand(self, root: beam.Pipeline) -> StageResult:
        read = (
            root
            | "Inputs" >> beam.Create(self.inputs)
            | beam.Reshuffle()  # one input may hold millions of records
            | "Read"
            >> beam.ParDo(_ReadInput(self.crawl, self.web)).with_outputs("image", main="item")
        )
        problems = root | "Problems" >> beam.Create(self.problems)
        items = (read.item, problems) | "Items" >> beam.Flatten()
        candidates, dropped = items | Split()
        located = (
            {"candidates": candidates | beam.Map(_key_by_url), "images": read.image}
            | "JoinByUrl" >> beam.CoGroupByKey()
            | "Locate" >> beam.FlatMapTuple(locate_images)
        )
        settled = (located, dropped) | "Settled" >> beam.Flatten()
        return settle(Stages.CRAWL, items, settled, self.progress)


class _ReadInput(beam.DoFn):
    """Yields candidates and ledger rows; the archive's images go to the side, keyed by URL."""

    def __init__(self, crawl: Crawl, web: Web) -> None:
        self._crawl = crawl
        self._web = web

    def process(self, item: CrawlInput) -> Iterator[Any]:
        match item.kind:
            case InputKind.WARC:
                yield from self._read_archive(item.path)
            case InputKind.LIST:
                yield from read_url_list(item.path, self._crawl.url_column, self._crawl.text_column)
            case InputKind.SEEDS:
                yield from self._crawl_seeds(item.path)

    def _read_archive(self, path: str) -> Iterator[Any]:
        for record in read_archive(path, self._web.product_token):
            match record:
                case Page():
                    yield from read_page(record, self._web.product_token).items
                case ArchivedImage():
                    yield beam.TaggedOutput("image", (record.url, record.ref))
                case LedgerRow():
                    yield record

    def _crawl_seeds(self, path: str) -> Iterator[Candidate | LedgerRow]:
        for seed in read_seeds(path):
            yield from asyncio.run(self._crawl_seed(seed))

    async def _crawl_seed(self, seed: str) -> list[Candidate | LedgerRow]:
        options = SiteOptions(
            max_pages=self._crawl.max_pages,
            max_depth=self._crawl.max_depth,
            page_deadline_s=self._crawl.page_deadline_s,
            max_page_bytes=self._crawl.max_page_bytes,
        )
        async with WebClient(WebOptions(**self._web.model_dump())) as client:
            return await crawl_site(seed, options, client)


def _key_by_url(candidate: Candidate) -> tuple[str, Candidate]:
    return candidate.url, candidate


def locate_images(
    url: str, group: dict[str, Iterable[Candidate] | Iterable[ImageRef]]
) -> Iterator[Candidate]:
    """Yields the candidates of `url`, each with the first archive record that holds the image."""
    del url
    refs: Any = group["images"]
    candidates: Any = group["candidates"]
    first = min(refs, key=lambda ref: (ref.source, ref.offset), default=None)
    for candidate in candidates:
        yield replace(candidate, image=first)
