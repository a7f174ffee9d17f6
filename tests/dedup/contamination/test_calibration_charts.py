from itertools import pairwise

import numpy as np
import pytest

from dedup.contamination.calibration import Calibration, Wanted, calibrate
from dedup.contamination.calibration_charts import HEIGHT, WIDTH, histogram, size_curve


def _calibration(scores: list[float]) -> Calibration:
    return calibrate(scores, {}, Wanted(), 1)


SCORES = [-1.0] * 500 + (np.random.default_rng(0).exponential(0.03, 4500) + 0.4).tolist()


def test_every_negative_is_in_one_column_or_was_like_nothing() -> None:
    chart = histogram(_calibration(SCORES))
    assert chart.nothing == 500
    assert sum(column.count for column in chart.columns) == 4500
    assert max(column.height for column in chart.columns) <= HEIGHT
    assert all(0 <= column.x <= WIDTH for column in chart.columns)
    counts = [(column.count, column.height) for column in chart.columns]
    assert sorted(counts) == sorted(counts, key=lambda pair: pair[1])


def test_the_tail_falls_along_a_line_and_goes_on_beyond_what_was_seen() -> None:
    chart = histogram(_calibration(SCORES))
    points = [tuple(map(float, pair.split(","))) for pair in chart.seen.split()]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    assert slopes == pytest.approx([slopes[0]] * len(slopes), rel=0.05)
    assert slopes[0] > 0  # downward: y grows
    assert chart.beyond
    assert 0 < chart.threshold < WIDTH


def test_nothing_found_is_still_a_chart() -> None:
    chart = histogram(_calibration([-1.0] * 20))
    assert (chart.columns, chart.nothing) == ([], 20)
    assert chart.across[0].label == "1.0"


def test_the_curve_of_sizes_has_hollow_points_where_nothing_was_counted() -> None:
    curve = size_curve(_calibration(SCORES), 100_000)
    assert [point.is_extrapolated for point in curve.points] == [False, *[True] * 5]
    assert [tick.label for tick in curve.across][::5] == ["100 k", "10 G"]
    heights = [point.y for point in curve.points]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= y <= HEIGHT for y in heights)
