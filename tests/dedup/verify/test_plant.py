import numpy as np
import pytest

from dedup.verify.plant import BLENDED, PLANTS, plant
from tests.dedup.verify.photos import make_photo


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("side", [32, 200])
def test_a_picture_is_altered_the_same_way_each_time_and_left_alone(name: str, side: int) -> None:
    photo = make_photo(1, side)
    before = photo.copy()
    altered = plant(name, photo, 7)
    assert altered.dtype == np.uint8
    assert altered.ndim == 3
    assert np.array_equal(altered, plant(name, photo, 7))
    assert np.array_equal(photo, before)
    assert altered.shape != photo.shape or not np.array_equal(altered, photo)


def test_geometry_is_as_the_name_says() -> None:
    photo = make_photo(2)
    assert plant("crop 25 %", photo, 0).shape == (150, 150, 3)
    assert plant("corner crop 15 %", photo, 0).shape == (170, 170, 3)
    assert plant("framed 20 %", photo, 0).shape == (240, 240, 3)
    assert np.array_equal(plant("turned 90", photo, 0), np.rot90(photo))
    assert np.array_equal(plant("mirrored", photo, 0), photo[:, ::-1])


def test_what_is_blended_is_planted_alone_too() -> None:
    assert set(BLENDED) <= set(PLANTS)
