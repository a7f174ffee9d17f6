import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.download.decode import BENCHMARK_FORMATS, decode_image, sniff_format, webp_canvas
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.samples import make_damaged_jpeg, make_image

LIMIT = 25_000_000


def encode(image: Image.Image, image_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, image_format, **options)
    return stream.getvalue()


def outcome_of(body: bytes, limit: int = LIMIT) -> str:
    with pytest.raises(RecordFailed) as caught:
        decode_image(body, limit)
    return caught.value.outcome


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
def test_the_formats_of_the_web_decode_to_rgb(image_format: str) -> None:
    body = encode(Image.open(io.BytesIO(make_image(1))), image_format)
    decoded = decode_image(body, LIMIT)
    assert decoded.format == image_format
    assert decoded.pixels.shape == (80, 96, 3)
    assert decoded.pixels.dtype == np.uint8


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Failure.EMPTY),
        (b"<!doctype html><p>not found", Failure.NOT_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Failure.NOT_IMAGE),
        (b"<svg><script>alert(1)</script></svg>", Failure.NOT_IMAGE),
        (
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]>",
            Failure.NOT_IMAGE,
        ),
        (b"%PDF-1.7", Failure.NOT_IMAGE),
        (b"PK\3\4", Failure.NOT_IMAGE),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Failure.NOT_IMAGE),
        (b"\0\0\1\0\1\0", Failure.NOT_IMAGE),
        (b"8BPS\0\1", Failure.NOT_IMAGE),
        (b"%!PS-Adobe-3.0 EPSF-3.0", Failure.NOT_IMAGE),
        (b"\xff\xd8\xff\xe0 and nothing more", Failure.DECODE),
        (b"\x89PNG\r\n\x1a\n", Failure.DECODE),
        (make_image(1)[:1000], Failure.DECODE),
    ],
)
def test_what_is_no_whole_image_fails_for_its_reason(body: bytes, outcome: Failure) -> None:
    assert outcome_of(body) == outcome


def test_tiff_is_for_benchmarks_and_not_for_the_web() -> None:
    body = encode(Image.open(io.BytesIO(make_image(1))), "TIFF")
    assert outcome_of(body) == Failure.NOT_IMAGE
    assert decode_image(body, LIMIT, BENCHMARK_FORMATS).pixels.shape == (80, 96, 3)


def test_the_type_is_judged_by_the_bytes() -> None:
    assert sniff_format(make_image(1, image_format="PNG")) == "PNG"
    assert sniff_format(b"RIFF\0\0\0\0WEBPVP8 ") == "WEBP"
    assert sniff_format(b"P6\n1 1\n255\n") == "PPM"
    assert sniff_format(b"Pictures") == ""


def test_too_many_pixels_fail_before_any_is_decoded() -> None:
    bomb = encode(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    assert outcome_of(bomb) == Failure.PIXELS
    assert outcome_of(make_image(1), limit=96 * 80 - 1) == Failure.PIXELS
    assert decode_image(make_image(1), 96 * 80).pixels.shape == (80, 96, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_ends_upright(orientation: int) -> None:
    upright = np.zeros((40, 60, 3), np.uint8)
    upright[:20, :30] = (255, 0, 0)  # red in the top left corner
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(turned))
    decoded = decode_image(encode(image, "PNG", exif=exif), LIMIT)
    assert np.array_equal(decoded.pixels, upright)


def test_only_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    body = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_image(body, LIMIT).pixels[0, 0].tolist() == [255, 0, 0]


def test_exif_is_kept_without_the_place_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    body = encode(Image.new("RGB", (8, 8)), "JPEG", exif=exif)
    assert json.loads(decode_image(body, LIMIT).exif) == {"Model": "Camera"}


def test_36_nothing_is_no_image() -> None:
    assert outcome_of(b"") == Failure.EMPTY


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("is_progressive", [False, True])
def test_37_a_truncated_jpeg_fails(kept: float, is_progressive: bool) -> None:
    image = Image.open(io.BytesIO(make_image(1, 600, 500)))
    body = encode(image, "JPEG", quality=97, progressive=is_progressive)
    assert len(body) > 20_000
    assert outcome_of(body[: int(len(body) * kept)]) == Failure.DECODE


@pytest.mark.parametrize("image_format", ["PNG", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_other_formats_fail_when_truncated(image_format: str, kept: float) -> None:
    body = make_image(1, 300, 200, image_format)
    assert outcome_of(body[: int(len(body) * kept)]) == Failure.DECODE


def flip_bytes(body: bytes, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    flipped = bytearray(body)
    for position in rng.integers(0, len(body), 3):
        flipped[position] ^= int(rng.integers(1, 256))
    return bytes(flipped)


def flagged_ratio(bodies: list[bytes]) -> float:
    flags = []
    for seed in range(200):
        try:
            flags.append(
                decode_image(flip_bytes(bodies[seed % len(bodies)], seed), LIMIT).is_damaged
            )
        except RecordFailed:
            flags.append(True)
    return sum(flags) / len(flags)


def test_38_a_jpeg_with_flipped_bytes_is_flagged_or_fails(shared_data: Path) -> None:
    paths = sorted((shared_data / "captioned-images/coco/val2017").glob("*.jpg"))
    photos = [Image.open(path) for path in paths]
    scans = [encode(photo, "JPEG", quality=85, progressive=True) for photo in photos]
    assert flagged_ratio(scans) > 0.8
    # In one baseline scan a changed value is as good as any, so no decoder can tell it: measured
    # 0.52, and 0.80 of those whose picture changed for the eye (docs/decisions/0011).
    assert flagged_ratio([path.read_bytes() for path in paths]) > 0.45


def test_a_whole_photo_is_not_flagged(shared_data: Path) -> None:
    for path in sorted((shared_data / "captioned-images/coco/val2017").glob("*.jpg")):
        assert not decode_image(path.read_bytes(), LIMIT).is_damaged, path.name


def test_a_damaged_jpeg_has_the_pixels_that_pillow_mends() -> None:
    body = make_damaged_jpeg(1)
    decoded = decode_image(body, LIMIT)
    assert decoded.is_damaged
    assert not decoded.is_as_stored
    assert np.array_equal(decoded.pixels, np.asarray(Image.open(io.BytesIO(body))))


def test_the_grey_picture_is_pillows_and_lies_as_the_pixels_do() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.open(io.BytesIO(make_image(1)))
    decoded = decode_image(encode(image, "PNG", exif=exif), LIMIT)
    assert decoded.pixels.shape == (96, 80, 3)
    expected = np.asarray(Image.fromarray(decoded.pixels).convert("L"))
    assert np.array_equal(decoded.grey, expected)


def test_a_grey_file_stays_grey_and_is_its_own_hash_picture() -> None:
    for image_format in ("JPEG", "PNG"):
        body = encode(Image.open(io.BytesIO(make_image(1))).convert("L"), image_format)
        decoded = decode_image(body, LIMIT)
        assert decoded.pixels.shape == (80, 96)
        assert decoded.grey is decoded.pixels


def test_46_broken_exif_is_never_fatal() -> None:
    body = encode(Image.new("RGB", (8, 8)), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert decode_image(body, LIMIT).exif == "{}"


def test_the_canvas_of_an_extended_webp_is_read_without_a_decoder() -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    body = encode(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert webp_canvas(body) == (300, 200)
    assert webp_canvas(make_image(1, image_format="WEBP")) == (0, 0)
    assert webp_canvas(body[:29]) == (0, 0)
