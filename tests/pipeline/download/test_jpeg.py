import io

import numpy as np
import pytest
from PIL import Image

from pipeline.download.jpeg import decode_jpeg
from tests.samples import make_image


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("is_progressive", [False, True])
def test_pixels_and_grey_are_pillows(subsampling: int, is_progressive: bool) -> None:
    stream = io.BytesIO()
    image = Image.open(io.BytesIO(make_image(1, 123, 77)))
    image.save(stream, "JPEG", quality=90, subsampling=subsampling, progressive=is_progressive)
    pixels, grey = decode_jpeg(stream.getvalue(), is_grey=False)
    expected = Image.open(stream)
    assert np.array_equal(pixels, np.asarray(expected))
    assert np.array_equal(grey, np.asarray(expected.convert("L")))


def test_a_grey_file_stays_grey() -> None:
    stream = io.BytesIO()
    Image.open(io.BytesIO(make_image(1))).convert("L").save(stream, "JPEG")
    pixels, grey = decode_jpeg(stream.getvalue(), is_grey=True)
    assert pixels is grey
    assert np.array_equal(pixels, np.asarray(Image.open(stream)))


def test_a_warning_is_an_error() -> None:
    body = make_image(1)
    with pytest.raises(ValueError, match="JPEG"):
        decode_jpeg(body[:-100], is_grey=False)
    middle = len(body) // 2
    with pytest.raises(ValueError, match="JPEG"):
        decode_jpeg(body[:middle] + b"\xff\xd0" + body[middle:], is_grey=False)
