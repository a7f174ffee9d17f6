"""Stage 1: archives, URL lists and seed sites to candidates, with their images by reference."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.read_input import read_input, split_input
from pipeline.crawl.warc import ArchivedImage
from pipeline.read_options import read_options
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.web import Web
from pipeline.stages.crawl_seeds import CrawlSeeds
from pipeline.stages.stage import Split, Stage, StageResult, count_records
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, ImageRef, LedgerRow

# A crawl of seeds writes archives; a list's pictures need no join.
HOLD_IMAGES = frozenset({InputKind.WARC, InputKind.WACZ, InputKind.CC_INDEX, InputKind.SEEDS})


@dataclass
class CrawlInputs(Stage):
    """Reads every input and points candidates at the images that the same run's archives hold.

    Attributes:
        inputs: From `pipeline.crawl.inputs.plan_inputs`.
        problems: Ledger rows of inputs that were found unreadable beforehand.
        work: Folder for what a crawl must keep: the archives of seed sites, spooled pictures.
    """

    inputs: Sequence[CrawlInput]
    problems: Sequence[LedgerRow]
    crawl: Crawl
    web: Web
    work: str
    progress: str | None = None

    def expand(self, root: beam.Pipeline) -> StageResult:
        options = read_options(self.crawl, self.web, self.work)
        seeds = [item for item in self.inputs if item.kind is InputKind.SEEDS]
        files = [item for item in self.inputs if item.kind is not InputKind.SEEDS]
        crawled = root | CrawlSeeds(seeds, self.crawl, self.web, self.work, self.progress)
        read = (
            ((root | "Inputs" >> beam.Create(files)), crawled.archives)
            | "Files" >> beam.Flatten()
            | "SpreadInputs" >> beam.Reshuffle()  # cutting a file reads some of it
            | "Cut" >> beam.FlatMap(split_input)
            | "SpreadParts" >> beam.Reshuffle()  # one input may hold millions of records
            | "Read" >> beam.ParDo(_Read(options)).with_outputs("image", main="item")
        )
        problems = root | "Problems" >> beam.Create(self.problems)
        candidates, dropped = read.item | Split()
        kept = candidates
        if any(item.kind in HOLD_IMAGES for item in self.inputs):
            kept = (
                {"candidates": candidates | beam.Map(_key_by_url), "images": read.image}
                | "JoinByUrl" >> beam.CoGroupByKey()
                | "Locate" >> beam.FlatMapTuple(locate_images)
            )
        refused = (problems, crawled.dropped)
        records = {
            "in": (read.item, *refused),
            "kept": (kept,),
            "dropped": (dropped, *refused),
        }
        counts = count_records(Stages.CRAWL, records, self.progress)
        return StageResult(kept, dropped, counts, refused)


class _Read(beam.DoFn):
    """Yields candidates and ledger rows; the archives' images go to the side, keyed by URL."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options

    def process(self, item: CrawlInput) -> Iterator[Any]:
        for found in read_input(item, self._options):
            if isinstance(found, ArchivedImage):
                yield beam.TaggedOutput("image", (found.url, found.ref))
            else:
                yield found


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
        yield candidate if candidate.image else replace(candidate, image=first)
