import numpy as np
import pytest

from benchmarks.contamination_coverage import TRUE_RATES, covered
from dedup.contamination.corrected import DetectorRates, correct_overlap

PERFECT = DetectorRates(found=100_000, planted=100_000, hits=0, queries=100_000)


def test_estimate_is_the_closed_form():
    calibration = DetectorRates(found=90, planted=100, hits=10, queries=1000)
    corrected = correct_overlap(50, 1000, calibration)
    assert corrected.rate == pytest.approx((0.05 - 0.01) / (0.9 - 0.01))
    assert corrected.low < corrected.rate < corrected.high


def test_perfect_detector_leaves_the_exact_interval():
    corrected = correct_overlap(10, 100, PERFECT)
    assert (corrected.low, corrected.high) == pytest.approx((0.0490, 0.1762), abs=1e-3)


def test_smaller_calibration_is_a_wider_interval():
    small = correct_overlap(50, 1000, DetectorRates(found=18, planted=20, hits=0, queries=100))
    large = correct_overlap(50, 1000, DetectorRates(found=900, planted=1000, hits=0, queries=5000))
    assert small.low < large.low < large.high < small.high


def test_as_many_as_false_positives_explain_is_nothing():
    corrected = correct_overlap(
        10, 1000, DetectorRates(found=90, planted=100, hits=20, queries=1000)
    )
    assert (corrected.rate, corrected.low) == (0.0, 0.0)


def test_detector_that_tells_nothing_leaves_everything_open():
    blind = DetectorRates(found=1, planted=10, hits=10, queries=100)
    assert correct_overlap(5, 10, blind).rate is None
    assert correct_overlap(0, 0, PERFECT).high == 1.0


@pytest.mark.parametrize(("found", "planted"), [(2, 1), (-1, 3), (0, 0)])
def test_impossible_calibration_is_refused(found, planted):
    with pytest.raises(ValueError, match="recall must be"):
        DetectorRates(found=found, planted=planted, hits=0, queries=1)


@pytest.mark.parametrize("rate", TRUE_RATES)
def test_95_percent_intervals_cover_the_truth(rate):
    assert covered(rate, sets=120, seed=3) >= 0.93 - 2 * np.sqrt(0.05 * 0.95 / 120)
