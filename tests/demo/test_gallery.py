import hashlib

import imagehash
import numpy as np
import pytest
from PIL import Image

from demo.gallery import MIN_DISTANCE, draw_gallery, phash, turned_phashes
from demo.pictures import CONCEPTS, decode, paint
from pipeline.recipe.dedupe import Contamination


@pytest.fixture(scope="module")
def gallery():
    return draw_gallery(0)


def test_no_two_pictures_look_alike_in_any_orientation(gallery):
    pictures = [*gallery.site, *gallery.benchmark, *gallery.small, *gallery.long]
    plain = np.array([p.phash for p in pictures], np.uint64)
    turned = np.array([turned_phashes(decode(p.body)) for p in pictures])
    distances = np.bitwise_count(turned[:, None, :] ^ plain[None, :, None]).min(axis=2)
    later = np.triu_indices(len(pictures), 1)
    assert distances[later].min() > MIN_DISTANCE > Contamination().max_distance + 4
    assert len({hashlib.sha256(p.body).digest() for p in pictures}) == len(pictures)


def test_digits_are_far_from_everything_on_the_site(gallery):
    for digit in gallery.digits:
        for picture in (*gallery.site, *gallery.benchmark, *gallery.small, *gallery.long):
            assert (digit.phash ^ picture.phash).bit_count() > MIN_DISTANCE


def test_phash_is_that_of_the_served_bytes_and_of_imagehash(gallery):
    for picture in gallery.site[::17]:
        image = decode(picture.body)
        assert picture.phash == phash(image) == int(turned_phashes(image)[0])
        assert picture.phash == int(str(imagehash.phash(image)), 16)


def test_turned_phashes_are_those_of_turned_pictures():
    image = paint("house", 7)
    flipped = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    nearest = min((int(h) ^ phash(flipped)).bit_count() for h in turned_phashes(image))
    assert nearest <= 2


def test_every_concept_has_its_share(gallery):
    for pictures, least in ((gallery.site, 8), (gallery.benchmark, 3)):
        counts = [sum(p.concept == c for p in pictures) for c in CONCEPTS]
        assert min(counts) >= least


def test_small_and_long_pictures_break_only_their_own_rule(gallery):
    for picture in gallery.small:
        width, height = decode(picture.body).size
        assert min(width, height) < 64
        assert max(width, height) <= 3 * min(width, height)
    for picture in gallery.long:
        width, height = sorted(decode(picture.body).size)
        assert width >= 64
        assert height > 3 * width
    for picture in (*gallery.site, *gallery.benchmark):
        width, height = sorted(decode(picture.body).size)
        assert width >= 64
        assert height <= 3 * width
