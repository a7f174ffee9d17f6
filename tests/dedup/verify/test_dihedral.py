import numpy as np
import pytest

from dedup.verify.dihedral import DIHEDRAL, turn, turn_planes
from tests.dedup.verify.photos import make_photo, thumbnails_of


def test_names_mean_what_numpy_does() -> None:
    plane = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert np.array_equal(turn_planes(plane, "flip"), plane[:, ::-1])
    assert np.array_equal(turn_planes(plane, "rot90"), np.rot90(plane))
    assert np.array_equal(turn_planes(plane, "flip_rot270"), np.rot90(plane[:, ::-1], 3))


def test_the_eight_are_different() -> None:
    thumbnails = thumbnails_of(make_photo(1))
    assert len({turn(thumbnails, name).grey.tobytes() for name in DIHEDRAL}) == 8


@pytest.mark.parametrize("name", DIHEDRAL)
def test_colour_is_turned_with_the_grey(name: str) -> None:
    thumbnails = thumbnails_of(make_photo(1))
    assert np.array_equal(turn(thumbnails, name).chroma, turn_planes(thumbnails.chroma, name))
