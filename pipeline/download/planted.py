"""Planted copies of a benchmark picture, hashed as a pool's pictures are."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from dedup.phash import phash_grey
from dedup.verify.plant import PLANTS, Pixels, plant
from dedup.verify.thumbnail import make_thumbnail
from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from pipeline.download.hash_image import MAX_PIXELS
from schemas.records import PoolImage


class Planted(NamedTuple):
    """A copy; the pool key of its image is the transform's name."""

    image: PoolImage
    pixels: Pixels


def plant_copies(body: bytes, seed: int) -> Iterator[Planted]:
    """Yields a picture altered in every way, the same for the same seed.

    Raises:
        RecordFailed: The picture does not decode.
    """
    pixels = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS).pixels
    coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    for name in PLANTS:
        altered = plant(name, coloured, seed)
        yield Planted(_fingerprint(name, altered), altered)


def _fingerprint(pool_key: str, pixels: Pixels) -> PoolImage:
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    return PoolImage(
        pool_key=pool_key,
        sha256=hashlib.sha256(pixels.tobytes()).hexdigest(),  # no file: it equals none
        phash=phash_grey(grey),
        thumbnail=make_thumbnail(pixels, grey),
    )
