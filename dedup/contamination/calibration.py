"""Calibrates the second stage on a user's own benchmark and pool: threshold first, then recall.

False matches come from photographic negatives of the benchmark, searched for in the real pool:
whatever turns are tried, a negative has no true copy there. Recall comes from planted copies.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import fsspec
import numpy as np

from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.statistics import overlap_interval
from dedup.verify.threshold import Threshold
from dedup.verify.thumbnail import Thumbnails, read_thumbnails
from dedup.verify.verify import Verifier
from schemas.errors import UserError
from schemas.records import BenchmarkImage, PoolImage

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedRecall:
    """How many of the copies altered in one way were found, with a Clopper-Pearson interval."""

    transform: str
    planted: int
    found: int
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What `webimagetext calibrate` writes.

    Attributes:
        pool_images: That the negatives were looked for in.
        pool_size: That the threshold is meant for.
        hits: Negatives, of the benchmark's `images`, that were found at the threshold.
        transforms: Recall of each way of altering, at the threshold.
    """

    benchmark: str
    images: int
    pool_images: int
    pool_size: int
    max_distance: int
    threshold: Threshold
    hits: int
    transforms: tuple[PlantedRecall, ...]


class NullScores:
    """The best score of each benchmark picture's negative, over a pool that comes in batches."""

    def __init__(self, benchmark: Thumbnails) -> None:
        self._verifier = Verifier(negative(benchmark))
        self.scores = np.full(len(benchmark.grey), -1.0)
        self.num_pictures = 0

    def add(self, pictures: Thumbnails) -> None:
        """Looks for the negatives in some more pictures."""
        for pair in self._verifier.pairs(pictures):
            self.scores[pair.reference] = max(self.scores[pair.reference], pair.score)
        self.num_pictures += len(pictures.grey)


def negative(thumbnails: Thumbnails) -> Thumbnails:
    """Returns photographic negatives: every edge is where it was, and points the other way."""
    return Thumbnails(255 - thumbnails.grey, 255 - thumbnails.chroma)


def thumbnails_of(images: Iterable[BenchmarkImage | PoolImage]) -> Thumbnails:
    """Returns the thumbnails of those that have one."""
    return read_thumbnails([image.thumbnail for image in images if image.thumbnail is not None])


def measure_recall(
    matcher: ConfirmingMatcher, planted: Mapping[str, Sequence[tuple[str, PoolImage]]]
) -> tuple[PlantedRecall, ...]:
    """Returns the recall of each way of altering.

    Args:
        matcher: At the threshold.
        planted: By transform: key of the original in the benchmark, and the altered copy.
    """
    return tuple(_recall(matcher, name, copies) for name, copies in planted.items())


def _recall(
    matcher: ConfirmingMatcher, name: str, copies: Sequence[tuple[str, PoolImage]]
) -> PlantedRecall:
    found = {(m.benchmark_key, m.pool_key) for m in matcher.match([copy for _, copy in copies])}
    hits = sum((key, copy.pool_key) in found for key, copy in copies)
    low, high = overlap_interval(hits, len(copies))
    return PlantedRecall(transform=name, planted=len(copies), found=hits, ci95=(low, high))


def calibration_json(calibration: Calibration) -> str:
    """Returns the file's text: all of it, and the counts that `contamination` corrects with.

    Recall is over all planted copies alike, since nobody knows how copies on the web were altered.
    """
    transforms = calibration.transforms
    counts = {
        "recall": {
            "found": sum(row.found for row in transforms),
            "planted": sum(row.planted for row in transforms),
        },
        "false_positives": {"hits": calibration.hits, "queries": calibration.images},
    }
    return json.dumps({"version": VERSION, **counts, **asdict(calibration)}, indent=2) + "\n"


def read_settings(file: str) -> dict[str, Any]:
    """Returns the settings at which a calibration was measured; none of a file of counts alone.

    Raises:
        UserError: It cannot be read, or another version wrote it.
    """
    try:
        with fsspec.open(file, "rb") as stream:
            content = json.load(stream)
        if "threshold" not in content:
            return {}
        settings = {
            "min_score": float(content["threshold"]["min_score"]),
            "max_distance": int(content["max_distance"]),
            "verify": True,
        }
        version = content["version"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(f"{file}: not a calibration of `webimagetext calibrate`") from error
    if version != VERSION:
        raise UserError(f"{file}: version {version} of a calibration, this program has {VERSION}")
    return settings


def calibration_table(calibration: Calibration) -> str:
    """Returns the recall as a Markdown table, with the threshold above it."""
    threshold = calibration.threshold
    how = "extrapolated by an exponential tail" if threshold.is_extrapolated else "counted"
    lines = [
        f"Least score {threshold.min_score} for a pool of {calibration.pool_size:,} pictures: "
        f"false matches for {threshold.false_rate:.3%} of the benchmark's pictures, at most "
        f"{threshold.upper:.3%} ({how}; {calibration.images:,} negatives in "
        f"{calibration.pool_images:,} pictures).",
        "",
        "| altered | planted | found | recall | 95 % interval |",
        "|---|---|---|---|---|",
    ]
    for row in calibration.transforms:
        share = row.found / row.planted if row.planted else 0
        low, high = row.ci95
        lines.append(
            f"| {row.transform} | {row.planted} | {row.found} | {share:.3f} | "
            f"{low:.3f}-{high:.3f} |"
        )
    return "\n".join(lines) + "\n"
