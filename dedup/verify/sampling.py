"""Resampling a part of a row of pixels, as a matrix: smoothed enough for the coarser grid."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@lru_cache(1024)
def samples(
    size: int, count: int, zoom: float = 1.0, centre: float = 0.5, blur: float = 0.5
) -> Matrix:
    """Returns the matrix [count, size] that takes `size` pixels to `count` samples of a part.

    Args:
        size: Pixels of the row.
        count: Samples, evenly over the part.
        zoom: The part is 1 / zoom of the row; at least 1.
        centre: Of the part, 0 to 1 of the row.
        blur: Standard deviation of the Gaussian, in steps from sample to sample.
    """
    return _gaussian(_positions(size, count, zoom, centre), size, blur * size / count / zoom)


@lru_cache(1024)
def slopes(
    size: int, count: int, zoom: float = 1.0, centre: float = 0.5, blur: float = 0.5
) -> Matrix:
    """Returns the matrix of the differences between the next sample and the one before."""
    step = size / count / zoom
    positions = _positions(size, count, zoom, centre)
    after = np.minimum(positions + step, size - 0.5)
    before = np.maximum(positions - step, 0.5)
    return _gaussian(after, size, blur * step) - _gaussian(before, size, blur * step)


def _positions(size: int, count: int, zoom: float, centre: float) -> NDArray[np.float64]:
    return size * (centre + ((np.arange(count) + 0.5) / count - 0.5) / zoom)


def _gaussian(positions: NDArray[np.float64], size: int, sigma: float) -> Matrix:
    distances = (np.arange(size) + 0.5)[None] - positions[:, None]
    weights = np.exp(-0.5 * (distances / sigma) ** 2)
    # Near the border the weights that fall outside are shared out inside.
    normalised: Matrix = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return normalised
