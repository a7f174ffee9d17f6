"""Finds the frame around a picture: padding, letterbox, the bars of a meme.

A second way to look at a picture, never the only one: what looks like a frame may be a sky.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.verify.sampling import samples
from dedup.verify.thumbnail import Thumbnails

# Grey levels from the colour of the frame; resampling rings by as much at its inner edge.
_TOLERANCE: Final = 12
# Of a row: one of the frame alone, and one with text on it, which such a row has to follow.
_MIN_CLEAN_SHARE: Final = 0.9
_MIN_TEXT_SHARE: Final = 0.4
_MIN_CUT: Final = 0.04  # of a side; less is within what alignment finds anyway
_MIN_KEPT: Final = 0.3  # of a side; of less a thumbnail shows too little

Boxes = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Trimmed(NamedTuple):
    """Pictures without their frames.

    Attributes:
        row: Shape [framed], which pictures have a frame.
        thumbnails: Of these alone.
        box: Shape [framed, 4], what was kept: left, top, right, bottom, as shares of the sides.
    """

    row: NDArray[np.int64]
    thumbnails: Thumbnails
    box: Boxes


def trim(thumbnails: Thumbnails) -> Trimmed:
    """Returns the pictures that have a frame, without it, at the size of all thumbnails."""
    box = find_boxes(thumbnails.grey)
    cut = np.maximum(box[:, :2], 1 - box[:, 2:]).max(axis=1)
    kept = (box[:, 2:] - box[:, :2]).min(axis=1)
    row = np.flatnonzero((cut >= _MIN_CUT) & (kept >= _MIN_KEPT))
    framed = thumbnails.take(row)
    grey = [cut_out(plane, part) for plane, part in zip(framed.grey, box[row], strict=True)]
    chroma = [
        np.stack([cut_out(plane, part) for plane in planes])
        for planes, part in zip(framed.chroma, box[row], strict=True)
    ]
    whole = Thumbnails(
        np.array(grey, np.uint8).reshape(framed.grey.shape),
        np.array(chroma, np.uint8).reshape(framed.chroma.shape),
    )
    return Trimmed(row, whole, box[row])


def find_boxes(greys: NDArray[np.uint8]) -> Boxes:
    """Returns what lies inside the frame of each picture, shape [N, 4]; all of it without one."""
    count, height, width = greys.shape
    top, bottom = _cuts(greys, np.ones((count, width), bool))
    rows = np.arange(height)
    is_kept = (rows >= top[:, None]) & (rows < height - bottom[:, None])
    left, right = _cuts(greys.transpose(0, 2, 1), is_kept)
    return np.stack([left / width, top / height, 1 - right / width, 1 - bottom / height], axis=1)


def _cuts(greys: NDArray[np.uint8], counts: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns how many rows are frame, from above and from below."""
    return _first_cut(greys, counts), _first_cut(greys[:, ::-1], counts)


def _first_cut(greys: NDArray[np.uint8], counts: Mask) -> NDArray[np.int64]:
    """Returns how many rows have the colour of the first, in the columns that count."""
    pictures, height, _ = greys.shape
    middle = (counts * np.arange(counts.shape[1])).sum(axis=1) // counts.sum(axis=1)
    colour = greys[np.arange(pictures), 0, middle].astype(np.int16)[:, None, None]
    is_alike = (np.abs(greys - colour) <= _TOLERANCE) & counts[:, None]
    share = is_alike.sum(axis=2) / counts.sum(axis=1)[:, None]
    is_reached = np.logical_and.accumulate(share >= _MIN_TEXT_SHARE, axis=1)
    is_frame = is_reached & (share >= _MIN_CLEAN_SHARE) & (share[:, :1] >= _MIN_CLEAN_SHARE)
    rows = (is_frame * np.arange(1, height + 1)).max(axis=1)
    # Frame from edge to edge: a flat picture. A frame of more than half: nothing to see.
    return np.where(2 * rows > height, 0, rows)


def cut_out(plane: NDArray[np.uint8], box: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Returns a part of a plane at the size of the whole."""
    height, width = plane.shape
    left, top, right, bottom = box.tolist()
    across = samples(width, width, 1 / (right - left), (left + right) / 2)
    down = samples(height, height, 1 / (bottom - top), (top + bottom) / 2)
    return np.round(down @ plane.astype(np.float32) @ across.T).astype(np.uint8)
