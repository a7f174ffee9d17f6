import numpy as np
from numpy.typing import NDArray

from dedup.verify.gradients import COARSE_SIDE, SIDE, Zoom, gradient_fields
from tests.dedup.verify.photos import make_photo, thumbnails_of


def _greys() -> NDArray[np.uint8]:
    return thumbnails_of(make_photo(1), make_photo(2)).grey


def test_fields_are_at_most_one_long_and_of_the_size_asked_for() -> None:
    for side in (SIDE, COARSE_SIDE):
        fields = gradient_fields(_greys(), side=side)
        assert fields.shape == (2, side, side)
        assert np.abs(fields).max() < 1


def test_brightness_changes_nothing_and_a_negative_turns_every_gradient() -> None:
    greys = _greys() // 2
    fields = gradient_fields(greys)
    assert np.allclose(gradient_fields(greys + 40), fields, atol=1e-4)
    assert np.allclose(gradient_fields(255 - greys), -fields, atol=1e-4)


def test_a_flat_picture_has_no_gradient() -> None:
    assert np.abs(gradient_fields(np.full((1, 64, 64), 90, np.uint8))).max() < 1e-4


def test_a_field_is_the_same_in_every_batch() -> None:
    greys, zoom = _greys(), Zoom(1.2, 1.1)
    assert np.array_equal(gradient_fields(greys, zoom)[1:], gradient_fields(greys[1:], zoom))
