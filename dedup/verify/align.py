"""Aligns two thumbnails: over shifts, sizes, proportions and small rotations, to one score."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.verify.correlate import Spectra, correlate, prepare
from dedup.verify.gradients import SIDE, WHOLE, Zoom, gradient_fields

# Pairs aligned at a time: 64 MB of spectra.
BATCH: Final = 512

# A pair that scores less in the first look is not looked at again: of the pairs that end above .6
# none was seen below (docs/decisions/0013).
MIN_FIRST_SCORE: Final = 0.35

Greys = NDArray[np.uint8]
Indices = NDArray[np.int64]


class Stretch(NamedTuple):
    """How much larger the content of the reference is in the picture.

    Above 1 a part of the reference fills the picture, below 1 the reference fills a part of it.
    """

    across: float = 1.0
    down: float = 1.0
    degrees: float = 0.0


def _around(step: float) -> list[Stretch]:
    return [
        Stretch(across, down)
        for across in (1 / step, 1, step)
        for down in (1 / step, 1, step)
        if (across, down) != (1, 1)
    ]


FIRST: Final = (Stretch(), Stretch(1.12, 1.12), Stretch(0.89, 0.89), Stretch(1.3, 1.3), Stretch(0.77, 0.77))
SECOND: Final = (*_around(1.06), Stretch(1.12, 1), Stretch(1, 1.12), Stretch(0.89, 1), Stretch(1, 0.89))
ROTATED: Final = (Stretch(degrees=-5), Stretch(degrees=5))


@dataclass(frozen=True, slots=True)
class Alignments:
    """The best alignment of each pair.

    Attributes:
        score: Shape [N], -1 to 1.
        stretch: Shape [N, 3]: across, down, degrees.
        shift: Shape [N, 2]: right, down, as shares of the picture's side.
    """

    score: NDArray[np.float32]
    stretch: NDArray[np.float64]
    shift: NDArray[np.float64]


def align(references: Greys, pictures: Greys) -> Alignments:
    """Aligns pairs of thumbnails, each of shape [N, side, side], turned alike already."""
    parts = [
        _align(references[start : start + BATCH], pictures[start : start + BATCH])
        for start in range(0, len(references), BATCH)
    ]
    if not parts:
        return Alignments(np.empty(0, np.float32), np.empty((0, 3)), np.empty((0, 2)))
    return Alignments(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.stretch for part in parts]),
        np.concatenate([part.shift for part in parts]),
    )


def _align(references: Greys, pictures: Greys) -> Alignments:
    best = _Best(references, pictures)
    for stretch in FIRST:
        best.look(np.arange(len(references)), stretch)
    hopeful = np.flatnonzero(best.score >= MIN_FIRST_SCORE)
    found = best.stretch.copy()
    for stretch in (*SECOND, *ROTATED):
        for first in np.unique(found[hopeful], axis=0):
            rows = hopeful[(found[hopeful] == first).all(axis=1)]
            best.look(rows, _after(Stretch(*first), stretch))
    return Alignments(best.score, best.stretch, best.shift)


def _after(first: Stretch, then: Stretch) -> Stretch:
    return Stretch(first.across * then.across, first.down * then.down, first.degrees + then.degrees)


class _Best:
    """The best look so far at each pair of a batch."""

    def __init__(self, references: Greys, pictures: Greys) -> None:
        self._references = references
        self._pictures = pictures
        count = len(references)
        self.score = np.full(count, -1, np.float32)
        self.stretch = np.ones((count, 3))
        self.stretch[:, 2] = 0
        self.shift = np.zeros((count, 2))

    def look(self, rows: Indices, stretch: Stretch) -> None:
        """Looks at some pairs with one stretch."""
        if not len(rows):
            return
        ours, theirs = zooms(stretch)
        references = _rotated(self._references[rows], stretch.degrees)
        one = prepare(gradient_fields(references, ours))
        peaks = correlate(one, self._picture_spectra(rows, theirs))
        is_better = peaks.score > self.score[rows]
        better = rows[is_better]
        self.score[better] = peaks.score[is_better]
        self.stretch[better] = stretch
        shifts = np.stack([peaks.right, peaks.down], axis=1)[is_better]
        self.shift[better] = shifts / SIDE

    def _picture_spectra(self, rows: Indices, zoom: Zoom) -> Spectra:
        return prepare(gradient_fields(self._pictures[rows], zoom))


def zooms(stretch: Stretch) -> tuple[Zoom, Zoom]:
    """Returns the parts of the reference and of the picture that show the same."""
    return (
        Zoom(max(stretch.across, 1), max(stretch.down, 1)),
        Zoom(max(1 / stretch.across, 1), max(1 / stretch.down, 1)),
    )


def _rotated(greys: Greys, degrees: float) -> Greys:
    if not degrees:
        return greys
    side = greys.shape[-1]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, 1)
    return np.stack(
        [cv2.warpAffine(grey, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE) for grey in greys]
    )
