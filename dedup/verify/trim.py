"""Finds the frame around a picture: padding, letterbox, the bars of a meme.

A second way to look at a picture, never the only one: what looks like a frame may be a sky.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.verify.sampling import samples
from dedup.verify.thumbnail import Thumbnails

# Grey levels from the colour of a row of the frame; resampling rings by as much at its edge.
_TOLERANCE: Final = 14
# Of a row's pixels, for it to be frame alone; and of the rows that text may take between such.
_MIN_CLEAN_SHARE: Final = 0.9
_MAX_TEXT: Final = 0.15
_MAX_BEFORE: Final = 0.12  # before the first clean row: a page ends in the middle of its text
_MIN_CUT: Final = 0.04  # of a side; less is within what alignment finds anyway
_MIN_KEPT: Final = 0.3  # of a side; of less a thumbnail shows too little

# Of frames within frames: the bar of a browser, then the margin of a page.
_PASSES: Final = 3
_WHOLE: Final = (0.0, 0.0, 1.0, 1.0)

Boxes = NDArray[np.float64]


class Trimmed(NamedTuple):
    """Pictures without their frames.

    Attributes:
        row: Shape [framed], which pictures have a frame; some come twice.
        thumbnails: Of these alone.
        box: Shape [framed, 4], what was kept: left, top, right, bottom, as shares of the sides.
    """

    row: NDArray[np.int64]
    thumbnails: Thumbnails
    box: Boxes


def trim(thumbnails: Thumbnails) -> Trimmed:
    """Returns the pictures that have a frame, without it, at the size of all thumbnails.

    One that has a frame within a frame comes once without the outer, and once without both.
    """
    found = find_boxes(thumbnails.grey)
    row = np.concatenate([row for row, _ in found])
    box = np.concatenate([box for _, box in found])
    framed = thumbnails.take(row)
    grey = [cut_out(plane, part) for plane, part in zip(framed.grey, box, strict=True)]
    chroma = [
        np.stack([cut_out(plane, part) for plane in planes])
        for planes, part in zip(framed.chroma, box, strict=True)
    ]
    inner = Thumbnails(
        np.array(grey, np.uint8).reshape(framed.grey.shape),
        np.array(chroma, np.uint8).reshape(framed.chroma.shape),
    )
    return Trimmed(row, inner, box)


def find_boxes(greys: NDArray[np.uint8]) -> list[tuple[NDArray[np.int64], Boxes]]:
    """Returns which pictures have a frame and what lies inside, for the outermost, the next, ..."""
    boxes: list[tuple[NDArray[np.int64], Boxes]] = []
    box = np.tile(np.array(_WHOLE), (len(greys), 1))
    row, inner = np.arange(len(greys)), greys
    for _ in range(_PASSES):
        cut = np.concatenate([_cuts(inner.transpose(0, 2, 1)), _cuts(inner)], axis=1)
        cut = cut[:, [0, 2, 1, 3]]  # left, top, right, bottom
        is_framed = cut.max(axis=1) >= _MIN_CUT
        row, cut = row[is_framed], cut[is_framed]
        size = np.tile(box[row, 2:] - box[row, :2], 2)
        found = box[row] + cut * size * np.array([1, 1, -1, -1])
        is_shown = (found[:, 2:] - found[:, :2]).min(axis=1) >= _MIN_KEPT
        row, found = row[is_shown], found[is_shown]
        box[row] = found
        boxes.append((row, found))
        inner = np.array(
            [cut_out(greys[r], b) for r, b in zip(row, found, strict=True)], np.uint8
        ).reshape(-1, *greys.shape[1:])
    return boxes


def _cuts(greys: NDArray[np.uint8]) -> Boxes:
    """Returns the share of the rows that is frame, from above and from below: shape [N, 2]."""
    width = greys.shape[2]
    colour = np.sort(greys, axis=2)[:, :, width // 2, None].astype(np.int16)
    share = (np.abs(greys - colour) <= _TOLERANCE).mean(axis=2)
    return np.stack([_first_cut(share), _first_cut(share[:, ::-1])], axis=1)


def _first_cut(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the share of the rows up to the last clean one; text lies between clean rows."""
    height = share.shape[1]
    rows = np.arange(1, height + 1)
    is_clean = share >= _MIN_CLEAN_SHARE
    last_clean = np.maximum.accumulate(is_clean * rows, axis=1)
    is_near = rows - last_clean <= np.where(last_clean == 0, _MAX_BEFORE, _MAX_TEXT) * height
    cut_rows = (last_clean * np.logical_and.accumulate(is_near, axis=1)).max(axis=1)
    # The next row is part frame, part picture. Frame from edge to edge is a flat picture.
    is_cut = (cut_rows > 0) & (cut_rows < height)
    cut: NDArray[np.float64] = np.where(is_cut, (cut_rows + 1) / height, 0)
    return cut


def cut_out(plane: NDArray[np.uint8], box: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Returns a part of a plane at the size of the whole."""
    height, width = plane.shape
    left, top, right, bottom = box.tolist()
    across = samples(width, width, 1 / (right - left), (left + right) / 2)
    down = samples(height, height, 1 / (bottom - top), (top + bottom) / 2)
    return np.round(down @ plane.astype(np.float32) @ across.T).astype(np.uint8)
