"""A pool of pictures with altered copies of a benchmark planted in it, and the truth.

The benchmark's pictures are double exposures: two test pictures of CIFAR-10 laid over each other.
So neither they nor their negatives have a copy among the training pictures but those planted, and
what is found beyond is false. Copies are altered in each of the ways of `calibrate` in turn.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from dedup.verify.plant import PLANTS, Pixels, plant

CIFAR = Path("../shared/data/cifar10")
ROWS_PER_GROUP = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedPool:
    """Where the files are, and what was planted.

    Attributes:
        truth: Pairs of a benchmark key and the pool key of its only copy.
    """

    pool: Path
    benchmark: Path
    truth: frozenset[tuple[str, str]]


def write_planted(
    folder: Path, size: int, *, images: int, copies: int, cifar: Path = CIFAR
) -> PlantedPool:
    """Writes a pool and a benchmark as Parquet.

    Args:
        folder: To write to.
        size: Pictures of the pool, planted ones included.
        images: Of the benchmark.
        copies: Planted, each of another benchmark picture.
        cifar: Where `train.parquet` and `test-dev.parquet` are.
    """
    exposures = list(double_exposures(cifar, images))
    benchmark = {f"double-{number}": _png(pixels) for number, pixels in enumerate(exposures)}
    table = pq.read_table(cifar / "train.parquet", columns=["key", "image"]).slice(0, size)
    pool = {row["key"]: row["image"]["bytes"] for row in table.to_pylist()}
    random = np.random.default_rng(size)
    originals = random.choice(images, copies, replace=False).tolist()
    places = random.choice(list(pool), copies, replace=False).tolist()
    for number, (original, place) in enumerate(zip(originals, places, strict=True)):
        transform = list(PLANTS)[number % len(PLANTS)]
        pool[place] = _png(plant(transform, exposures[original], number))
    write_images(folder / "pool.parquet", pool)
    write_images(folder / "benchmark.parquet", benchmark)
    truth = frozenset(zip((f"double-{one}" for one in originals), places, strict=True))
    return PlantedPool(
        pool=folder / "pool.parquet", benchmark=folder / "benchmark.parquet", truth=truth
    )


def double_exposures(cifar: Path, images: int) -> Iterator[Pixels]:
    """Yields mixtures of two test pictures, each of which is in one mixture."""
    table = pq.read_table(cifar / "test-dev.parquet", columns=["image"])
    pictures = [row["image"]["bytes"] for row in table.to_pylist()]
    half = len(pictures) // 2
    for number in range(min(images, half)):
        pair = [np.asarray(Image.open(io.BytesIO(pictures[n]))) for n in (number, number + half)]
        yield np.asarray(pair, np.float32).mean(axis=0).round().astype(np.uint8)


def write_images(path: Path, images: dict[str, bytes]) -> None:
    """Writes a table of `key` and `image`, in row groups that workers can share."""
    table = pa.table({"key": list(images), "image": list(images.values())})
    pq.write_table(table, path, row_group_size=ROWS_PER_GROUP, compression="none")


def shuffled(pool: Path, path: Path) -> Path:
    """Writes the same pictures in another order and other row groups."""
    rows = pq.read_table(pool).to_pylist()
    order = np.random.default_rng(0).permutation(len(rows)).tolist()
    images = {rows[n]["key"]: rows[n]["image"] for n in order}
    table = pa.table({"key": list(images), "image": list(images.values())})
    pq.write_table(table, path, row_group_size=ROWS_PER_GROUP * 3 // 7, compression="none")
    return path


def _png(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
