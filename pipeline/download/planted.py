"""Planted copies of benchmark pictures, hashed as a pool's pictures are."""

import hashlib
from collections.abc import Iterable

import numpy as np
from PIL import Image

from dedup.phash import phash_grey
from dedup.verify.plant import PLANTS, Pixels, plant
from dedup.verify.thumbnail import make_thumbnail
from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from pipeline.download.hash_image import MAX_PIXELS
from schemas.records import PoolImage

Planted = dict[str, list[tuple[str, PoolImage]]]


def plant_copies(originals: Iterable[tuple[str, bytes]], seed: int = 0) -> Planted:
    """Returns altered copies by transform, each with the key of its original.

    Raises:
        RecordFailed: An original does not decode.
    """
    planted: Planted = {name: [] for name in PLANTS}
    for number, (key, body) in enumerate(originals):
        pixels = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS).pixels
        coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        for name in PLANTS:
            altered = plant(name, coloured, seed + number)
            planted[name].append((key, _fingerprint(f"{number}-{name}", altered)))
    return planted


def _fingerprint(pool_key: str, pixels: Pixels) -> PoolImage:
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    return PoolImage(
        pool_key=pool_key,
        sha256=hashlib.sha256(pixels.tobytes()).hexdigest(),  # no file: it equals none
        phash=phash_grey(grey),
        thumbnail=make_thumbnail(pixels, grey),
    )
