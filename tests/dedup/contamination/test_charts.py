import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.contamination.charts import (
    BAR_HEIGHT,
    WHISKER_WIDTH,
    Whisker,
    axis_end,
    distance_bars,
    overlap_curve,
    score_bars,
    whisker,
)
from schemas.records import Match


@pytest.mark.parametrize(
    ("rates", "end"), [([], 0.01), ([0.002], 0.01), ([0.013, 0.3], 0.5), ([0.2], 0.2), ([1.0], 1.0)]
)
def test_axis_ends_at_a_round_rate(rates, end):
    assert axis_end(rates) == pytest.approx(end)


@given(st.floats(0, 1))
def test_axis_holds_every_rate(rate):
    assert rate <= axis_end([rate]) * (1 + 1e-9)


def test_whisker_is_scaled_to_the_axis():
    assert whisker(0.1, (0.05, 0.2), 0.2) == Whisker(
        low=WHISKER_WIDTH / 4, dot=WHISKER_WIDTH / 2, high=WHISKER_WIDTH
    )


def _match(distance):
    return Match(
        benchmark="b",
        benchmark_key="k",
        uid=None,
        pool_key="p",
        url=None,
        method="phash",
        distance=distance,
    )


def test_bars_count_each_distance_up_to_the_limit_and_beyond_if_found():
    bars = distance_bars([_match(0)] * 1000 + [_match(2)], 3)
    assert [(bar.distance, bar.count) for bar in bars] == [(0, 1000), (1, 0), (2, 1), (3, 0)]
    assert [bar.height for bar in bars] == [BAR_HEIGHT, 0, 2.0, 0]
    assert distance_bars([_match(8)], 6)[-1].distance == 8


def _scored(key, distance, score=None):
    return Match(
        benchmark="b",
        benchmark_key=key,
        uid=None,
        pool_key="p",
        url=None,
        method="phash",
        distance=distance,
        score=score,
    )


def test_curve_counts_each_image_at_its_nearest():
    curve = overlap_curve([_scored("a", 2), _scored("a", 0), _scored("b", 2)], 10, 3)
    assert curve.rates == [0.1, 0.1, 0.2, 0.2]
    assert (curve.end, curve.heights[2]) == (0.2, BAR_HEIGHT)
    assert overlap_curve([], 0, 1).rates == [0.0, 0.0]


def test_scores_are_binned_up_to_one():
    bars = score_bars([_scored("a", 9, 0.96), _scored("b", 9, 1.0), _scored("c", 9, 0.9)])
    assert [(bar.score, bar.count) for bar in bars] == [(0.88, 1), (0.92, 0), (0.96, 2)]
    assert score_bars([_scored("a", 2)]) == []
