import hashlib
import io

import pytest
from PIL import Image

from dedup.phash import phash
from pipeline.download.hash_image import THUMBNAIL_PX, hash_image, make_thumbnail
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from schemas.errors import RecordFailed
from tests.samples import make_image


def test_a_benchmark_image_is_hashed_as_the_pools_are() -> None:
    body = make_image(3, 200, 100)
    image = process_image(body, DownloadOptions())
    assert hash_image(body) == (image.sha256, image.phash)


def test_a_ppm_is_a_benchmark_image() -> None:
    stream = io.BytesIO()
    Image.open(io.BytesIO(make_image(3))).save(stream, "PPM")
    sha256, value = hash_image(stream.getvalue())
    assert sha256 == hashlib.sha256(stream.getvalue()).hexdigest()
    assert value == phash(Image.open(stream))


def test_what_does_not_decode_has_no_hash() -> None:
    with pytest.raises(RecordFailed):
        hash_image(b"no image")


def test_a_thumbnail_is_a_small_jpeg() -> None:
    with Image.open(io.BytesIO(make_thumbnail(make_image(3, 640, 320)))) as image:
        assert (image.format, image.size) == ("JPEG", (THUMBNAIL_PX, THUMBNAIL_PX // 2))
