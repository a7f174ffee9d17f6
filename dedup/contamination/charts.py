"""Geometry of the report's small charts; the template draws it as SVG."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.records import Match

# An axis ends at one of these times a power of ten, so that its labels are short.
_NICE = (1.0, 2.0, 5.0, 10.0)
WHISKER_WIDTH = 200.0  # SVG user units from rate 0 to the axis' end
BAR_HEIGHT = 90.0
HASH_METHODS = ("sha256", "phash")  # whose pairs have a distance within the limit
_SCORE_BINS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """A rate and its interval along an axis of `WHISKER_WIDTH`."""

    low: float
    dot: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The pairs at one distance.

    Attributes:
        height: 0 to `BAR_HEIGHT`; at least 2 where there is a pair, so that it can be seen.
    """

    distance: int
    count: int
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBar:
    """The pairs of one range of scores, from `score` upward."""

    score: float
    count: int
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Overlap at each distance that the search could have been limited to.

    Attributes:
        heights: Of `rates`, 0 to `BAR_HEIGHT`, which is the rate `end`.
    """

    rates: list[float]
    heights: list[float]
    end: float


def axis_end(rates: Iterable[float]) -> float:
    """Returns the end, 0.01 to 1, of an axis from 0 that holds all `rates`."""
    top = min(1.0, max([*rates, 0.01]))
    power = 10.0 ** math.floor(math.log10(top))
    return min(1.0, next(nice * power for nice in _NICE if nice * power >= top * (1 - 1e-9)))


def whisker(rate: float, interval: Sequence[float], end: float) -> Whisker:
    """Places a rate and its interval on an axis from 0 to `end`."""
    low, high = interval
    scale = WHISKER_WIDTH / end
    return Whisker(low=_round(low * scale), dot=_round(rate * scale), high=_round(high * scale))


def distance_bars(matches: Iterable[Match], max_distance: int) -> list[Bar]:
    """Counts pairs at each distance from 0 to the largest that is allowed or found."""
    counts = Counter(match.distance for match in matches)
    last = max([max_distance, *counts])
    top = max(counts.values(), default=1)
    return [
        Bar(
            distance=distance,
            count=counts[distance],
            height=_round(max(2.0, BAR_HEIGHT * counts[distance] / top)) if counts[distance] else 0,
        )
        for distance in range(last + 1)
    ]


def overlap_curve(matches: Iterable[Match], images: int, max_distance: int) -> Curve:
    """Returns the share of images found, had the limit been 0, 1, ... `max_distance`."""
    nearest: dict[str, int] = {}
    for match in matches:
        key = match.benchmark_key
        nearest[key] = min(match.distance, nearest.get(key, match.distance))
    counts = Counter(nearest.values())
    rates, total = [], 0
    for distance in range(max_distance + 1):
        total += counts[distance]
        rates.append(total / images if images else 0.0)
    end = axis_end(rates)
    heights = [_round(BAR_HEIGHT * rate / end) for rate in rates]
    return Curve(rates=rates, heights=heights, end=end)


def score_bars(matches: Iterable[Match]) -> list[ScoreBar]:
    """Counts the pairs that were aligned by their score, from the lowest found to 1."""
    scores = [match.score for match in matches if match.score is not None]
    if not scores:
        return []
    counts = Counter(min(_SCORE_BINS - 1, int(score * _SCORE_BINS + 1e-9)) for score in scores)
    top = max(counts.values())
    return [
        ScoreBar(
            score=number / _SCORE_BINS,
            count=counts[number],
            height=_round(max(2.0, BAR_HEIGHT * counts[number] / top)) if counts[number] else 0,
        )
        for number in range(min(counts), _SCORE_BINS)
    ]


def _round(value: float) -> float:
    return round(value, 2)
