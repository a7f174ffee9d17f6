import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from pipeline.download.strip import strip_metadata
from tests.samples import make_image

SECRET = b"52.5200 N"


def pixels(body: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def with_secrets(image_format: str, **options: object) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    kinds = {"JPEG": {"comment": SECRET}, "PNG": {"pnginfo": text}, "WEBP": {"xmp": SECRET}}
    stream = io.BytesIO()
    image = Image.open(io.BytesIO(make_image(1)))
    image.save(stream, image_format, exif=exif, **kinds[image_format], **options)
    return stream.getvalue() + SECRET * (image_format != "WEBP")


@pytest.mark.parametrize(
    ("image_format", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"restart_marker_blocks": 2}),
        ("JPEG", {"optimize": True, "icc_profile": SECRET * 9000}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_the_pixels_stay_and_all_else_goes(image_format: str, options: dict) -> None:
    body = with_secrets(image_format, **options)
    assert SECRET in body
    stripped = strip_metadata(body, image_format)
    assert stripped is not None
    assert SECRET not in stripped
    assert np.array_equal(pixels(stripped), pixels(body))
    assert strip_metadata(stripped, image_format) == stripped


def test_ink_keeps_the_marker_that_says_how_to_read_it() -> None:
    stream = io.BytesIO()
    Image.new("CMYK", (16, 16), (255, 0, 30, 0)).save(stream, "JPEG")
    stripped = strip_metadata(stream.getvalue(), "JPEG")
    assert stripped is not None
    assert np.array_equal(pixels(stripped), pixels(stream.getvalue()))


def test_further_frames_of_a_png_go() -> None:
    stream = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:])
    stripped = strip_metadata(stream.getvalue(), "PNG")
    assert stripped is not None
    assert b"fdAT" not in stripped
    assert pixels(stripped)[0, 0].tolist() == [255, 0, 0]


def test_a_webp_in_parts_is_not_touched() -> None:
    stream = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    assert strip_metadata(stream.getvalue(), "WEBP") is None


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_file_without_its_end_is_not_touched(image_format: str) -> None:
    body = with_secrets(image_format)
    for cut in (15, 40, len(body) // 3):
        stripped = strip_metadata(body[:cut], image_format)
        assert stripped is None or image_format == "WEBP"


def test_other_formats_are_not_touched() -> None:
    assert strip_metadata(make_image(1, image_format="GIF"), "GIF") is None
