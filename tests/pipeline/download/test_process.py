import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from dedup.hash_list import parse_hash_list
from dedup.pdq import pdq
from dedup.phash import phash, phash_grey
from pipeline.download.decode import decode_image
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.processed import ProcessedImage
from pipeline.download.strip import strip_metadata
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Reject
from tests.pipeline.download.profiles import wide_profile
from tests.samples import make_damaged_jpeg, make_image


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


def make_photo(image_format: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.open(io.BytesIO(make_image(7, 200, 160))).save(stream, image_format, **options)
    return stream.getvalue()


def in_photo_out(body: bytes, **options: object) -> ProcessedImage:
    return process_image(body, DownloadOptions(**options))


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ({"min_image_size": 161}, Reject.IMAGE_TOO_SMALL),
        ({"max_image_area": 200 * 160 - 1}, Reject.IMAGE_TOO_LARGE),
        ({"max_aspect_ratio": 1.24}, Reject.IMAGE_TOO_LONG),
    ],
)
def test_a_size_or_shape_that_is_refused_is_a_rejection(options: dict, outcome: Reject) -> None:
    with pytest.raises(RecordRejected) as caught:
        in_photo_out(make_photo(), **options)
    assert caught.value.outcome == outcome


def test_limits_are_inclusive_as_img2datasets_are() -> None:
    fits = {"min_image_size": 160, "max_image_area": 200 * 160, "max_aspect_ratio": 1.25}
    assert in_photo_out(make_photo(), **fits).width == 200


@pytest.mark.parametrize("kind", ["md5", "sha256", "sha512", None])
def test_the_hash_that_is_asked_for_is_kept_beside_sha256(kind: str | None) -> None:
    body = make_photo()
    image = in_photo_out(body, compute_hash=kind)
    assert image.sha256 == hashlib.sha256(body).hexdigest()
    assert image.md5 == (hashlib.md5(body).hexdigest() if kind == "md5" else None)
    assert image.sha512 == (hashlib.sha512(body).hexdigest() if kind == "sha512" else None)


def test_a_picture_on_the_list_is_refused_by_its_bytes_before_it_is_decoded() -> None:
    body = b"no image at all"
    refused = parse_hash_list([f"md5:{hashlib.md5(body).hexdigest()}"], "list")
    with pytest.raises(RecordRejected) as caught:
        process_image(body, DownloadOptions(), refused)
    assert (caught.value.outcome, caught.value.detail) == (Reject.HASH_LIST, "line 1 of the list")


@pytest.mark.parametrize("kind", ["phash", "pdq"])
def test_a_picture_on_the_list_is_refused_by_what_it_shows(kind: str) -> None:
    # PDQ looks at finer structure than the smooth pictures of other tests have.
    coarse = np.random.default_rng(5).integers(0, 255, (24, 30, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((600, 480), Image.Resampling.BICUBIC)
    body, smaller = io.BytesIO(), io.BytesIO()
    picture.save(body, "JPEG")
    picture.resize((300, 240), Image.Resampling.BICUBIC).save(smaller, "PNG")
    decoded = decode_image(body.getvalue(), 10**6)
    value = f"{phash_grey(decoded.grey):016x}"
    line = f"phash:{value}" if kind == "phash" else f"pdq:{pdq(decoded.pixels).hash:064x}"
    refused = parse_hash_list(["# of nothing that exists", line], "list")
    # It is refused whatever else is wrong with it.
    options = DownloadOptions(min_image_size=500)
    with pytest.raises(RecordRejected) as caught:
        process_image(smaller.getvalue(), options, refused)
    assert caught.value.detail == "like line 2 of the list"


def test_the_stored_bytes_have_their_hash() -> None:
    image = in_photo_out(make_photo())
    assert image.image_sha256 == hashlib.sha256(image.data).hexdigest()


@pytest.mark.parametrize(
    ("image_format", "encode_format"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")]
)
def test_bytes_that_fit_are_kept_without_their_metadata(
    image_format: str, encode_format: str
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    body = make_photo(image_format, exif=exif)
    image = in_photo_out(body, skip_reencode=True, encode_format=encode_format, encode_quality=9)
    assert image.data == strip_metadata(body, image_format)
    assert not Image.open(io.BytesIO(image.data)).getexif()
    stored, original = (Image.open(io.BytesIO(data)) for data in (image.data, body))
    assert np.array_equal(np.asarray(stored), np.asarray(original))


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return make_photo(exif=exif)


@pytest.mark.parametrize(
    ("body", "options"),
    [
        (make_photo(), {"image_size": 100}),
        (make_photo(), {"encode_format": "webp"}),
        (turned(), {}),
        (make_photo(icc_profile=wide_profile()), {}),
        (make_photo() + b"<html>", {"skip_reencode": False}),
    ],
)
def test_bytes_that_do_not_fit_are_encoded_anew(body: bytes, options: dict) -> None:
    image = in_photo_out(body, **{"skip_reencode": True, **options})
    assert image.data != body
    assert image.data != strip_metadata(body, "JPEG")


@pytest.mark.parametrize("tail", [b"PK\3\4 a zip", b"<html><script>alert(1)</script>"])
@pytest.mark.parametrize("skip_reencode", [False, True])
def test_35_what_hangs_on_behind_a_picture_is_gone(tail: bytes, skip_reencode: bool) -> None:
    image = in_photo_out(make_photo() + tail * 100, skip_reencode=skip_reencode)
    assert tail not in image.data


def test_bytes_stay_as_they_are_if_the_user_says_so() -> None:
    body = turned()
    image = in_photo_out(body, disable_all_reencoding=True, image_size=50)
    assert image.data == body
    assert (
        (image.width, image.height) == (image.original_width, image.original_height) == (160, 200)
    )
    with pytest.raises(RecordFailed):
        in_photo_out(b"<html>", disable_all_reencoding=True)


def test_a_damaged_photo_is_flagged_or_refused() -> None:
    body = make_damaged_jpeg(7)
    image = in_photo_out(body, skip_reencode=True)
    assert image.is_damaged
    assert image.data != strip_metadata(body, "JPEG")
    with pytest.raises(RecordRejected) as caught:
        in_photo_out(body, strict="reject")
    assert caught.value.outcome == Reject.DAMAGED
