"""Histograms of a sample with the recipe's thresholds marked; the template draws them as SVG.

Bars are of equal width over ranges that grow, so that a limit of 6 and one of 1,000 are both seen.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

BAR_HEIGHT = 120.0  # SVG user units
BAR_WIDTH = 26.0
MAX_NAMES = 20
OTHERS = "others"


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
        height: 0 to `BAR_HEIGHT`; at least 2 where there is a record, so that it can be seen.
        is_wanted: Whether the recipe keeps it; only names can tell.
    """

    label: str
    count: int
    height: float
    is_wanted: bool = True


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
    values: Iterable[float],
    edges: Sequence[float],
    thresholds: Sequence[Threshold] = (),
) -> Histogram:
    """Counts `values` in the ranges between `edges`, the last of which has no end.

    Args:
        title: Of the chart.
        values: Those below the first edge are counted with the first range.
        edges: Where ranges begin, ascending.
        thresholds: To mark; one beyond the last edge is marked at its end.
    """
    counts = Counter(max(0, bisect_right(edges, value) - 1) for value in values)
    top = max(counts.values(), default=0)
    bars = tuple(
        Bar(label=f"{edge:g}", count=counts[n], height=_height(counts[n], top))
        for n, edge in enumerate(edges)
    )
    marks = tuple(
        Mark(label=f"{t.key} = {t.value:g}", x=round(_place(t.value, edges) * BAR_WIDTH, 2))
        for t in thresholds
    )
    return Histogram(title=title, bars=bars, marks=marks)


def count_names(title: str, names: Iterable[str], wanted: Sequence[str] | None = None) -> Histogram:
    """Counts the most frequent names; the rest are one bar.

    Args:
        title: Of the chart.
        names: One for each record.
        wanted: Names that the recipe keeps; None keeps all.
    """
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    shown = ranked[:MAX_NAMES]
    if rest := sum(count for _, count in ranked[MAX_NAMES:]):
        shown = [*shown, (OTHERS, rest)]
    top = max((count for _, count in shown), default=0)
    return Histogram(
        title=title,
        bars=tuple(
            Bar(
                label=name,
                count=count,
                height=_height(count, top),
                is_wanted=wanted is None or name in wanted,
            )
            for name, count in shown
        ),
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
