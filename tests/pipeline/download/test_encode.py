import io

import numpy as np
import pytest
from PIL import Image

from pipeline.download.decode import decode_image
from pipeline.download.encode import encode_image
from tests.samples import make_image


@pytest.mark.parametrize(
    ("encode_format", "quality", "pillow"),
    [("jpg", 95, "JPEG"), ("png", 3, "PNG"), ("webp", 90, "WEBP")],
)
def test_colours_keep_their_order_in_every_format(
    encode_format: str, quality: int, pillow: str
) -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 255
    image = Image.open(io.BytesIO(encode_image(red, encode_format, quality)))
    assert image.format == pillow
    red_value, green, blue = image.convert("RGB").getpixel((8, 8))
    assert red_value > 240
    assert max(green, blue) < 15


def test_equal_pixels_give_equal_bytes() -> None:
    pixels = decode_image(make_image(5, 300, 200), 10**6).pixels
    assert encode_image(pixels, "jpg", 95) == encode_image(pixels.copy(), "jpg", 95)


@pytest.mark.parametrize("encode_format", ["jpg", "png", "webp"])
def test_grey_is_stored_as_grey_where_the_format_can(encode_format: str) -> None:
    grey = np.full((16, 16), 77, np.uint8)
    image = Image.open(
        io.BytesIO(encode_image(grey, encode_format, 9 if encode_format == "png" else 95))
    )
    assert image.mode == ("RGB" if encode_format == "webp" else "L")
    assert abs(image.convert("L").getpixel((8, 8)) - 77) <= 2
