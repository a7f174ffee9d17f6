"""Gradient fields: what stays of a picture when light, contrast and colour change.

Orientation correlation (Fitch et al., BMVC 2002): each pixel's gradient as a complex number, its
length pressed towards 1, so that a caption bar or a bright corner does not outweigh the rest.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.verify.sampling import Matrix, samples, slopes
from dedup.verify.settings import CHOSEN, Settings

# Pixels of a field's side: to find a pair's alignment, and to judge it.
COARSE_SIDE: Final = 16
SIDE: Final = 32

Fields = NDArray[np.complex64]


class Zoom(NamedTuple):
    """A part of a picture: `1 / across` of its width and `1 / down` of its height, at `x`, `y`."""

    across: float = 1.0
    down: float = 1.0
    x: float = 0.5
    y: float = 0.5


WHOLE = Zoom()


def gradient_fields(
    greys: NDArray[np.uint8] | NDArray[np.float32],
    zoom: Zoom = WHOLE,
    side: int = SIDE,
    settings: Settings = CHOSEN,
) -> Fields:
    """Returns the fields of a part of each picture.

    A picture's field is the same in every batch: the products are of one picture each.

    Args:
        greys: Shape [N, height, width], 0 to 255.
        zoom: The part.
        side: Of the fields.
        settings: Of the fields.

    Returns:
        Shape [N, side, side], each of a length of 1 at most.
    """
    height, width = greys.shape[1:]
    across = greys.astype(np.float32) @ _columns(width, side, zoom.across, zoom.x, settings.blur)
    fields = np.empty((len(greys), side, side), np.complex64)
    fields.real = samples(height, side, zoom.down, zoom.y, settings.blur) @ across[:, :, side:]
    fields.imag = slopes(height, side, zoom.down, zoom.y, settings.blur) @ across[:, :, :side]
    lengths = np.sqrt(fields.real**2 + fields.imag**2)
    fields *= 1 / (lengths + np.float32(settings.noise))
    return fields


@lru_cache(1024)
def _columns(width: int, side: int, zoom: float, centre: float, blur: float) -> Matrix:
    """Returns the matrix [width, 2 * side] that samples each row, and its slopes, at once."""
    matrices = (samples(width, side, zoom, centre, blur), slopes(width, side, zoom, centre, blur))
    return np.ascontiguousarray(np.concatenate(matrices).T)
