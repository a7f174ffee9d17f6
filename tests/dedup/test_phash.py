import io
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dedup.phash import phash, phash_grey
from dedup.phash_value import PHASH_VERSION, is_featureless
from tests.samples import make_image


def picture(seed: int) -> Image.Image:
    return Image.open(io.BytesIO(make_image(seed)))


@given(st.integers(0, 1000))
def test_it_is_imagehashs_phash_as_an_unsigned_integer(seed: int) -> None:
    assert phash(picture(seed)) == int(str(imagehash.phash(picture(seed))), 16)


def test_it_is_imagehashs_for_every_real_photo(shared_data: Path) -> None:
    folders = ("captioned-images/coco/val2017", "benchmark-images/imagenet-samples")
    paths = [path for folder in folders for path in sorted((shared_data / folder).iterdir())]
    assert len(paths) > 150
    for path in paths:
        with Image.open(path) as image:
            assert phash(image) == int(str(imagehash.phash(image)), 16), path.name


def test_a_grey_picture_needs_no_copy_and_has_the_same_hash() -> None:
    grey = picture(3).convert("L")
    assert phash_grey(np.asarray(grey)) == phash(grey)


def test_a_re_encoded_and_resized_copy_is_near() -> None:
    original = picture(1).resize((400, 320))
    stream = io.BytesIO()
    original.resize((200, 160)).save(stream, "JPEG", quality=60)
    copy = Image.open(stream)
    assert (phash(original) ^ phash(copy)).bit_count() <= 4


def test_other_pictures_are_far() -> None:
    hashes = [phash(picture(seed)) for seed in range(20)]
    distances = [(a ^ b).bit_count() for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(distances) > 12


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (10, 200, 30), (254, 255, 253)])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_flat_pictures_are_featureless(colour: tuple[int, int, int], image_format: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (101, 83), colour).save(stream, image_format)
    assert is_featureless(phash(Image.open(stream)))


def test_a_ramp_or_a_photo_is_not_featureless() -> None:
    ramp = np.tile(np.linspace(0, 255, 100).astype(np.uint8), (80, 1))
    assert not is_featureless(phash(Image.fromarray(ramp)))
    assert not is_featureless(phash(picture(3)))


def test_the_version_names_the_library_that_decides_the_bits() -> None:
    assert f"imagehash {imagehash.__version__}" in PHASH_VERSION
