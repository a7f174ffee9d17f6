"""A pool of pictures with altered copies of a benchmark planted in it, and the truth.

The benchmark's pictures are double exposures: two test pictures of CIFAR-10 laid over each other.
So neither they nor their negatives have a copy among the training pictures but those planted, and
what is found beyond is false. Copies are altered in each of the ways of `calibrate` in turn.
"""

import io
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
    folder: Path, size: int, *, images: int, copies: int, seed: int = 0, cifar: Path = CIFAR
) -> PlantedPool:
    """Writes a pool and a benchmark as Parquet.

    Args:
        folder: To write to.
        size: Pictures of the pool, planted ones included.
        images: Of the benchmark.
        copies: Planted, each of another benchmark picture.
        seed: Draws the pictures, the copies and their places.
        cifar: Where `train.parquet` and `test-dev.parquet` are.
    """
    random = np.random.default_rng(seed)
    exposures = double_exposures(cifar, random)[:images]
    pool = _draw_pool(cifar, size, random)
    originals = random.choice(len(exposures), copies, replace=False).tolist()
    places = random.choice(list(pool), copies, replace=False).tolist()
    for number, (original, place) in enumerate(zip(originals, places, strict=True)):
        transform = list(PLANTS)[number % len(PLANTS)]
        pool[place] = _png(plant(transform, exposures[original], seed + number))
    benchmark = {f"double-{number}": _png(pixels) for number, pixels in enumerate(exposures)}
    folder.mkdir(parents=True, exist_ok=True)
    return PlantedPool(
        pool=write_images(folder / "pool.parquet", pool),
        benchmark=write_images(folder / "benchmark.parquet", benchmark),
        truth=frozenset((f"double-{o}", place) for o, place in zip(originals, places, strict=True)),
    )


def double_exposures(cifar: Path, random: np.random.Generator) -> list[Pixels]:
    """Returns mixtures of two test pictures, each of which is in one mixture; 2,500 at most."""
    table = pq.read_table(cifar / "test-dev.parquet", columns=["image"])
    bodies = table["image"].combine_chunks().field("bytes").to_pylist()
    order = random.permutation(len(bodies)).tolist()
    half = len(order) // 2
    pairs = zip(order[:half], order[half : 2 * half], strict=True)
    return [_mixed([bodies[one], bodies[other]]) for one, other in pairs]


def _mixed(bodies: list[bytes]) -> Pixels:
    pictures = [np.asarray(Image.open(io.BytesIO(body))) for body in bodies]
    return np.asarray(pictures, np.float32).mean(axis=0).round().astype(np.uint8)


def _draw_pool(cifar: Path, size: int, random: np.random.Generator) -> dict[str, bytes]:
    table = pq.read_table(cifar / "train.parquet", columns=["key", "image"])
    rows = table.take(random.permutation(len(table))[:size]).to_pylist()
    return {row["key"]: row["image"]["bytes"] for row in rows}


def write_images(path: Path, images: dict[str, bytes], rows: int = ROWS_PER_GROUP) -> Path:
    """Writes a table of `key` and `image`, in row groups that workers can share."""
    table = pa.table({"key": list(images), "image": list(images.values())})
    pq.write_table(table, path, row_group_size=rows, compression="none")
    return path


def shuffled(pool: Path, path: Path) -> Path:
    """Writes the same pictures in another order and other row groups."""
    rows = pq.read_table(pool).to_pylist()
    order = np.random.default_rng(0).permutation(len(rows)).tolist()
    images = {rows[n]["key"]: rows[n]["image"] for n in order}
    return write_images(path, images, ROWS_PER_GROUP * 3 // 7)


def _png(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
