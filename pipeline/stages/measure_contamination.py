"""Stage 6: how much of each benchmark the pool contains (CLIP, arXiv 2103.00020, section 5).

CLIP measures overlap after the fact instead of removing it, because a purge would need every future
benchmark in advance; a recipe may ask for removal all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import apache_beam as beam

from dedup.contamination.between import Between, find_between
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.match import BenchmarkMatcher
from dedup.contamination.records import SourcePart
from dedup.contamination.report import METHODS
from dedup.contamination.sources import UndecodableImage, hash_part, split_source
from pipeline.download.hash_image import fingerprint_image, hash_only
from pipeline.progress import SEARCHED, writer_for
from pipeline.recipe.dedupe import Contamination
from pipeline.rules import drop
from pipeline.shards.fingerprints import fingerprints_of, read_fingerprints
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
        between: `Between`, copies among the benchmarks; none if they were not looked for.
    """

    matches: "beam.PCollection[Match]"
    sizes: "beam.PCollection[tuple[tuple[str, str], int]]"
    labels: "beam.PCollection[tuple[tuple[str, str], str | None]]"
    between: "beam.PCollection[Between]"


class Measured(NamedTuple):
    """A stage result with what the report is made of."""

    result: StageResult
    overlap: Overlap


@dataclass
class MeasureContamination(Stage):
    """Finds benchmark images among the pairs, marks the pairs and, if asked, drops them.

    Attributes:
        pool: Folder that holds the images; their fingerprints are made once and kept there.
    """

    contamination: Contamination
    pool: str
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> Measured:
        images = pairs | TakeFingerprints(self.contamination, self.pool)
        overlap = images | FindOverlap(self.contamination)
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
class TakeFingerprints(Stage):
    """Pairs to pool images, with thumbnails if something is aligned: a pool shard one worker."""

    contamination: Contamination
    pool: str

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        if not (self.contamination.verify and self.contamination.benchmarks):
            return pairs | "PoolImages" >> beam.Map(to_pool_image)
        return (
            pairs
            | "UidsByShard" >> beam.Map(_shard_and_uid)
            | beam.GroupByKey()
            | "Thumbnails" >> beam.FlatMap(_fingerprints, self.pool)
        )


@dataclass
class FindOverlap(Stage):
    """Matches pool images against every benchmark, each benchmark one part a worker to read."""

    contamination: Contamination
    progress: str | None = None

    def expand(self, pool_images: beam.PCollection) -> Overlap:
        hashed = (
            pool_images.pipeline
            | "Parts" >> beam.Create(list_parts(self.contamination.benchmarks))
            | beam.Reshuffle()  # few parts fan out to many images
            | "HashBenchmarks" >> beam.FlatMap(hash_part, fingerprinter(self.contamination.verify))
        )
        images = hashed | "Hashed" >> beam.Filter(_is_image)
        sizes = hashed | "Kinds" >> beam.Map(_kind) | beam.combiners.Count.PerElement()
        matches = (
            pool_images
            | beam.BatchElements(min_batch_size=1, max_batch_size=MATCH_BATCH)
            | "Match"
            >> beam.ParDo(_Match(self.contamination, self.progress), beam.pvalue.AsList(images))
        )
        labels = images | "Labels" >> beam.Map(_label)
        return Overlap(matches, sizes, labels, images | FindBetween(self.contamination))


@dataclass
class FindBetween(Stage):
    """Matches benchmark images with each other, if asked: within a benchmark, and between two."""

    contamination: Contamination

    def expand(self, images: beam.PCollection) -> beam.PCollection:
        if not self.contamination.within:
            return images.pipeline | beam.Create([])
        return (
            images
            | "SpreadImages" >> beam.Reshuffle()  # they come in as few parts
            | beam.BatchElements(min_batch_size=1, max_batch_size=MATCH_BATCH)
            | beam.ParDo(_MatchBetween(self.contamination), beam.pvalue.AsList(images))
        )


def make_matcher(
    section: Contamination, images: Sequence[BenchmarkImage]
) -> BenchmarkMatcher | ConfirmingMatcher:
    """Returns what finds `images` as the recipe's section says."""
    images = sorted(images, key=_image_order)  # engines mix them
    if not section.verify:
        return BenchmarkMatcher(images, section.max_distance, section.device)
    return ConfirmingMatcher(images, section.max_distance, section.min_score, section.min_scores)


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


def _nearness(match: Match) -> tuple[int, float, int, str]:
    score = match.score if match.score is not None else 1.0
    by_score = -score if match.method == "aligned" else 0.0
    return METHODS.index(match.method), by_score, match.distance, match.benchmark_key


def _detail(match: Match) -> str:
    """Returns what a ledger row says: which image, how it was found, how near it is."""
    how = f"{match.method} distance {match.distance}"
    if match.score is not None:
        how += f", score {match.score}"
    if match.transform != "none":
        how += f", {match.transform}"
    return f"{match.benchmark} image {match.benchmark_key}, {how}"


class _Match(beam.DoFn):
    def __init__(self, contamination: Contamination, progress: str | None) -> None:
        self._contamination = contamination
        self._progress = progress
        self._matcher: BenchmarkMatcher | ConfirmingMatcher | None = None

    def process(
        self, batch: Sequence[PoolImage], images: Sequence[BenchmarkImage]
    ) -> Iterable[Match]:
        if self._matcher is None:
            self._matcher = make_matcher(self._contamination, images)
        yield from self._matcher.match(batch)
        if self._progress:
            writer_for(self._progress).add(Stages.DECONTAMINATE, SEARCHED, len(batch))


class _MatchBetween(beam.DoFn):
    def __init__(self, contamination: Contamination) -> None:
        self._contamination = contamination
        self._matcher: BenchmarkMatcher | ConfirmingMatcher | None = None

    def process(
        self, batch: Sequence[BenchmarkImage], images: Sequence[BenchmarkImage]
    ) -> Iterable[Between]:
        if self._matcher is None:
            self._matcher = make_matcher(self._contamination, images)
        return find_between(self._matcher, batch)


def _shard_and_uid(pair: PoolRow) -> tuple[int, str]:
    return pair.shard, pair.uid


def _fingerprints(group: tuple[int, Iterable[str]], pool: str) -> Iterator[PoolImage]:
    shard, uids = group
    return fingerprints_of(pool, shard, set(uids), fingerprint_image)


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
