from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from dedup.phash_batch import (
    TURNS,
    hash_small,
    hash_turned,
    phashes,
    phashes_256,
    turn_small,
)
from dedup.small_grey import small_greys


def as_hex(words: np.ndarray) -> str:
    return "".join(f"{word:016x}" for word in words.tolist())


def by_imagehash(small: np.ndarray) -> list[str]:
    size = small.shape[-1] // 4
    return [str(imagehash.phash(Image.fromarray(one), hash_size=size)) for one in small]


def odd_pictures(side: int) -> np.ndarray:
    """Pictures whose frequencies tie: flat, ramps, stripes, checks, one dot, symmetric ones."""
    ramp = np.linspace(0, 255, side).astype(np.uint8)
    rows, columns = np.indices((side, side))
    dot = np.zeros((side, side), np.uint8)
    dot[side // 2, side // 3] = 255
    noise = np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)
    pictures = [np.full((side, side), grey, np.uint8) for grey in range(0, 256, 5)]
    pictures += [np.tile(ramp, (side, 1)), np.tile(ramp[:, None], (1, side)), dot]
    pictures += [((rows // n + columns // n) % 2 * 255).astype(np.uint8) for n in (1, 2, 4, 8)]
    pictures += [(rows // n % 2 * 200).astype(np.uint8) for n in (1, 2, 3, 4, 8, 16)]
    pictures += [noise // 2 + noise.T // 2, noise // 2 + noise[::-1] // 2, noise // 128]
    return np.array(pictures)


@pytest.mark.parametrize("side", [32, 64])
def test_thousands_of_random_pictures_have_imagehashs_bits(side):
    rng = np.random.default_rng(side)
    spread = rng.integers(1, 257, (2000, 1, 1))
    small = (rng.integers(0, 256, (2000, side, side)) % spread).astype(np.uint8)
    small[::3, :, side // 2 :] = 9
    small[1::5] = np.sort(small[1::5], axis=2)
    assert [as_hex(words) for words in hash_small(small)] == by_imagehash(small)


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("turn", TURNS)
def test_ties_are_decided_as_imagehash_decides_them(side, turn):
    small = odd_pictures(side)
    turned = np.ascontiguousarray(turn_small(small, turn))
    found = hash_turned(small)[turn]
    assert [as_hex(words) for words in found] == by_imagehash(turned)


@given(hnp.arrays(np.uint8, (1, 32, 32), elements=st.sampled_from([0, 1, 2, 254, 255])))
def test_turned_hashes_are_those_of_turned_pictures(small):
    for turn, words in hash_turned(small).items():
        turned = np.ascontiguousarray(turn_small(small, turn))
        assert [as_hex(one) for one in words] == by_imagehash(turned), turn


def test_the_names_of_the_turns_are_what_they_say():
    picture = np.arange(32 * 32).reshape(1, 32, 32).astype(np.uint8)
    for turn in TURNS:
        expected = np.fliplr(picture[0]) if turn.startswith("flip") else picture[0]
        degrees = turn.rpartition("rot")[2]
        expected = np.rot90(expected, int(degrees) // 90 if degrees.isdigit() else 0)
        assert np.array_equal(turn_small(picture, turn)[0], expected), turn


def test_real_photos_have_imagehashs_hashes(shared_data: Path):
    paths = sorted((shared_data / "benchmark-images/imagenet-samples").iterdir())[:60]
    images = [Image.open(path).convert("RGB") for path in paths]
    pixels = [np.asarray(image) for image in images]
    found, long = phashes(pixels), phashes_256(pixels)
    for image, one, words in zip(images, found.tolist(), long, strict=True):
        assert f"{one:016x}" == str(imagehash.phash(image))
        assert as_hex(words) == str(imagehash.phash(image, hash_size=16))


def test_no_picture_has_no_hash():
    assert hash_small(small_greys([], 32, 32)).shape == (0, 1)
    assert phashes_256([]).shape == (0, 4)
