"""Geometry of the calibration page's charts; the template draws it as SVG."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dedup.contamination.calibration import Calibration
from dedup.contamination.sizes import by_pool_size
from dedup.verify.threshold import MAX_SCORE, Tail, fit_tail

WIDTH: Final = 520.0
HEIGHT: Final = 200.0
BIN: Final = 0.02  # of scores
_LEAST_COUNT: Final = 0.1  # the lower end of the histogram's logarithmic axis


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Negatives whose score is in one bin; a rectangle upward from `HEIGHT`."""

    x: float
    width: float
    height: float
    score: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Scores of negatives, counts on a logarithmic axis, where an exponential tail is a line.

    Attributes:
        seen: Points of the tail as far as there are scores; `beyond` those after it.
        threshold: Where the least score lies.
        nothing: Negatives that nothing was proposed for.
    """

    columns: list[Column]
    seen: str
    beyond: str
    threshold: float
    nothing: int
    across: list[Tick]
    up: list[Tick]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePoint:
    """The least score for one size of pool."""

    x: float
    y: float
    size: int
    score: float
    is_extrapolated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCurve:
    """The least score against the size of the pool.

    Attributes:
        is_capped: Whether it ends at the largest score that is used.
    """

    points: list[SizePoint]
    path: str
    is_capped: bool
    across: list[Tick]
    up: list[Tick]


def histogram(calibration: Calibration) -> Histogram:
    """Places the scores from the lowest that something was proposed for to 1."""
    scores = [score for score in calibration.scores if score > -1]
    low = math.floor(min(scores, default=0.5) / BIN) * BIN
    low = min(low, calibration.threshold.min_score - BIN, 0.9)
    bins = Counter(math.floor((score - low) / BIN + 1e-9) for score in scores)
    decades = math.log10(max(10, *bins.values()) / _LEAST_COUNT) if bins else 2.0

    def across(score: float) -> float:
        return _round(WIDTH * (score - low) / (1 - low))

    def up(count: float) -> float:
        return _round(HEIGHT * math.log10(max(count, _LEAST_COUNT) / _LEAST_COUNT) / decades)

    columns = [
        Column(
            x=across(low + number * BIN),
            width=_round(across(low + BIN) - 1),
            height=up(count),
            score=round(low + number * BIN, 4),
            count=count,
        )
        for number, count in sorted(bins.items())
    ]
    tail, last = fit_tail(calibration.scores), max(scores, default=low)
    line = [(across(s), HEIGHT - up(n)) for s, n in _expected(tail, len(calibration.scores))]
    split = across(last)
    return Histogram(
        columns=columns,
        seen=_points([point for point in line if point[0] <= split]),
        beyond=_points([point for point in line if point[0] >= split]),
        threshold=across(calibration.threshold.min_score),
        nothing=len(calibration.scores) - len(scores),
        across=[
            Tick(at=across(tenth / 10), label=f"{tenth / 10:.1f}")
            for tenth in range(10, math.ceil(low * 10) - 1, -1 if low >= 0 else -2)
        ],
        up=[
            Tick(at=HEIGHT - up(10.0**power), label=f"{10**power:,}")
            for power in range(math.floor(decades + math.log10(_LEAST_COUNT)) + 1)
        ],
    )


def size_curve(calibration: Calibration, pool_images: int) -> SizeCurve:
    """Places the least score for pools of 100,000 to 10,000,000,000 pictures."""
    found = by_pool_size(calibration, pool_images)
    sizes = [math.log10(size) for size, _ in found]
    first, last = min(sizes, default=5.0), max(sizes, default=10.0)
    low = math.floor(min((t.min_score for _, t in found), default=0.5) * 20 - 0.5) / 20
    points = [
        SizePoint(
            x=_round(WIDTH * (math.log10(size) - first) / max(1.0, last - first)),
            y=_round(HEIGHT * (1 - threshold.min_score) / (1 - low)),
            size=size,
            score=threshold.min_score,
            is_extrapolated=threshold.is_extrapolated,
        )
        for size, threshold in found
    ]
    return SizeCurve(
        points=points,
        path=_points([(point.x, point.y) for point in points]),
        is_capped=any(point.score >= MAX_SCORE for point in points),
        across=[Tick(at=point.x, label=_power(point.size)) for point in points],
        up=[
            Tick(at=_round(HEIGHT * (1 - part / 20) / (1 - low)), label=f"{part / 20:.2f}")
            for part in range(round(low * 20), 21)
        ],
    )


def _expected(tail: Tail, total: int) -> list[tuple[float, float]]:
    """Returns scores and the counts of a bin around them, until they are too small to show."""
    points, score = [], tail.start + BIN / 2
    while score <= 1 - BIN / 2:
        left = score - BIN / 2
        count = total * (tail.rate_above(left) - tail.rate_above(left + BIN))
        if count < _LEAST_COUNT:
            break
        points.append((score, count))
        score += BIN / 4
    return points


def _power(size: int) -> str:
    names = {5: "100 k", 6: "1 M", 7: "10 M", 8: "100 M", 9: "1 G", 10: "10 G"}
    return names.get(round(math.log10(size)), f"{size:,}")


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _round(value: float) -> float:
    return round(value, 2)
