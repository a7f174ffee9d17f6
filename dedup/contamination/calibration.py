"""Calibrates the second stage on a user's own benchmark and pool: threshold first, then recall.

False matches come from photographic negatives of the benchmark, searched for in the real pool:
whatever turns are tried, a negative has no true copy there. Recall comes from planted copies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dedup.contamination.confirm import ConfirmingMatcher, strictness
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.statistics import overlap_interval
from dedup.verify.threshold import Threshold, choose_threshold, judge_threshold
from dedup.verify.thumbnail import Thumbnails, read_thumbnails
from schemas.records import BenchmarkImage, PoolImage


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedRecall:
    """How many of the copies altered in one way were found, with a Clopper-Pearson interval."""

    transform: str
    planted: int
    found: int
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was measured of one benchmark.

    Attributes:
        images: That have a thumbnail, and so a negative.
        max_rate: Share of them that may be found by mistake.
        hits: Negatives that were found at the threshold.
        transforms: Recall of each way of altering, at the threshold.
        scores: Of the negatives, the largest first; -1 where nothing was proposed.
    """

    images: int
    max_rate: float
    threshold: Threshold
    hits: int
    transforms: tuple[PlantedRecall, ...]
    scores: tuple[float, ...] = field(repr=False)

    @property
    def planted(self) -> int:
        """Copies of all transforms."""
        return sum(row.planted for row in self.transforms)

    @property
    def found(self) -> int:
        """Those that were found: over all alike, as nobody knows how the web alters copies."""
        return sum(row.found for row in self.transforms)

    @property
    def rates(self) -> DetectorRates | None:
        """What a report is corrected by; None where nothing was planted, as of an index."""
        if not self.planted:
            return None
        return DetectorRates(
            found=self.found, planted=self.planted, hits=self.hits, queries=self.images
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrations:
    """What `webimagetext calibrate` writes.

    Attributes:
        pool_images: That the negatives were looked for in.
        pool_size: That the thresholds are meant for.
    """

    pool_images: int
    pool_size: int
    max_distance: int
    benchmarks: Mapping[str, Calibration]

    @property
    def growth(self) -> float:
        """How many times as large the real pool is."""
        return self.pool_size / self.pool_images


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a threshold must hold to; of several the first that is given.

    Attributes:
        min_score: Chosen elsewhere, to be measured.
        false_pictures: Benchmark pictures that may be found by mistake.
        false_rate: The same as a share.
    """

    min_score: float | None = None
    false_pictures: float | None = None
    false_rate: float = 0.001

    def choose(self, scores: Sequence[float], growth: float) -> Threshold:
        """Returns the threshold for a pool `growth` times as large as that of the scores."""
        if self.min_score is not None:
            return judge_threshold(scores, self.min_score, growth)
        return choose_threshold(scores, self.rate(len(scores)), growth)

    def rate(self, images: int) -> float:
        """Returns the share of a benchmark's images that may be found by mistake."""
        if self.false_pictures is None:
            return self.false_rate
        return min(0.5, self.false_pictures / max(1, images))


def calibrate(
    scores: Sequence[float], planted: Mapping[str, Sequence[float]], wanted: Wanted, growth: float
) -> Calibration:
    """Returns the calibration of one benchmark.

    Args:
        scores: The best of each benchmark picture's negative in the pool.
        planted: By transform, up to which least score each planted copy is found.
        wanted: Of the threshold.
        growth: How many times as large the real pool is as the one the scores come from.
    """
    ordered = tuple(sorted(scores, reverse=True))
    threshold = wanted.choose(ordered, growth)
    return Calibration(
        images=len(ordered),
        max_rate=wanted.rate(len(ordered)),
        threshold=threshold,
        hits=sum(score >= threshold.min_score for score in ordered),
        transforms=tuple(
            _recall(name, copies, threshold.min_score) for name, copies in planted.items()
        ),
        scores=ordered,
    )


def negatives(images: Sequence[BenchmarkImage]) -> Thumbnails:
    """Returns photographic negatives: every edge is where it was, and points the other way."""
    thumbnails = thumbnails_of(images)
    return Thumbnails(255 - thumbnails.grey, 255 - thumbnails.chroma)


def thumbnails_of(images: Iterable[BenchmarkImage | PoolImage]) -> Thumbnails:
    """Returns the thumbnails of those that have one."""
    return read_thumbnails([image.thumbnail for image in images if image.thumbnail is not None])


def found_up_to(
    matcher: ConfirmingMatcher, original: str, copies: Sequence[PoolImage]
) -> dict[str, float]:
    """Returns up to which least score each copy of an original is found; -1 for never."""
    found = {copy.pool_key: -1.0 for copy in copies}
    for match in matcher.candidates(copies):
        if match.benchmark_key == original:
            found[match.pool_key] = max(found[match.pool_key], strictness(match))
    return found


def _recall(name: str, copies: Sequence[float], min_score: float) -> PlantedRecall:
    found = sum(limit >= min_score for limit in copies)
    low, high = overlap_interval(found, len(copies))
    return PlantedRecall(transform=name, planted=len(copies), found=found, ci95=(low, high))
