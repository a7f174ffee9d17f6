"""Photos with truth that we make ourselves: originals, and copies altered as the web does.

Split A serves to choose settings, split B to measure; no photo is in both. No image whose copies
somebody else has listed (`cifar10/pairs-dev.csv`, `near-dup`) is in either.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from dedup.verify.plant import PLANTS, Pixels, plant
from dedup.verify.thumbnail import Thumbnails, make_thumbnail, read_thumbnails

DATA: Final = Path("../shared/data")
_CAPTIONED: Final = (
    "captioned-images/coco/val2017",
    "captioned-images/coco/train2017",
    "captioned-images/grocery",
)
_BENCHMARKS: Final = ("benchmark-images/imagenet-samples", "benchmark-images/grocerystore-test")


def photo_files(split: str) -> list[Path]:
    """Returns the photos of split `A` or `B`: every other one of the benchmarks.

    `A` has the captioned photos as well: 202, and 105 in `B`.
    """
    files = [file for folder in _BENCHMARKS for file in _pictures(folder)]
    if split == "B":
        return files[1::2]
    return [*(file for folder in _CAPTIONED for file in _pictures(folder)), *files[::2]]


def photos(split: str) -> list[Pixels]:
    """Returns the decoded photos of a split."""
    return [np.asarray(Image.open(file).convert("RGB")) for file in photo_files(split)]


def altered(originals: Iterable[Pixels], seed: int) -> dict[str, Thumbnails]:
    """Returns, by alteration, thumbnails of the altered copies in the order of the originals."""
    made: Mapping[str, list[bytes]] = {name: [] for name in PLANTS}
    for number, pixels in enumerate(originals):
        for name in PLANTS:
            made[name].append(thumbnail_of(plant(name, pixels, seed + number)))
    return {name: read_thumbnails(thumbnails) for name, thumbnails in made.items()}


def thumbnails_of(pictures: Iterable[Pixels]) -> Thumbnails:
    """Returns the thumbnails of decoded pictures."""
    return read_thumbnails([thumbnail_of(pixels) for pixels in pictures])


def joined(*parts: Thumbnails) -> Thumbnails:
    """Returns the thumbnails of all parts."""
    return Thumbnails(
        np.concatenate([part.grey for part in parts]),
        np.concatenate([part.chroma for part in parts]),
    )


def thumbnail_of(pixels: Pixels) -> bytes:
    """Returns the thumbnail of a decoded picture."""
    return make_thumbnail(pixels, np.asarray(Image.fromarray(pixels).convert("L")))


def train_images(rows: slice) -> list[Pixels]:
    """Returns training images of CIFAR-10, never those of the test side."""
    table = pq.read_table(DATA / "cifar10/train.parquet", columns=["image"])
    start, stop, _ = rows.indices(table.num_rows)
    taken = table["image"].slice(start, stop - start).to_pylist()
    return [_decode(row["bytes"]) for row in taken]


def train_labels(count: int) -> NDArray[np.int64]:
    """Returns the classes of the first training images, as numbers."""
    table = pq.read_table(DATA / "cifar10/train.parquet", columns=["label"])
    names = np.array(table["label"].slice(0, count).to_pylist())
    return np.unique(names, return_inverse=True)[1]


def seen_again(pixels: Pixels, seed: int) -> Pixels:
    """Returns what another photo of the web shows of a small picture: a part, in other light.

    Sides of 26 to 32 of 32 pixels, gains of light and of each colour, written anew as JPEG.
    """
    random = np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    down, across = (round(side * random.uniform(0.81, 1)) for side in (height, width))
    top, left = random.integers(0, height - down + 1), random.integers(0, width - across + 1)
    part = cv2.resize(
        pixels[top : top + down, left : left + across],
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    gains = random.uniform(0.85, 1.15) * random.uniform(0.95, 1.05, 3)
    lit = np.clip(part * gains + random.uniform(-12, 12), 0, 255).astype(np.uint8)
    quality = int(random.integers(75, 96))
    _, stream = cv2.imencode(".jpg", lit[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _decode(stream.tobytes())


def _pictures(folder: str) -> Sequence[Path]:
    return sorted(
        file for file in (DATA / folder).iterdir() if file.suffix.lower() in (".jpg", ".jpeg")
    )


def _decode(body: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))
