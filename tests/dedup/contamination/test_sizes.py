import numpy as np

from dedup.contamination.calibration import Wanted, calibrate
from dedup.contamination.sizes import by_pool_size

FOUND = calibrate(
    (np.random.default_rng(0).exponential(0.02, 5000) + 0.6).tolist(), {}, Wanted(), 1
)


def test_the_least_score_rises_with_the_pool() -> None:
    found = by_pool_size(FOUND, 100_000)
    assert found[0][1] == FOUND.threshold
    scores = [threshold.min_score for _, threshold in found]
    assert scores == sorted(set(scores))


def test_a_pool_smaller_than_what_was_looked_in_is_left_out() -> None:
    assert [size for size, _ in by_pool_size(FOUND, 2_000_000, (10**5, 10**7))] == [10**7]
