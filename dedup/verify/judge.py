"""Judges an alignment that is known: what a caption hides does not count.

A bar or letters change whole rows, so the best of the scores without some of the outermost rows
counts.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedup.verify.gradients import Fields
from dedup.verify.settings import Settings

_STEP: Final = 2  # rows from cut to cut

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


def judge(references: Fields, pictures: Fields, moved: Indices, settings: Settings) -> Floats:
    """Returns the score of each pair, shape [N].

    Args:
        references: At their places.
        pictures: Before they are moved.
        moved: Shape [N, 2]: pixels that each picture has to move right and down.
        settings: `doubt` and `cut`.
    """
    theirs, is_shown = _move(pictures, moved)
    ours = references * is_shown
    terms = (
        ours.real * theirs.real + ours.imag * theirs.imag,
        ours.real**2 + ours.imag**2,
        theirs.real**2 + theirs.imag**2,
    )
    side = ours.shape[-1]
    first, last = _spans(side, settings.cut)
    sums = [_sums_of_rows(term) for term in terms]
    product, one, other = (total[:, last] - total[:, first] for total in sums)
    # Sums over spans are differences: where there is nothing they may be a little below 0.
    scores = product / (np.sqrt(np.maximum(one * other, 0)) + np.float32(settings.doubt * side))
    best: Floats = scores.max(axis=1)
    return best


def _sums_of_rows(values: Floats) -> Floats:
    sums = np.zeros((len(values), values.shape[1] + 1), np.float32)
    np.cumsum(values.sum(axis=2), axis=1, out=sums[:, 1:])
    return sums


@lru_cache(8)
def _spans(side: int, cut: float) -> tuple[Indices, Indices]:
    """Returns the first row and the one past the last of every span that may be looked at."""
    steps = range(0, side, _STEP)
    spans = [
        (top, side - bottom) for top in steps for bottom in steps if top + bottom <= cut * side
    ]
    first, last = np.array(spans, np.int64).T
    return first, last


def _move(fields: Fields, moved: Indices) -> tuple[Fields, NDArray[np.bool_]]:
    """Returns the fields after the move, 0 where there is nothing, and where there is something."""
    side = fields.shape[-1]
    grid = np.arange(side)
    rows = (grid - moved[:, 1, None])[:, :, None]
    columns = (grid - moved[:, 0, None])[:, None, :]
    is_shown = (rows >= 0) & (rows < side) & (columns >= 0) & (columns < side)
    each = np.arange(len(moved))[:, None, None]
    there = fields[each, rows.clip(0, side - 1), columns.clip(0, side - 1)]
    return there * is_shown, is_shown
