"""Histograms of a sample with the recipe's thresholds marked; the template draws them as SVG.

What the recipe keeps stands in front of all. Bars are of equal width over ranges that grow, so that
a limit of 6 and one of 1,000 are both seen.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

BAR_HEIGHT = 120.0  # SVG user units
BAR_WIDTH = 26.0
MAX_NAMES = 20
OTHERS = "others"


T = TypeVar("T")


class Counts(Generic[T]):
    """How many records have each value: of all, and of those that the recipe keeps."""

    def __init__(self) -> None:
        self.all, self.kept = Counter[T](), Counter[T]()

    def add(self, value: T, *, is_kept: bool, count: int = 1) -> None:
        """Counts records."""
        self.all[value] += count
        if is_kept:
            self.kept[value] += count


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A limit of the recipe.

    Attributes:
        key: The recipe's, such as `min_chars`.
    """

    key: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The records in one range, or of one name.

    Attributes:
        label: Where the range begins, or the name.
        kept: Of `count`, those that the recipe keeps.
        height: 0 to `BAR_HEIGHT`; at least 2 where there is a record, so that it can be seen.
        kept_height: Likewise, of the kept.
    """

    label: str
    count: int
    kept: int
    height: float
    kept_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A threshold's place along the axis, in SVG user units."""

    label: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """One chart."""

    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def width(self) -> float:
        """Of all bars together."""
        return BAR_WIDTH * len(self.bars)


def make_histogram(
    title: str,
    values: Counts[float],
    edges: Sequence[float],
    thresholds: Sequence[Threshold] = (),
) -> Histogram:
    """Counts values in the ranges between `edges`, the last of which has no end.

    Args:
        title: Of the chart.
        values: Those below the first edge are counted with the first range.
        edges: Where ranges begin, ascending.
        thresholds: To mark; one beyond the last edge is marked at its end.
    """
    ranges = Counts[int]()
    for all_or_kept, into in ((values.all, ranges.all), (values.kept, ranges.kept)):
        for value, count in all_or_kept.items():
            into[max(0, bisect_right(edges, value) - 1)] += count
    marks = tuple(
        Mark(label=f"{t.key} = {t.value:g}", x=round(_place(t.value, edges) * BAR_WIDTH, 2))
        for t in thresholds
    )
    named = [(f"{edge:g}", n) for n, edge in enumerate(edges)]
    return Histogram(title=title, bars=_bars(named, ranges), marks=marks)


def count_names(title: str, names: Counts[str]) -> Histogram:
    """Draws the most frequent names; the rest are one bar."""
    ranked = sorted(names.all, key=lambda name: (-names.all[name], name))
    shown, rest = ranked[:MAX_NAMES], ranked[MAX_NAMES:]
    bars = Counts[str]()
    for name in shown:
        bars.all[name], bars.kept[name] = names.all[name], names.kept[name]
    if rest:
        shown.append(OTHERS)
        bars.all[OTHERS] = sum(names.all[name] for name in rest)
        bars.kept[OTHERS] = sum(names.kept[name] for name in rest)
    return Histogram(title=title, bars=_bars([(name, name) for name in shown], bars))


def _bars(named: Sequence[tuple[str, T]], counts: Counts[T]) -> tuple[Bar, ...]:
    top = max(counts.all.values(), default=0)
    return tuple(
        Bar(
            label=label,
            count=counts.all[key],
            kept=counts.kept[key],
            height=_height(counts.all[key], top),
            kept_height=_height(counts.kept[key], top),
        )
        for label, key in named
    )


def growing_edges(end: float) -> list[float]:
    """Returns 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, ... as far as `end`, and the next."""
    edges = [0.0, 1.0, 2.0]
    while edges[-1] < end:
        edges.append(edges[-1] * (1.5 if len(edges) % 2 else 4 / 3))
    return edges


def even_edges(start: float, end: float, count: int) -> list[float]:
    """Returns where `count` equal ranges from `start` to `end` begin."""
    return [round(start + (end - start) * n / count, 6) for n in range(count)]


def _height(count: int, top: int) -> float:
    return round(max(2.0, BAR_HEIGHT * count / top), 2) if count else 0.0


def _place(value: float, edges: Sequence[float]) -> float:
    """Returns how many bars lie before `value`."""
    for number, (low, high) in enumerate(pairwise(edges)):
        if value < high:
            return number + max(0.0, value - low) / (high - low)
    return float(len(edges))
