import numpy as np
import pytest

from dedup.verify.descriptor import NUM_DIMENSIONS, UNIT, describe
from tests.dedup.verify.photos import make_photo, thumbnails_of


def test_descriptors_are_whole_numbers_of_one_length() -> None:
    described = describe(thumbnails_of(*map(make_photo, range(4))))
    assert described.shape == (4, NUM_DIMENSIONS)
    assert np.array_equal(described, np.round(described))
    assert np.linalg.norm(described, axis=1) == pytest.approx(UNIT, rel=1e-3)
    assert (np.abs(described).astype(float) ** 2).sum(axis=1).max() < 2**24


def test_light_and_contrast_hardly_turn_a_descriptor() -> None:
    photo = make_photo(1)
    darker = (photo * 0.6).astype(np.uint8)
    one, other = describe(thumbnails_of(photo, darker))
    assert one @ other / UNIT**2 > 0.97


def test_a_flat_picture_is_like_nothing() -> None:
    assert not describe(thumbnails_of(np.full((50, 50, 3), 90, np.uint8))).any()
