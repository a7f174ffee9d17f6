"""The eight turns and mirrorings of a picture, by name."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.verify.thumbnail import Thumbnails

# `rot90` is counter-clockwise; `flip_` mirrors left and right first.
DIHEDRAL: Final = (
    "none", "flip", "rot90", "rot180", "rot270", "flip_rot90", "flip_rot180", "flip_rot270",
)  # fmt: skip


def turn(thumbnails: Thumbnails, transform: str) -> Thumbnails:
    """Returns each thumbnail turned and mirrored as the name says."""
    return Thumbnails(
        turn_planes(thumbnails.grey, transform), turn_planes(thumbnails.chroma, transform)
    )


def turn_planes(planes: NDArray[np.uint8], transform: str) -> NDArray[np.uint8]:
    """Returns planes of shape [..., side, side], turned and mirrored."""
    turns = int(transform.rpartition("rot")[2] or 0) // 90 if "rot" in transform else 0
    mirrored = planes[..., ::-1] if transform.startswith("flip") else planes
    return np.ascontiguousarray(np.rot90(mirrored, turns, axes=(-2, -1)))
