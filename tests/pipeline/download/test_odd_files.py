"""Files that crashed decoders, and valid files of every kind: cases 39 to 41, file by file."""

import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from tests.conftest import SHARED_DATA
from tests.pipeline.download import bombs
from tests.pipeline.download.measured import LIMIT, measure

MAX_SECONDS = 5
MAX_BYTES = 300 * 2**20
MAX_BOMB_BYTES = 50 * 2**20

# Formats that we do not accept, whatever Pillow can make of them.
NOT_ACCEPTED = (".ico", ".icns", ".j2k", ".ppm")
# Where the libtiff or Pillow in use differs from those that the manifest was made with.
DIFFERS = {
    "crash-74d2a78403a5a59db1fb0a2b8735ac068a75f6e3.tif": {"ok", "decode"},
    "crash-0da013a13571cc8eb457a39fee8db18f8a3c7127.tif": {"ok", "decode"},
    "pal4rlecut.bmp": {"ok", "decode"},
    "seek_too_large.tif": {"not_image"},  # a BigTIFF
    "timeout-6646305047838720": {"decode"},
    "star.avifs": {"ok"},
}


def manifest(folder: str) -> list[dict[str, str]]:
    path = SHARED_DATA / folder / "manifest.tsv"
    if not path.exists():
        return []
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


BAD, ODD = manifest("bad-images"), manifest("image-formats")


def expected(row: dict[str, str]) -> set[str]:
    name, pillow = row["file"], row["pillow_13.0_outcome"]
    if name in DIFFERS:
        return DIFFERS[name]
    if name.endswith(NOT_ACCEPTED):
        return {"not_image"}
    if pillow == "DecompressionBombError" or name == "l2rgb_read.bmp":
        return {"pixels"}
    return {"ok"} if pillow.startswith("decodes") else {"decode"}


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> dict[str, dict[str, Any]]:
    folders = (("bad-images", BAD), ("image-formats", ODD))
    return measure([shared_data / folder / row["file"] for folder, rows in folders for row in rows])


def test_the_manifests_are_whole(shared_data: Path) -> None:
    assert (len(BAD), len(ODD)) == (88, 67)


@pytest.mark.parametrize("row", [*BAD, *ODD], ids=lambda row: row["file"])
def test_41_every_file_ends_as_it_should_in_time_and_memory(
    measured: dict[str, dict[str, Any]], row: dict[str, str]
) -> None:
    found = measured[row["file"]]
    assert found["outcome"] in expected(row)
    assert found["seconds"] <= MAX_SECONDS
    assert found["grown_bytes"] <= MAX_BYTES
    if found["outcome"] == "ok" and "x" in row["size_by_pillow"]:
        size = [int(side) for side in row["size_by_pillow"].split("x")]
        assert sorted(found["size"]) == sorted(size)  # upright, so perhaps turned


def rgb(path: Path) -> np.ndarray:
    pixels = decode_image(path.read_bytes(), LIMIT, BENCHMARK_FORMATS).pixels
    return np.repeat(pixels[..., np.newaxis], 3, axis=2) if pixels.ndim == 2 else pixels


def mean_difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(np.float64) - other).mean())


@pytest.mark.parametrize(
    "name",
    [
        *(f"hopper.{kind}" for kind in ("jpg", "gif", "webp", "bmp", "tif", "avif")),
        *(f"hopper_orientation_{n}.{kind}" for n in range(2, 9) for kind in ("jpg", "webp")),
        "hopper-missing-pixi.avif",
    ],
)
def test_the_same_portrait_is_the_same_picture_in_every_format(
    shared_data: Path, name: str
) -> None:
    folder = shared_data / "image-formats"
    reference = rgb(folder / "hopper.png")
    assert mean_difference(rgb(folder / name), reference) < 6
    turned = mean_difference(np.ascontiguousarray(reference[:, ::-1]), reference)
    assert turned > 20  # so that a picture that lies wrong would be told


@pytest.mark.parametrize("name", [f"rot{r}mir{m}.avif" for r in range(4) for m in range(2)])
def test_avifs_own_turns_are_undone(shared_data: Path, name: str) -> None:
    folder = shared_data / "image-formats"
    reference = rgb(folder / "rot0mir0.avif")
    assert mean_difference(rgb(folder / name), reference) < 10
    assert mean_difference(reference[:, ::-1], reference) > 30


@pytest.mark.parametrize("name", ["16_bit_noise.tif", "tiff_16bit_RGB.tiff"])
def test_43_sixteen_bits_keep_their_tones(shared_data: Path, name: str) -> None:
    path = shared_data / "image-formats" / name
    deep = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert deep.dtype == np.uint16
    reference = np.rint(deep[..., :3] / 257 if deep.ndim == 3 else deep / 257)
    if deep.ndim == 3:
        reference = reference[..., ::-1]
    shown = decode_image(path.read_bytes(), LIMIT, BENCHMARK_FORMATS).pixels
    assert abs(float(shown.mean()) - float(reference.mean())) < 2


@pytest.fixture(scope="module")
def measured_bombs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("bombs")
    made = {
        "39 png": bombs.huge_png(),
        "png of 2^31": bombs.header(2**31 - 1, 2**31 - 1) + bombs.chunk(b"IEND", b""),
        "png of 2^32": bombs.header(2**32 - 1, 2**32 - 1) + bombs.chunk(b"IEND", b""),
        "gif": bombs.huge_gif(),
        "ico": bombs.huge_ico(),
        "webp": bombs.huge_webp(),
        "jpeg": bombs.huge_jpeg(),
        "bmp": bombs.huge_bmp(),
        "frames gif": bombs.many_frames_gif(),
        "frames apng": bombs.many_frames_apng(),
        **dict(bombs.chunk_bombs()),
    }
    for name, body in made.items():
        (folder / name).write_bytes(body)
    return measure([folder / name for name in made])


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("39 png", "pixels"),
        ("png of 2^31", "pixels"),
        ("png of 2^32", "pixels"),
        ("gif", "pixels"),
        ("ico", "not_image"),
        ("webp", "pixels"),
        ("jpeg", "pixels"),
        ("bmp", "pixels"),
        ("frames gif", "ok"),
        ("frames apng", "ok"),
        ("zTXt before", "decode"),
        ("zTXt after", "decode"),
        ("iTXt before", "decode"),
        ("iTXt after", "decode"),
        ("iCCP before", "decode"),
        ("iCCP after", "decode"),
        ("many zTXt before", "decode"),
        ("many zTXt after", "decode"),
    ],
)
def test_39_40_a_bomb_ends_typed_and_takes_no_memory(
    measured_bombs: dict[str, dict[str, Any]], name: str, outcome: str
) -> None:
    found = measured_bombs[name]
    assert found["outcome"] == outcome
    assert found["seconds"] <= MAX_SECONDS
    assert found["grown_bytes"] <= MAX_BOMB_BYTES


@pytest.mark.parametrize("name", ["frames gif", "frames apng"])
def test_40_only_the_first_of_many_frames_is_seen(
    measured_bombs: dict[str, dict[str, Any]], name: str
) -> None:
    assert measured_bombs[name]["size"] == [1, 1]
    assert measured_bombs[name]["first"] == [255, 0, 0]
