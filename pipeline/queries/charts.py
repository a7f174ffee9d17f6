"""Geometry of the balance report's charts, as SVG: pairs by rank of the query, share by size."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 520.0, 240.0  # SVG user units of the plotted area
_MAX_POINTS = 200  # of a curve; a screen shows no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A logarithmic axis from 1.

    Attributes:
        end: A power of ten.
        ticks: `(label, place)`.
    """

    end: int
    ticks: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Queries of one order of magnitude.

    Attributes:
        label: Such as `10-99`.
        queries: How many.
        before: Share of all matches before, 0 to 1; so is after.
    """

    label: str
    queries: int
    before: float
    after: float


def axis(largest: int, length: float) -> Axis:
    """Returns the axis that holds `largest`, with a tick at each power of ten."""
    powers = max(1, math.ceil(math.log10(max(largest, 1))))
    ticks = tuple((f"{10**p:,}", _round(p / powers * length)) for p in range(powers + 1))
    return Axis(end=10**powers, ticks=ticks)


def place(value: float, on: Axis, length: float) -> float:
    """Returns where `value` lies on a logarithmic axis."""
    return _round(math.log10(max(value, 1.0)) / math.log10(on.end) * length)


def curve(counts: Sequence[int], ranks: Axis, pairs: Axis) -> str:
    """Returns the points of the line of counts, largest first, over their rank."""
    points = []
    for rank in _spread(len(counts)):
        x = place(rank, ranks, WIDTH)
        y = HEIGHT - place(counts[rank - 1], pairs, HEIGHT)
        points.append(f"{x},{_round(y)}")
    return " ".join(points)


def magnitudes(pairs: Iterable[tuple[int, int]]) -> list[Bar]:
    """Groups queries by the digits of their count before; each with its share of all matches."""
    queries: dict[int, int] = {}
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for count, kept in pairs:
        digits = len(str(count))
        queries[digits] = queries.get(digits, 0) + 1
        before[digits] = before.get(digits, 0) + count
        after[digits] = after.get(digits, 0) + kept
    all_before, all_after = sum(before.values()) or 1, sum(after.values()) or 1
    return [
        Bar(
            label=f"{10 ** (digits - 1):,}-{10**digits - 1:,}",
            queries=queries[digits],
            before=before[digits] / all_before,
            after=after[digits] / all_after,
        )
        for digits in sorted(queries)
    ]


def _spread(length: int) -> list[int]:
    """Returns ranks from 1 to `length`, evenly in their logarithms."""
    if length <= _MAX_POINTS:
        return list(range(1, length + 1))
    step = math.log(length) / (_MAX_POINTS - 1)
    return sorted({min(length, round(math.exp(step * index))) for index in range(_MAX_POINTS)})


def _round(value: float) -> float:
    return round(value, 2)
