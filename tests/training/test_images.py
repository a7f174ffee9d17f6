import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from open_clip.transform import image_transform
from PIL import Image

from schemas.errors import RecordFailed
from tests.training.conftest import draw, encode
from training import images
from training.images import centre_crop, crop_to_tensor, decode_image, normalise, random_crop


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_the_formats_of_our_shards_decode_to_rgb(extension):
    image = decode_image(encode(draw(1)[0], extension), min_side_px=64)
    assert (image.mode, image.size) == ("RGB", draw(1)[0].size)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16"])
def test_other_pixel_modes_become_rgb(mode):
    source = Image.new("L", (20, 20), 128) if mode == "I;16" else Image.new(mode, (20, 20))
    source = source.convert("I").convert("I;16") if mode == "I;16" else source
    buffer = io.BytesIO()
    source.save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    assert decode_image(buffer.getvalue(), min_side_px=8).mode == "RGB"


def test_what_is_transparent_lies_on_white():
    image = decode_image(encode(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "png"), min_side_px=8)
    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_a_large_jpeg_comes_back_smaller_but_not_below_the_models_size():
    image = decode_image(encode(Image.new("RGB", (1000, 800))), min_side_px=64)
    assert 64 <= min(image.size) < 800


@pytest.mark.parametrize("data", [b"", b"<html>no image</html>", b"\x00" * 100])
def test_bytes_of_no_image_fail_as_such(data):
    with pytest.raises(RecordFailed) as caught:
        decode_image(data, min_side_px=64)
    assert caught.value.outcome == "not_image"


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_a_cut_image_fails_to_decode(extension):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(noise), extension)
    with pytest.raises(RecordFailed) as caught:
        decode_image(data[: len(data) // 2], min_side_px=64)
    assert caught.value.outcome == "decode"


def test_too_many_pixels_fail_before_decoding(monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 100)
    with pytest.raises(RecordFailed) as caught:
        decode_image(encode(Image.new("RGB", (11, 10))), min_side_px=8)
    assert (caught.value.outcome, caught.value.detail) == ("pixels", "11 x 10 pixels")


@pytest.mark.filterwarnings("error")
def test_every_bad_image_of_the_shared_data_fails_with_a_known_outcome(shared_data):
    for path in sorted((shared_data / "bad-images").iterdir()):
        outcome = "decoded"
        try:
            decode_image(path.read_bytes(), min_side_px=64)
        except RecordFailed as error:
            outcome = error.outcome
        assert outcome in {"decoded", "not_image", "decode", "pixels"}, path.name


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(0, 2**32))
def test_a_random_crop_is_a_square_inside_the_image(width, height, seed):
    left, top, right, bottom = random_crop(width, height, np.random.default_rng(seed))
    assert right - left == pytest.approx(bottom - top)
    assert left >= 0
    assert top >= 0
    assert right <= width + 1e-9
    assert bottom <= height + 1e-9
    assert (right - left) ** 2 >= 0.9 * min(width, height) ** 2 - 1e-6


def test_the_centre_crop_is_the_largest_square_in_the_middle():
    assert centre_crop(100, 60) == (20, 0, 80, 60)


def test_evaluation_pixels_are_open_clips():
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    image = Image.fromarray(noise)
    ours = normalise(crop_to_tensor(image, centre_crop(64, 64), 64)[None])[0]
    theirs = image_transform(64, is_train=False)(image)
    assert torch.allclose(ours, theirs, atol=1e-5)
