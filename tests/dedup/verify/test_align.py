import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dedup.verify.align import Stretch, align, zooms
from tests.dedup.verify.photos import Pixels, make_photo, thumbnails_of


def _alter(photo: Pixels, name: str) -> Pixels:
    side = len(photo)
    altered: NDArray[np.generic]
    match name:
        case "crop":
            altered = photo[20:-20, 20:-20]
        case "corner":
            altered = photo[:-40, :-40]
        case "framed":
            altered = np.pad(photo, ((20, 20), (20, 20), (0, 0)), constant_values=255)
        case "rotated":
            matrix = cv2.getRotationMatrix2D((side / 2, side / 2), 5, 1)
            altered = cv2.warpAffine(photo, matrix, (side, side))
        case "dark":
            altered = photo * 0.5
        case _:
            altered = cv2.GaussianBlur(photo, (0, 0), 2)
    return altered.astype(np.uint8)


@pytest.mark.parametrize("name", ["crop", "corner", "framed", "rotated", "dark", "blurred"])
def test_altered_pictures_lie_on_their_original(name: str) -> None:
    photos = [make_photo(seed) for seed in range(8)]
    originals = thumbnails_of(*photos).grey
    altered = thumbnails_of(*(_alter(photo, name) for photo in photos)).grey
    assert align(originals, altered).score.min() > 0.75


def test_other_pictures_do_not() -> None:
    greys = thumbnails_of(*(make_photo(seed) for seed in range(20))).grey
    assert align(greys, np.roll(greys, 1, axis=0)).score.max() < 0.6


def test_how_far_a_crop_is_stretched_and_moved_is_told() -> None:
    photo = make_photo(3)
    found = align(thumbnails_of(photo).grey, thumbnails_of(photo[:160, :160]).grey)
    assert found.stretch[0, :2] == pytest.approx(1.25, abs=0.08)
    assert found.shift[0] == pytest.approx(-0.125, abs=0.05)


def test_a_score_does_not_depend_on_the_batch() -> None:
    greys = thumbnails_of(*(make_photo(seed) for seed in range(9))).grey
    ones, others = np.repeat(greys, 9, axis=0), np.tile(greys, (9, 1, 1))
    together = align(ones, others)
    order = np.random.default_rng(0).permutation(81)
    shuffled = align(ones[order], others[order])
    assert np.array_equal(together.score[order], shuffled.score)
    assert np.array_equal(together.stretch[order], shuffled.stretch)
    alone = [align(ones[n : n + 1], others[n : n + 1]).score[0] for n in range(0, 81, 10)]
    assert together.score[::10].tolist() == alone


def test_flat_pictures_and_no_pictures_say_nothing() -> None:
    flat = np.full((2, 64, 64), 200, np.uint8)
    assert align(flat, flat).score.tolist() == [-1, -1]
    assert not len(align(flat[:0], flat[:0]).score)


def test_the_same_part_is_compared_on_both_sides() -> None:
    ours, theirs = zooms(Stretch(1.25, 0.8))
    assert (ours.across, ours.down) == (1.25, 1)
    assert (theirs.across, theirs.down) == (1, 1.25)
