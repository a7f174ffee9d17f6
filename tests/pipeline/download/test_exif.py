import io
import json

import pytest
from PIL import ExifTags, Image

from pipeline.download.exif import MAX_EXIF_CHARS, MAX_EXIF_VALUE_CHARS, TURNS, read_exif


def with_exif(exif: Image.Exif) -> Image.Image:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG", exif=exif)
    return Image.open(stream)


def test_the_place_and_the_makers_notes_stay_out() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    exif[ExifTags.Base.MakerNote] = b"x" * 2**20
    exif[ExifTags.Base.UserComment] = "at home"
    assert read_exif(with_exif(exif)) == (json.dumps({"Model": "Camera"}), None)


@pytest.mark.parametrize("orientation", [*range(10), 65535])
def test_only_the_eight_orientations_turn(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert read_exif(with_exif(exif))[1] == TURNS.get(orientation)


def test_values_and_the_whole_are_bounded() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "long " * 1000
    shown = json.loads(read_exif(with_exif(exif))[0])
    assert len(shown["ImageDescription"]) == MAX_EXIF_VALUE_CHARS
    for tag in range(50_000, 50_200):
        exif[tag] = "x" * 300
    assert read_exif(with_exif(exif))[0] == "{}"
    assert len(read_exif(with_exif(exif))[0]) <= MAX_EXIF_CHARS


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM", b"x"]
)
def test_broken_exif_is_no_exif(exif: bytes) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG", exif=exif)
    assert read_exif(Image.open(stream)) == ("{}", None)


def test_lone_surrogates_do_not_reach_a_table() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = b"\xff\xfe\x00\xd8".decode("latin-1")
    json.loads(read_exif(with_exif(exif))[0])
