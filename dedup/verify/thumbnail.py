"""Thumbnails that stand for pictures: enough to align two of them, too little to show one."""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.lanczos import shrink

# Of the grey plane: what a 256-bit pHash is made of, so that one picture serves both.
SIDE: Final = 64
CHROMA_SIDE: Final = 16
NUM_BYTES: Final = SIDE**2 + 2 * CHROMA_SIDE**2

Plane = NDArray[np.uint8]


class Thumbnails(NamedTuple):
    """Pictures squeezed to squares.

    Attributes:
        grey: Shape [N, SIDE, SIDE].
        chroma: Shape [N, 2, CHROMA_SIDE, CHROMA_SIDE]: blue and red differences of YCrCb, 128
            where there is no colour.
    """

    grey: Plane
    chroma: Plane

    def take(self, rows: NDArray[np.int64]) -> "Thumbnails":
        """Returns some of them, in that order."""
        return Thumbnails(self.grey[rows], self.chroma[rows])


def make_thumbnail(pixels: Plane, grey: Plane) -> bytes:
    """Returns the `NUM_BYTES` of a thumbnail: the grey plane, then the two of colour.

    Args:
        pixels: `[height, width, 3]`, sRGB, or `[height, width]`.
        grey: `[height, width]` of the same picture, as Pillow's mode `L`.
    """
    if pixels.ndim == 2:
        return bytes(shrink(grey, SIDE).tobytes() + b"\x80" * (2 * CHROMA_SIDE**2))
    small = cv2.resize(pixels, (CHROMA_SIDE, CHROMA_SIDE), interpolation=cv2.INTER_AREA)
    chroma = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)[..., 1:]
    return bytes(shrink(grey, SIDE).tobytes() + chroma.transpose(2, 0, 1).tobytes())


def read_thumbnails(thumbnails: list[bytes]) -> Thumbnails:
    """Returns the planes of thumbnails from `make_thumbnail`."""
    flat = np.frombuffer(b"".join(thumbnails), np.uint8).reshape(len(thumbnails), NUM_BYTES)
    return Thumbnails(
        flat[:, : SIDE**2].reshape(-1, SIDE, SIDE),
        flat[:, SIDE**2 :].reshape(-1, 2, CHROMA_SIDE, CHROMA_SIDE),
    )
