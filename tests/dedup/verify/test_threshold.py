import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.verify.threshold import (
    LEAST_SCORE,
    MAX_SCORE,
    choose_threshold,
    fit_tail,
    judge_threshold,
)


def test_the_rate_is_surely_below_what_is_tolerated() -> None:
    scores = np.linspace(0, 0.8, 5000)
    found = choose_threshold(scores.tolist(), 0.001)
    assert (scores >= found.min_score).sum() == 1  # 2 of 5,000 could be 0.126 %
    assert found.upper == pytest.approx(0.00095, abs=1e-5)
    assert not found.is_extrapolated


def test_a_larger_pool_needs_a_higher_score() -> None:
    scores = np.random.default_rng(0).exponential(0.05, 5000) + 0.5
    found = [choose_threshold(scores.tolist(), 0.01, growth) for growth in (1, 4, 1000)]
    assert [threshold.is_extrapolated for threshold in found] == [False, False, True]
    assert found[0].min_score < found[1].min_score < found[2].min_score


def test_an_exponential_tail_is_followed_where_nothing_can_be_counted() -> None:
    scores = np.random.default_rng(0).exponential(0.03, 20_000) + 0.4
    found = choose_threshold(scores.tolist(), 1e-6)
    assert found.min_score - 0.4 == pytest.approx(0.03 * np.log(1e6), rel=0.1)
    assert found.false_rate == pytest.approx(1e-6, rel=0.05)


@given(st.lists(st.floats(-1, 1), max_size=30), st.floats(1e-6, 0.5))
def test_a_threshold_is_always_a_possible_score(scores: list[float], rate: float) -> None:
    assert LEAST_SCORE <= choose_threshold(scores, rate).min_score <= MAX_SCORE


def test_a_score_chosen_elsewhere_is_judged_by_its_count() -> None:
    found = judge_threshold([0.9, 0.8, 0.1, 0.2], 0.8, growth=2)
    assert (found.false_rate, found.is_extrapolated) == (1, False)
    assert judge_threshold([], 0.8).upper == 1


def test_a_pool_that_proposes_nothing_does_not_let_everything_in() -> None:
    found = choose_threshold([-1.0] * 80, 0.05)
    assert (found.min_score, found.false_rate, found.is_extrapolated) == (LEAST_SCORE, 0, False)
    found = choose_threshold([-1.0] * 80, 0.001)
    assert found.min_score > LEAST_SCORE
    assert found.is_extrapolated


def test_pictures_that_nothing_was_proposed_for_are_no_part_of_the_tail() -> None:
    some = [0.5, 0.48, 0.47, 0.44]
    tail = fit_tail([-1.0] * 196 + some)
    assert (tail.start, tail.share) == (0.44, 0.02)
    assert tail.excess == pytest.approx(0.0225, abs=0.003)
    assert tail.rate_above(tail.start) == pytest.approx(tail.share)
    assert tail.score_at(tail.rate_above(0.6)) == pytest.approx(0.6)
