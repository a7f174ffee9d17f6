import cv2
import numpy as np
import pytest

from dedup.verify.align import align
from dedup.verify.trim import find_boxes, trim
from tests.dedup.verify.photos import Pixels, make_photo, thumbnails_of


def _framed(photo: Pixels, top: int, bottom: int, sides: int, grey: int = 255) -> Pixels:
    edges = ((top, bottom), (sides, sides), (0, 0))
    return np.pad(photo, edges, constant_values=grey)


@pytest.mark.parametrize("grey", [0, 255])
def test_a_frame_is_found_and_taken_away(grey: int) -> None:
    photo = make_photo(1)
    trimmed = trim(thumbnails_of(photo, _framed(photo, 40, 20, 50, grey)))
    assert trimmed.row.tolist() == [1]
    assert trimmed.box[0] == pytest.approx([50 / 300, 40 / 260, 250 / 300, 240 / 260], abs=0.03)
    assert align(thumbnails_of(photo).grey, trimmed.thumbnails.grey).score[0] > 0.85


def test_a_bar_with_text_is_a_frame_too() -> None:
    meme = _framed(make_photo(2), 60, 0, 0)
    cv2.putText(meme, "WHEN IT", (30, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 3)
    assert trim(thumbnails_of(meme)).box[0][1] == pytest.approx(60 / 260, abs=0.03)


def test_flat_pictures_and_pictures_without_frame_are_whole() -> None:
    flat = np.full((50, 50, 3), 90, np.uint8)
    boxes = find_boxes(thumbnails_of(make_photo(3), flat).grey)
    assert not sum(len(row) for row, _ in boxes)


def test_a_frame_within_a_frame_is_taken_away_in_its_turn() -> None:
    page = _framed(_framed(make_photo(5), 30, 30, 0, 0), 0, 0, 60, 255)
    trimmed = trim(thumbnails_of(page))
    assert trimmed.row.tolist() == [0, 0]
    assert trimmed.box[0] == pytest.approx([60 / 320, 0, 260 / 320, 1], abs=0.04)
    assert trimmed.box[1] == pytest.approx([60 / 320, 30 / 260, 260 / 320, 230 / 260], abs=0.04)


def test_too_little_inside_a_frame_is_left_alone() -> None:
    small = _framed(make_photo(4, side=40), 100, 100, 100)
    assert not len(trim(thumbnails_of(small)).row)
