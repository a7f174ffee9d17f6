import io

import numpy as np
import pytest
from PIL import Image

from dedup.pixels import are_flat, pixel_sha256
from dedup.small_grey import small_greys


def test_the_same_pixels_in_another_file_have_the_same_hash():
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    hashes = set()
    for image_format in ("PNG", "BMP", "TIFF"):
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, image_format)
        hashes.add(pixel_sha256(np.asarray(Image.open(stream))))
    assert hashes == {pixel_sha256(pixels)}
    assert pixel_sha256(pixels[:, ::-1]) == pixel_sha256(pixels[:, ::-1].copy())


def test_another_pixel_or_shape_is_another_picture():
    pixels = np.zeros((4, 6, 3), np.uint8)
    changed = pixels.copy()
    changed[3, 5, 2] = 1
    pictures = (pixels, changed, pixels.reshape(6, 4, 3), pixels.reshape(2, 12, 3))
    assert len({pixel_sha256(one) for one in pictures}) == 4


@pytest.mark.parametrize(("noise", "flat"), [(0, True), (1, True), (40, False)])
def test_pictures_without_structure_are_flat(noise, flat):
    rng = np.random.default_rng(0)
    pixels = (120 + rng.integers(-noise, noise + 1, (64, 64, 3))).astype(np.uint8)
    assert are_flat(small_greys([pixels], 32, 32)).tolist() == [flat]


def test_a_faint_ramp_is_not_flat():
    ramp = np.tile(np.linspace(100, 110, 64).astype(np.uint8), (64, 1))
    assert not are_flat(small_greys([ramp], 32, 32))[0]
