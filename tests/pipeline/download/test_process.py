import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from dedup.phash import phash
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from schemas.errors import RecordFailed
from tests.samples import make_image


def test_what_is_stored_and_what_was_there_are_told_apart() -> None:
    body = make_image(7, 600, 300)
    image = process_image(body, DownloadOptions())
    assert (image.original_width, image.original_height) == (600, 300)
    assert (image.width, image.height) == (512, 256)
    assert image.sha256 == hashlib.sha256(body).hexdigest()
    with Image.open(io.BytesIO(image.data)) as stored:
        assert stored.size == (512, 256)


def test_the_phash_is_of_the_upright_original() -> None:
    upright = Image.open(io.BytesIO(make_image(7, 600, 300)))
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    turned = Image.fromarray(np.rot90(np.asarray(upright)).copy())
    turned.save(stream, "PNG", exif=exif)
    image = process_image(stream.getvalue(), DownloadOptions())
    assert image.phash == phash(upright)
    assert (image.original_width, image.original_height) == (600, 300)


def test_a_broken_image_is_a_failed_record() -> None:
    with pytest.raises(RecordFailed):
        process_image(make_image(7)[:500], DownloadOptions())
