"""Descriptors to propose pairs by: a few low frequencies, weighted as gradients are.

On a grid of 8 x 8 the inner product of two pictures' gradients is that of their cosine transforms,
each frequency weighted by its eigenvalue of the Laplacian. So 63 numbers for the grey plane and 15
for each of colour do what 336 differences would.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from dedup.verify.gradients import WHOLE, Zoom
from dedup.verify.sampling import samples
from dedup.verify.settings import CHOSEN
from dedup.verify.thumbnail import Thumbnails

GRID: Final = 8
_CHROMA_GRID: Final = 4
# Descriptors are whole numbers of this unit: their inner products stay below 2**24, where float32
# counts exactly, so that no order of summation and no batch can change one.
UNIT: Final = 4000
NUM_DIMENSIONS: Final = GRID**2 - 1 + 2 * (_CHROMA_GRID**2 - 1)

Descriptors = NDArray[np.float32]


def describe(
    thumbnails: Thumbnails, zoom: Zoom = WHOLE, chroma_weight: float = CHOSEN.chroma_weight
) -> Descriptors:
    """Returns vectors of length `UNIT`, shape [N, NUM_DIMENSIONS]; 0 without structure."""
    grey = _frequencies(thumbnails.grey, GRID, GRID, zoom)
    colour = [
        chroma_weight * _frequencies(thumbnails.chroma[:, plane], GRID, _CHROMA_GRID, zoom)
        for plane in range(2)
    ]
    vectors = np.concatenate([grey, *colour], axis=1)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.where(lengths > 1, UNIT * vectors / np.maximum(lengths, 1), 0)
    whole: Descriptors = np.round(unit).astype(np.float32)
    return whole


def _frequencies(planes: NDArray[np.uint8], grid: int, kept: int, zoom: Zoom) -> Descriptors:
    side = planes.shape[-1]
    across = _basis(grid)[:kept] @ samples(side, grid, zoom.across, zoom.x)
    down = _basis(grid)[:kept] @ samples(side, grid, zoom.down, zoom.y)
    spectrum = down @ planes.astype(np.float32) @ across.T * _weights(grid)[:kept, :kept]
    # The mean says nothing.
    frequencies: Descriptors = spectrum.reshape(len(planes), kept * kept)[:, 1:]
    return frequencies


@lru_cache(2)
def _basis(grid: int) -> NDArray[np.float32]:
    basis: NDArray[np.float32] = scipy.fft.dct(np.eye(grid), axis=0, norm="ortho")
    return basis.astype(np.float32)


@lru_cache(2)
def _weights(grid: int) -> NDArray[np.float32]:
    eigenvalues = 2 - 2 * np.cos(np.pi * np.arange(grid) / grid)
    weights: NDArray[np.float64] = np.sqrt(eigenvalues[:, None] + eigenvalues[None])
    return weights.astype(np.float32)
