"""Stage 6: how much of each benchmark the pool contains (CLIP, arXiv 2103.00020, section 5).

CLIP measures overlap after the fact instead of removing it, because a purge would need every future
benchmark in advance; a recipe may ask for removal all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import apache_beam as beam

from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.match import BenchmarkMatcher
from dedup.contamination.records import SourcePart
from dedup.contamination.sources import UndecodableImage, hash_part, split_source
from pipeline.download.hash_image import fingerprint_image, hash_only
from pipeline.recipe.dedupe import Contamination
from pipeline.rules import drop
from pipeline.shards.fingerprints import read_fingerprints
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import BenchmarkImage, Fingerprint, LedgerRow, Match, PoolImage, PoolRow
from schemas.tables import Row

MATCH_BATCH = 4096


class Overlap(NamedTuple):
    """What was found.

    Attributes:
        matches: `Match`.
        sizes: `(benchmark, ("images" | "undecodable", n))`, a pair for every benchmark and kind.
        labels: `((benchmark, key), label)` of every benchmark image, None for one without.
    """

    matches: "beam.PCollection[Match]"
    sizes: "beam.PCollection[tuple[tuple[str, str], int]]"
    labels: "beam.PCollection[tuple[tuple[str, str], str | None]]"


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
        nearest = (
            overlap.matches
            | "Nearest" >> beam.Map(_uid_and_match)
            | "MatchedUids" >> beam.CombinePerKey(nearest_matches)
        )
        settled = pairs | "Mark" >> beam.Map(
            mark_overlap, beam.pvalue.AsDict(nearest), self.contamination.action
        )
        return Measured(settle(Stages.DECONTAMINATE, pairs, settled, self.progress), overlap)


@dataclass
class FindOverlap(Stage):
    """Matches pool images against every benchmark, each benchmark one part a worker to read.

    Attributes:
        is_verified: Whether thumbnails are aligned; pool images without one go by hashes alone.
    """

    contamination: Contamination
    is_verified: bool = False

    def expand(self, pool_images: beam.PCollection) -> Overlap:
        hashed = (
            pool_images.pipeline
            | "Parts" >> beam.Create(list_parts(self.contamination.benchmarks))
            | beam.Reshuffle()  # few parts fan out to many images
            | "HashBenchmarks" >> beam.FlatMap(hash_part, fingerprinter(self.is_verified))
        )
        images = hashed | "Hashed" >> beam.Filter(_is_image)
        sizes = hashed | "Kinds" >> beam.Map(_kind) | beam.combiners.Count.PerElement()
        matches = (
            pool_images
            | beam.BatchElements(min_batch_size=1, max_batch_size=MATCH_BATCH)
            | "Match"
            >> beam.ParDo(_Match(self.contamination, self.is_verified), beam.pvalue.AsList(images))
        )
        labels = images | "Labels" >> beam.Map(_label)
        return Overlap(matches, sizes, labels)


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


def shard_fingerprints(table: str, pool: str) -> Iterator[PoolImage]:
    """Yields the images of one shard of a pool or dataset, with their thumbnails."""
    return read_fingerprints(pool, table, fingerprint_image)


def fingerprinter(is_verified: bool) -> Callable[[bytes], Fingerprint]:
    """Returns what takes the fingerprint of a file: its hashes, or a thumbnail too."""
    return fingerprint_image if is_verified else hash_only


def hash_pool_part(part: SourcePart, is_verified: bool = False) -> Iterator[PoolImage]:
    """Yields the hashes of plain images; one that does not decode can match nothing."""
    for item in hash_part(part, fingerprinter(is_verified)):
        if isinstance(item, BenchmarkImage):
            yield PoolImage(
                pool_key=item.key,
                sha256=item.sha256,
                phash=item.phash,
                thumbnail=item.thumbnail,
            )


def mark_overlap(
    pair: PoolRow, nearest: Mapping[str, Sequence[Match]], action: str
) -> PoolRow | LedgerRow:
    """Returns the pair with the names of the benchmarks it touches, or its ledger row."""
    matches = nearest.get(pair.uid, ())
    if matches and action == "remove":
        detail = "; ".join(map(_detail, matches))
        return drop(pair, Stages.DECONTAMINATE, Reject.BENCHMARK_OVERLAP, detail)
    return replace(pair, overlap=tuple(match.benchmark for match in matches))


def nearest_matches(found: Iterable[Match | Sequence[Match]]) -> tuple[Match, ...]:
    """Returns the nearest match of each benchmark, by name; may be fed its own results."""
    nearest: dict[str, Match] = {}
    for item in found:
        for match in (item,) if isinstance(item, Match) else item:
            held = nearest.setdefault(match.benchmark, match)
            nearest[match.benchmark] = min(held, match, key=_nearness)
    return tuple(nearest[name] for name in sorted(nearest))


def _nearness(match: Match) -> tuple[bool, int, str]:
    return match.method != "sha256", match.distance, match.benchmark_key


def _detail(match: Match) -> str:
    how = f"{match.method} distance {match.distance}"
    return f"{match.benchmark} image {match.benchmark_key}, {how}"


class _Match(beam.DoFn):
    def __init__(self, contamination: Contamination, is_verified: bool) -> None:
        self._contamination = contamination
        self._is_verified = is_verified
        self._matcher: BenchmarkMatcher | ConfirmingMatcher | None = None

    def process(
        self, batch: Sequence[PoolImage], images: Sequence[BenchmarkImage]
    ) -> Iterable[Match]:
        if self._matcher is None:
            self._matcher = self._make(sorted(images, key=_image_order))  # engines mix them
        return self._matcher.match(batch)

    def _make(self, images: Sequence[BenchmarkImage]) -> BenchmarkMatcher | ConfirmingMatcher:
        max_distance = self._contamination.max_distance
        if self._is_verified:
            return ConfirmingMatcher(images, max_distance, self._contamination.min_score)
        return BenchmarkMatcher(images, max_distance, self._contamination.device)


def _image_order(image: BenchmarkImage) -> tuple[str, str]:
    return image.benchmark, image.key


def _is_image(item: Any) -> bool:
    return isinstance(item, BenchmarkImage)


def _kind(item: BenchmarkImage | UndecodableImage) -> tuple[str, str]:
    return item.benchmark, "images" if isinstance(item, BenchmarkImage) else "undecodable"


def _label(image: BenchmarkImage) -> tuple[tuple[str, str], str | None]:
    return (image.benchmark, image.key), image.label


def _uid_and_match(match: Match) -> tuple[str, Match]:
    return match.uid or "", match
