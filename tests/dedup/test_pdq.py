from pathlib import Path

import cv2
import numpy as np
import pytest

from dedup.pdq import MAX_DISTANCE, MIN_QUALITY, pdq

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


def test_a_flat_picture_tells_nothing() -> None:
    assert pdq(np.full((64, 64, 3), 200, np.uint8)).quality < MIN_QUALITY
