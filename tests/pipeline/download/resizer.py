"""img2dataset's own Resizer, called as its downloader calls it."""

import io
import os
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image


class Resized(NamedTuple):
    """What it returns."""

    data: bytes | None
    width: int | None
    height: int | None
    original_width: int | None
    original_height: int | None
    error: str | None


def resize(body: bytes, **options: Any) -> Resized:
    """Returns what `img2dataset.resizer.Resizer` makes of a file; skips where it is missing."""
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks the network for its version
    module = pytest.importorskip("img2dataset.resizer", reason="needs the img2dataset extra")
    return Resized(*module.Resizer(**options)(io.BytesIO(body)))


def rgb(data: bytes) -> np.ndarray:
    """Returns the pixels of a stored file."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    """Returns the likeness of two pictures of one size; infinite if they are equal."""
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))
