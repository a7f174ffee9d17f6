import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from pipeline.download.colour import MAX_PROFILE_BYTES, flatten, is_flat, read_profile, to_srgb
from pipeline.download.decode import decode_image
from tests.pipeline.download.profiles import (
    CYAN_LAB,
    grey_profile,
    lab_to_srgb,
    press_profile,
    wide_profile,
    wide_to_srgb,
)

LIMIT = 25_000_000


def encode(image: Image.Image, image_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, image_format, **options)
    return stream.getvalue()


def as_shown(body: bytes) -> np.ndarray:
    decoded = decode_image(body, LIMIT)
    return to_srgb(decoded.pixels, decoded.profile)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("colour", [(200, 100, 50), (20, 200, 60), (250, 250, 250), (0, 0, 0)])
def test_a_wide_gamut_picture_becomes_srgb(image_format: str, colour: tuple[int, int, int]) -> None:
    options = {"quality": 100, "subsampling": 0} if image_format == "JPEG" else {"lossless": True}
    image = Image.new("RGB", (16, 16), colour)
    body = encode(image, image_format, icc_profile=wide_profile(), **options)
    assert np.abs(as_shown(body)[8, 8] - wide_to_srgb(colour)).max() <= 3


def test_the_profile_waits_for_the_small_picture_and_the_hash_does_not_see_it() -> None:
    image = Image.new("RGB", (16, 16), (200, 100, 50))
    decoded = decode_image(encode(image, "PNG", icc_profile=wide_profile()), LIMIT)
    assert decoded.profile == wide_profile()
    assert decoded.pixels[0, 0].tolist() == [200, 100, 50]
    assert not decoded.is_as_stored


def test_a_profile_that_is_srgb_costs_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decoded = decode_image(encode(Image.new("RGB", (8, 8)), "PNG", icc_profile=srgb), LIMIT)
    assert decoded.profile is None
    assert decoded.is_as_stored


def test_a_linear_grey_scale_becomes_srgbs() -> None:
    body = encode(Image.new("L", (8, 8), 128), "PNG", icc_profile=grey_profile(1.0))
    shown = as_shown(body)
    assert shown.shape == (8, 8)
    assert abs(int(shown[0, 0]) - 188) <= 2  # the sRGB code of half the light


def test_ink_is_shown_as_its_profile_says() -> None:
    ink = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    body = encode(ink, "JPEG", quality=100, icc_profile=press_profile())
    assert np.abs(as_shown(body)[8, 8] - lab_to_srgb(CYAN_LAB)).max() <= 4


def test_ink_without_a_profile_is_plain_complement() -> None:
    body = encode(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), "JPEG", quality=100)
    assert np.abs(as_shown(body)[8, 8].astype(int) - [0, 255, 255]).max() <= 3


@pytest.mark.parametrize(
    "profile",
    [b"no profile", wide_profile()[:200], press_profile(), grey_profile(1.0), b""],
)
def test_a_profile_that_is_broken_or_of_other_colours_is_left_aside(profile: bytes) -> None:
    body = encode(Image.new("RGB", (8, 8), (200, 100, 50)), "PNG", icc_profile=profile)
    assert as_shown(body)[0, 0].tolist() == [200, 100, 50]


def test_a_profile_as_big_as_a_film_is_left_aside() -> None:
    image = Image.new("RGB", (8, 8))
    image.info["icc_profile"] = wide_profile() + bytes(MAX_PROFILE_BYTES)
    assert read_profile(image, "RGB") is None


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGBa"])
def test_what_is_clear_is_white_and_what_is_not_keeps_its_colour(mode: str) -> None:
    image = Image.new("RGBA", (4, 2), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 4, 1))
    changed = image.quantize(4) if mode == "P" else image.convert(mode)
    flat = np.asarray(flatten(changed).convert("L"))
    assert (flat[0] == 255).all()
    assert (flat[1] == 0).all()
    assert not is_flat(changed)


def test_alpha_is_blended_as_img2dataset_blends_it() -> None:
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (64, 64, 4), dtype=np.uint8)
    alpha = rgba[..., 3:].astype(np.float64)
    expected = np.rint(alpha / 255 * rgba[..., :3] + 255 - alpha)
    assert np.abs(np.asarray(flatten(Image.fromarray(rgba))) - expected).max() <= 1


def test_sixteen_bits_of_grey_keep_their_tones() -> None:
    deep = np.tile(np.linspace(0, 65535, 512).astype(np.uint16), (4, 1))
    shown = as_shown(encode(Image.fromarray(deep), "PNG"))
    assert np.abs(shown - np.rint(deep / 257)).max() <= 1


def test_sixteen_bits_of_colour_keep_their_tones() -> None:
    deep = np.zeros((4, 512, 3), np.uint16)
    deep[...] = np.linspace(0, 65535, 512).astype(np.uint16)[np.newaxis, :, np.newaxis]
    is_done, body = cv2.imencode(".png", deep)
    assert is_done
    assert np.abs(as_shown(body.tobytes()) - deep / 257).max() <= 1


def test_a_clear_value_among_sixteen_bits_is_white() -> None:
    deep = np.full((4, 4), 1000, np.uint16)
    deep[0] = 7
    body = encode(Image.fromarray(deep), "PNG", transparency=7)
    assert as_shown(body)[:, 0].tolist() == [255, 4, 4, 4]


def test_a_few_dark_values_in_wide_integers_are_not_made_black() -> None:
    wide = Image.fromarray(np.array([[0, 100, 255]], np.int32))
    assert np.asarray(flatten(wide)).tolist() == [[0, 100, 255]]


def test_one_bit_is_black_and_white() -> None:
    image = Image.new("1", (2, 1))
    image.putpixel((1, 0), 1)
    assert as_shown(encode(image, "PNG")).tolist() == [[0, 255]]
