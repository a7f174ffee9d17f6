"""Stage 6: how much of each benchmark the pool contains (CLIP, arXiv 2103.00020, section 5).

CLIP measures overlap after the fact instead of removing it, because a purge would need every future
benchmark in advance; a recipe may ask for removal all the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import apache_beam as beam

from dedup.contamination.match import BenchmarkMatcher
from dedup.contamination.records import SourcePart
from dedup.contamination.sources import UndecodableImage, hash_part, split_source
from pipeline.download.hash_image import hash_image
from pipeline.recipe.dedupe import Contamination
from pipeline.rules import drop
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import BenchmarkImage, LedgerRow, Match, PoolImage, PoolRow
from schemas.tables import Row

MATCH_BATCH = 4096


class Overlap(NamedTuple):
    """What was found.

    Attributes:
        matches: `Match`.
        sizes: `(benchmark, ("images" | "undecodable", n))`, a pair for every benchmark and kind.
    """

    matches: "beam.PCollection[Match]"
    sizes: "beam.PCollection[tuple[tuple[str, str], int]]"


class Measured(NamedTuple):
    """A stage result with what the report is made of."""

    result: StageResult
    overlap: Overlap


@dataclass
class MeasureContamination(Stage):
    """Finds benchmark images among the pairs, marks the pairs and, if asked, drops them."""

    contamination: Contamination
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> Measured:
        overlap = pairs | "PoolImages" >> beam.Map(to_pool_image) | FindOverlap(self.contamination)
        benchmarks_of = (
            overlap.matches
            | "UidAndBenchmark" >> beam.Map(_uid_and_benchmark)
            | "MatchedUids" >> beam.GroupByKey()
            | "Names" >> beam.MapTuple(_sorted_names)
        )
        settled = pairs | "Mark" >> beam.Map(
            mark_overlap, beam.pvalue.AsDict(benchmarks_of), self.contamination.action
        )
        return Measured(settle(Stages.DECONTAMINATE, pairs, settled, self.progress), overlap)


@dataclass
class FindOverlap(Stage):
    """Matches pool images against every benchmark, each benchmark one part a worker to read."""

    contamination: Contamination

    def expand(self, pool_images: beam.PCollection) -> Overlap:
        hashed = (
            pool_images.pipeline
            | "Parts" >> beam.Create(list_parts(self.contamination.benchmarks))
            | beam.Reshuffle()  # few parts fan out to many images
            | "HashBenchmarks" >> beam.FlatMap(hash_part, hash_image)
        )
        images = hashed | "Hashed" >> beam.Filter(_is_image)
        sizes = hashed | "Kinds" >> beam.Map(_kind) | beam.combiners.Count.PerElement()
        matches = (
            pool_images
            | beam.BatchElements(min_batch_size=1, max_batch_size=MATCH_BATCH)
            | "Match"
            >> beam.ParDo(_Match(self.contamination.max_distance), beam.pvalue.AsList(images))
        )
        return Overlap(matches, sizes)


def list_parts(benchmarks: Mapping[str, str]) -> list[SourcePart]:
    """Returns the parts of every benchmark; raises `UserError` for one that holds none."""
    return [
        part for name, source in sorted(benchmarks.items()) for part in split_source(name, source)
    ]


def to_pool_image(pair: PoolRow) -> PoolImage:
    """Returns what the matcher needs of a pair."""
    return PoolImage(
        pool_key=pair.uid,
        sha256=pair.sha256 or "",
        phash=pair.phash or 0,
        uid=pair.uid,
        url=pair.candidate.url,
    )


def pool_image_from_row(row: Row) -> Iterator[PoolImage]:
    """Yields what the matcher needs of a pool's or dataset's row, if it has an image."""
    if row.get("status", "success") == "success":
        yield PoolImage(
            pool_key=row["uid"],
            sha256=row["sha256"],
            phash=row["phash"],
            uid=row["uid"],
            url=row["url"],
        )


def hash_pool_part(part: SourcePart) -> Iterator[PoolImage]:
    """Yields the hashes of plain images; one that does not decode can match nothing."""
    for item in hash_part(part, hash_image):
        if isinstance(item, BenchmarkImage):
            yield PoolImage(pool_key=item.key, sha256=item.sha256, phash=item.phash)


def mark_overlap(
    pair: PoolRow, benchmarks_of: Mapping[str, Sequence[str]], action: str
) -> PoolRow | LedgerRow:
    """Returns the pair with the names of the benchmarks it touches, or its ledger row."""
    names = tuple(benchmarks_of.get(pair.uid, ()))
    if names and action == "remove":
        return drop(pair, Stages.DECONTAMINATE, Reject.BENCHMARK_OVERLAP, " ".join(names))
    return replace(pair, overlap=names)


class _Match(beam.DoFn):
    def __init__(self, max_distance: int) -> None:
        self._max_distance = max_distance
        self._matcher: BenchmarkMatcher | None = None

    def process(
        self, batch: Sequence[PoolImage], images: Sequence[BenchmarkImage]
    ) -> Iterable[Match]:
        if self._matcher is None:
            self._matcher = BenchmarkMatcher(images, self._max_distance)
        return self._matcher.match(batch)


def _is_image(item: Any) -> bool:
    return isinstance(item, BenchmarkImage)


def _kind(item: BenchmarkImage | UndecodableImage) -> tuple[str, str]:
    return item.benchmark, "images" if isinstance(item, BenchmarkImage) else "undecodable"


def _uid_and_benchmark(match: Match) -> tuple[str, str]:
    return match.uid or "", match.benchmark


def _sorted_names(uid: str, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    return uid, tuple(sorted(set(names)))
