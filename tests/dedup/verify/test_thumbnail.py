import numpy as np
from PIL import Image

from dedup.verify.thumbnail import NUM_BYTES, SIDE, make_thumbnail
from tests.dedup.verify.photos import make_photo, thumbnails_of


def test_a_thumbnail_is_pillows_lanczos_grey_and_small_colour() -> None:
    photo = make_photo(1)
    grey = Image.fromarray(photo).convert("L")
    body = make_thumbnail(photo, np.asarray(grey))
    assert len(body) == NUM_BYTES
    expected = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    assert np.array_equal(thumbnails_of(photo).grey[0], expected)


def test_a_grey_picture_has_no_colour() -> None:
    photo = np.repeat(make_photo(2)[..., :1], 3, axis=2)
    assert np.all(thumbnails_of(photo).chroma == 128)


def test_some_are_taken_in_the_order_asked_for() -> None:
    all_three = thumbnails_of(*map(make_photo, range(3)))
    taken = all_three.take(np.array([2, 0]))
    assert np.array_equal(taken.grey, all_three.grey[[2, 0]])
    assert np.array_equal(taken.chroma, all_three.chroma[[2, 0]])
