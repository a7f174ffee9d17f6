import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.contamination.statistics import mean_rate, median_rate, overlap_interval, overlap_rate


def test_nothing_found_has_the_closed_form_upper_end():
    assert overlap_interval(0, 1000) == (0.0, pytest.approx(1 - 0.025 ** (1 / 1000)))


def test_everything_found_has_the_closed_form_lower_end():
    assert overlap_interval(1000, 1000) == (pytest.approx(0.025 ** (1 / 1000)), 1.0)


def test_interval_is_the_published_one():
    # Clopper-Pearson for 10 of 100, as in the R documentation's binom.test.
    assert overlap_interval(10, 100) == pytest.approx((0.0490, 0.1762), abs=1e-4)


def test_no_images_say_nothing():
    assert (overlap_interval(0, 0), overlap_rate(0, 0)) == ((0.0, 1.0), 0.0)


@pytest.mark.parametrize("overlap", [-1, 4])
def test_impossible_count_is_refused(overlap):
    with pytest.raises(ValueError, match="overlap must be 0 to 3"):
        overlap_interval(overlap, 3)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_rate_lies_in_its_interval_and_more_confidence_is_wider(counts):
    low, high = overlap_interval(*counts)
    wide_low, wide_high = overlap_interval(*counts, confidence=0.995)
    assert 0 <= wide_low <= low <= overlap_rate(*counts) <= high <= wide_high <= 1


def test_rates_are_summed_up_by_median_and_mean():
    assert (median_rate([0.0, 0.1, 0.5]), mean_rate([0.0, 0.1, 0.5])) == (0.1, pytest.approx(0.2))
    assert (median_rate([]), mean_rate([])) == (0.0, 0.0)
