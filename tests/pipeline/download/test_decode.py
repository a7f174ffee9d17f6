import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.download.decode import BENCHMARK_FORMATS, decode_image, sniff_format
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.samples import make_image

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
        (b"%PDF-1.7", Failure.NOT_IMAGE),
        (b"PK\3\4", Failure.NOT_IMAGE),
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


def test_transparency_lies_on_white() -> None:
    clear = encode(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")
    assert (decode_image(clear, LIMIT).pixels == 255).all()
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([0, 0, 0] * 256)
    indexed = encode(palette, "PNG", transparency=0)
    assert (decode_image(indexed, LIMIT).pixels == 255).all()


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (4, 1))
    decoded = decode_image(encode(Image.fromarray(ramp), "PNG"), LIMIT)
    expected = np.linspace(0, 255, 256)
    assert np.abs(decoded.pixels[0] - expected).max() <= 1


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


@pytest.mark.parametrize("folder", ["bad-images", "image-formats"])
def test_every_hostile_or_odd_file_ends_typed(shared_data: Path, folder: str) -> None:
    with (shared_data / folder / "manifest.tsv").open(newline="") as stream:
        names = [row["file"] for row in csv.DictReader(stream, delimiter="\t")]
    outcomes = []
    for name in names:
        try:
            pixels = decode_image(
                (shared_data / folder / name).read_bytes(), LIMIT, BENCHMARK_FORMATS
            ).pixels
        except RecordFailed as error:
            outcomes.append(error.outcome)
        else:
            assert pixels.ndim == 3
            outcomes.append("ok")
    assert len(outcomes) == len(names) > 60
    if folder == "image-formats":
        assert outcomes.count("ok") >= 60
