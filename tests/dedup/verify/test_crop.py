import numpy as np
import pytest

from dedup.verify.align import Stretch
from dedup.verify.crop import Crop, crop_of, within
from dedup.verify.dihedral import DIHEDRAL, turn_planes


def test_an_unmoved_picture_shows_all() -> None:
    assert crop_of(Stretch(), (0, 0), "none") == Crop()


def test_a_stretched_and_moved_picture_shows_a_part() -> None:
    assert crop_of(Stretch(1.25, 1.25), (-0.125, 0.125), "none") == pytest.approx((0, 0.2, 0.8, 1))


def test_a_framed_picture_shows_all_and_no_more() -> None:
    assert crop_of(Stretch(0.8, 0.8), (0, 0), "flip") == Crop()


@pytest.mark.parametrize("transform", DIHEDRAL)
def test_the_crop_is_that_of_the_upright_picture(transform: str) -> None:
    marked = np.zeros((8, 8), np.uint8)
    marked[1:3, 4:8] = 1
    rows, columns = np.nonzero(turn_planes(marked, transform))
    width = (columns.max() + 1 - columns.min()) / 8
    height = (rows.max() + 1 - rows.min()) / 8
    x, y = (columns.min() + columns.max() + 1) / 16, (rows.min() + rows.max() + 1) / 16
    shift = ((x - 0.5) / width, (y - 0.5) / height)
    found = crop_of(Stretch(1 / width, 1 / height), shift, transform)
    assert found == pytest.approx((0.5, 0.125, 1, 0.375))


def test_a_crop_of_a_part_is_a_crop_of_the_whole() -> None:
    assert within(Crop(0, 0, 0.5, 1), Crop(0.2, 0.1, 0.8, 0.9)) == pytest.approx(
        (0.2, 0.1, 0.5, 0.9)
    )
