import io
from pathlib import Path

import cv2
import numpy as np
import pdqhash
import pytest
from PIL import Image

from dedup.pdq import MAX_DISTANCE, MIN_QUALITY, PDQ_VERSION, pdq, pdq_turned
from dedup.phash_batch import TURNS, turn_small
from tests.samples import make_image

# Of ThreatExchange's own test data: `bridge-1-original.jpg`.
BRIDGE = 0xF8F8F0CEE0F4A84F06370A22038F63F0B36E2ED596621E1D33E6B39C4E9C9B22


def test_the_reference_picture_has_the_reference_hash(shared_data: Path) -> None:
    pixels = cv2.imread(str(shared_data / "near-dup/pdq-bridge-dihedral/bridge-1-original.jpg"))
    found = pdq(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    # Two right decoders may differ in a pixel: ThreatExchange allows 10 bits.
    assert (found.hash ^ BRIDGE).bit_count() <= 10
    assert found.quality == 100


@pytest.mark.parametrize("name", ["blur-a-little", "high-contrast", "shrink-a-lot"])
def test_what_was_done_to_a_picture_leaves_it_near(shared_data: Path, name: str) -> None:
    pixels = cv2.imread(str(shared_data / f"near-dup/pdq-bridge-mods/{name}.jpg"))
    found = pdq(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    assert (found.hash ^ BRIDGE).bit_count() <= MAX_DISTANCE


def test_grey_pixels_are_those_of_their_colours() -> None:
    grey = np.random.default_rng(1).integers(0, 255, (80, 90), dtype=np.uint8)
    assert pdq(grey) == pdq(np.stack([grey] * 3, axis=2))


def picture(seed: int, side: int = 256) -> np.ndarray:
    image = Image.open(io.BytesIO(make_image(seed))).convert("RGB")
    return np.asarray(image.resize((side, side)))


def distance(one, other) -> int:
    return (one.hash ^ other.hash).bit_count()


def test_the_bits_are_pdqhashs_the_first_the_most_significant():
    bits, quality = pdqhash.compute(picture(1))
    expected = int("".join(map(str, bits.tolist())), 2)
    found = pdq(picture(1))
    assert found.hash == expected
    assert found.quality == quality


@pytest.mark.parametrize("shape", [(256, 256), (120, 200)])
def test_turned_hashes_are_those_of_turned_pictures(shape):
    pixels = picture(3)[: shape[0], : shape[1]]
    hashes = pdq_turned(pixels)
    assert set(hashes) == set(TURNS)
    for turn in TURNS:
        turned = pdq(turn_small(pixels.transpose(2, 0, 1), turn).transpose(1, 2, 0))
        assert distance(hashes[turn], turned) == 0, turn
        assert hashes[turn].quality == turned.quality
    assert len({found.hash for found in hashes.values()}) == 8


def test_a_smaller_copy_matches_and_a_flat_picture_has_no_quality():
    assert distance(pdq(picture(3)), pdq(picture(3, 200))) <= MAX_DISTANCE
    assert pdq(np.full((64, 64, 3), 90, np.uint8)).quality < MIN_QUALITY


def test_the_version_names_the_library():
    assert pdqhash.__version__ in PDQ_VERSION
