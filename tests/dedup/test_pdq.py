import io

import numpy as np
import pdqhash
import pytest
from PIL import Image

from dedup.pdq import MAX_DISTANCE, MIN_QUALITY, PDQ_VERSION, pdq, pdq_turned
from dedup.phash_batch import TURNS, turn_small
from tests.samples import make_image


def picture(seed: int, side: int = 256) -> np.ndarray:
    image = Image.open(io.BytesIO(make_image(seed))).convert("RGB")
    return np.asarray(image.resize((side, side)))


def distance(one, other) -> int:
    return int(np.bitwise_count(one.words ^ other.words).sum())


def test_the_bits_are_pdqhashs_the_first_the_most_significant():
    bits, quality = pdqhash.compute(picture(1))
    expected = int("".join(map(str, bits.tolist())), 2)
    found = pdq(picture(1))
    assert int("".join(f"{word:016x}" for word in found.words.tolist()), 16) == expected
    assert found.quality == quality


def test_a_grey_picture_is_hashed_as_its_three_equal_colours():
    grey = picture(2)[..., 0]
    same = pdq(np.stack([grey] * 3, axis=2))
    assert distance(pdq(grey), same) == 0
    assert pdq(grey).quality == same.quality


@pytest.mark.parametrize("shape", [(256, 256), (120, 200)])
def test_turned_hashes_are_those_of_turned_pictures(shape):
    pixels = picture(3)[: shape[0], : shape[1]]
    hashes = pdq_turned(pixels)
    assert set(hashes) == set(TURNS)
    for turn in TURNS:
        turned = pdq(turn_small(pixels.transpose(2, 0, 1), turn).transpose(1, 2, 0))
        assert distance(hashes[turn], turned) == 0, turn
        assert hashes[turn].quality == turned.quality
    assert len({found.words.tobytes() for found in hashes.values()}) == 8


def test_a_smaller_copy_matches_and_a_flat_picture_has_no_quality():
    assert distance(pdq(picture(3)), pdq(picture(3, 200))) <= MAX_DISTANCE
    assert pdq(np.full((64, 64, 3), 90, np.uint8)).quality < MIN_QUALITY


def test_the_version_names_the_library():
    assert pdqhash.__version__ in PDQ_VERSION
