import numpy as np
import pytest

from dedup.contamination.calibration import (
    Calibration,
    Calibrations,
    Wanted,
    calibrate,
    found_up_to,
    negatives,
    thumbnails_of,
)
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.corrected import DetectorRates
from dedup.verify.verify import Verifier
from schemas.records import BenchmarkImage, PoolImage
from tests.dedup.verify import photos
from tests.dedup.verify.photos import make_photo

SCORES = np.random.default_rng(0).exponential(0.02, 5000) + 0.6


def _bytes(seed: int) -> bytes:
    one = photos.thumbnails_of(make_photo(seed))
    return bytes(one.grey.tobytes() + one.chroma.tobytes())


def _image(seed: int) -> BenchmarkImage:
    return BenchmarkImage(
        benchmark="b", key=str(seed), sha256=str(seed), phash=seed, thumbnail=_bytes(seed)
    )


def _copy(key: str, seed: int) -> PoolImage:
    return PoolImage(pool_key=key, sha256="", phash=0, thumbnail=_bytes(seed))


def _calibrate(wanted: Wanted, growth: float = 1) -> Calibration:
    return calibrate(SCORES.tolist(), {"grey": [1.0, 0.8, -1.0, 0.99]}, wanted, growth)


def test_a_negative_does_not_find_its_own_positive() -> None:
    images = [_image(seed) for seed in range(6)]
    positives = photos.thumbnails_of(*map(make_photo, range(6)))
    scores = [pair.score for pair in Verifier(negatives(images)).pairs(positives)]
    assert max(scores, default=-1) < 0.6
    assert np.array_equal(255 - negatives(images).grey, positives.grey)


def test_a_copy_is_found_up_to_a_score_by_its_own_original_alone() -> None:
    matcher = ConfirmingMatcher([_image(seed) for seed in range(3)], 0)
    found = found_up_to(matcher, "0", [_copy("same", 0), _copy("of 1", 1), _copy("none", 9)])
    assert found["same"] > 0.9
    assert (found["of 1"], found["none"]) == (-1, -1)


def test_recall_and_false_matches_are_counted_at_the_threshold() -> None:
    found = _calibrate(Wanted(false_rate=0.01))
    (grey,) = found.transforms
    assert (grey.transform, grey.planted, grey.found) == ("grey", 4, 3)
    assert grey.ci95 == pytest.approx((0.194, 0.994), abs=0.001)
    assert found.rates == DetectorRates(found=3, planted=4, hits=found.hits, queries=5000)
    assert 0 < found.hits < 50
    assert found.hits == (found.threshold.min_score <= SCORES).sum()


def test_tolerated_pictures_are_a_share_of_the_benchmark() -> None:
    by_count = _calibrate(Wanted(false_pictures=50))
    assert by_count == _calibrate(Wanted(false_rate=0.01))
    assert _calibrate(Wanted(false_pictures=10**6)).max_rate == 0.5


def test_a_larger_pool_needs_a_higher_score() -> None:
    small, large = (_calibrate(Wanted(), growth) for growth in (1, 1000))
    assert small.threshold.min_score < large.threshold.min_score
    assert large.threshold.is_extrapolated


def test_a_score_chosen_elsewhere_is_measured() -> None:
    found = _calibrate(Wanted(min_score=0.65))
    assert found.threshold.min_score == 0.65
    assert found.threshold.false_rate == found.hits / 5000


def test_an_index_without_copies_has_no_rates() -> None:
    assert calibrate([0.1], {"grey": []}, Wanted(), 1).rates is None


def test_growth_is_of_the_real_pool() -> None:
    found = Calibrations(pool_images=100, pool_size=250, max_distance=6, benchmarks={})
    assert found.growth == 2.5


def test_thumbnails_are_of_those_that_have_one() -> None:
    images = [PoolImage(pool_key="a", sha256="", phash=0), _copy("b", 1)]
    assert len(thumbnails_of(images).grey) == 1
