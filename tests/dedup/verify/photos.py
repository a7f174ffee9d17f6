"""Pictures with enough structure to align, made from a seed."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dedup.verify.thumbnail import Thumbnails, make_thumbnail, read_thumbnails

Pixels = NDArray[np.uint8]


def make_photo(seed: int, side: int = 200) -> Pixels:
    """Returns smooth colour noise of several sizes with some filled shapes on it."""
    random = np.random.default_rng(seed)
    photo = np.zeros((side, side, 3), np.float32)
    for cells, strength in ((4, 90), (9, 60), (20, 30)):
        noise = random.normal(0, strength, (cells, cells, 3)).astype(np.float32)
        photo += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    canvas = np.clip(photo + 128, 0, 255).astype(np.uint8)
    for _ in range(6):
        x, y, radius = (int(random.integers(0, side)) for _ in range(3))
        colour = [int(c) for c in random.integers(0, 256, 3)]
        cv2.circle(canvas, (x, y), 5 + radius // 6, colour, -1)
    return canvas


def thumbnails_of(*photos: Pixels) -> Thumbnails:
    return read_thumbnails(
        [make_thumbnail(p, np.asarray(Image.fromarray(p).convert("L"))) for p in photos]
    )
