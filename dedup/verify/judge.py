"""Judges an alignment that is known: what a caption hides, or clipped light lost, does not count.

A bar or letters change whole rows, so the best of the scores without some of the outermost rows
counts. Where raised light made one picture white, the other's gradients say nothing.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.verify.gradients import Fields
from dedup.verify.settings import Settings

# Grey levels of what is clipped: JPEG keeps neither 255 nor 0.
_WHITE: Final = 250
_BLACK: Final = 5
_MIN_SEEN: Final = 0.6  # of the gradients' energy; if more is clipped, nothing is forgiven
_STEP: Final = 2  # rows from cut to cut

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Laid(NamedTuple):
    """Pictures of one side, as they are compared: fields and grey levels [N, side, side]."""

    fields: Fields
    greys: Floats


def judge(references: Laid, pictures: Laid, moved: Indices, settings: Settings) -> Floats:
    """Returns the score of each pair, shape [N].

    Args:
        references: At their places.
        pictures: Before they are moved.
        moved: Shape [N, 2]: pixels that each picture has to move right and down.
        settings: `doubt`, `cut` and `clipped`.
    """
    rows, columns, is_shown = _moves(pictures.greys.shape[-1], moved)
    each = np.arange(len(moved))[:, None, None]
    theirs, ours = pictures.fields[each, rows, columns], references.fields
    is_clear = is_shown & ~_is_clipped(
        references.greys, pictures.greys[each, rows, columns], settings.clipped
    )
    terms = (
        ours.real * theirs.real + ours.imag * theirs.imag,
        ours.real**2 + ours.imag**2,
        theirs.real**2 + theirs.imag**2,
    )
    energy = (terms[1] + terms[2]) * is_shown
    is_enough = (energy * is_clear).sum(axis=(1, 2)) >= _MIN_SEEN * energy.sum(axis=(1, 2))
    all_shown, clear = (_best(terms, mask, settings) for mask in (is_shown, is_clear))
    score: Floats = np.where(is_enough, np.maximum(all_shown, clear), all_shown)
    return score


def _best(terms: tuple[Floats, Floats, Floats], mask: Mask, settings: Settings) -> Floats:
    """Returns the best of the scores without some of the outermost rows."""
    side = mask.shape[-1]
    first, last = _spans(side, settings.cut)
    sums = [_sums_of_rows(term * mask) for term in terms]
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


def _is_clipped(ours: Floats, theirs: Floats, light: float) -> Mask:
    lighter, darker = np.maximum(ours, theirs), np.minimum(ours, theirs)
    is_clipped: Mask = ((lighter >= _WHITE) & (darker >= light)) | (
        (darker <= _BLACK) & (lighter <= 255 - light)
    )
    return is_clipped


def _moves(side: int, moved: Indices) -> tuple[Indices, Indices, Mask]:
    """Returns the row and column that come to lie on each pixel, and whether there is one."""
    grid = np.arange(side)
    rows = (grid - moved[:, 1, None])[:, :, None]
    columns = (grid - moved[:, 0, None])[:, None, :]
    is_shown = (rows >= 0) & (rows < side) & (columns >= 0) & (columns < side)
    return rows.clip(0, side - 1), columns.clip(0, side - 1), is_shown
