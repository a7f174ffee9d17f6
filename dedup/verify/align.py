"""Aligns two thumbnails: over shifts, sizes, proportions and small rotations, to one score.

Coarse fields find how the pictures lie on each other, fine ones judge it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.verify.correlate import Spectra, correlate, prepare
from dedup.verify.gradients import (
    COARSE_SIDE,
    SIDE,
    WHOLE,
    Fields,
    Zoom,
    gradient_fields,
)
from dedup.verify.judge import judge
from dedup.verify.settings import CHOSEN, Settings

# Pairs aligned at a time: 40 MB of spectra.
BATCH: Final = 512

Greys = NDArray[np.uint8]
Indices = NDArray[np.int64]


class Stretch(NamedTuple):
    """How much larger the content of the reference is in the picture.

    Above 1 a part of the reference fills the picture, below 1 the reference fills a part of it.
    """

    across: float = 1.0
    down: float = 1.0
    degrees: float = 0.0


def _square(*sizes: float) -> tuple[Stretch, ...]:
    return tuple(Stretch(size, size) for size in sizes)


def _around(step: float) -> list[Stretch]:
    sizes = (1 / step, 1, step)
    return [Stretch(a, d) for a in sizes for d in sizes if (a, d) != (1, 1)]


UNCHANGED: Final = Stretch()
FIRST: Final = (
    UNCHANGED,
    *_square(1.12, 0.89, 1.3, 0.77, 1.6, 0.625),
    *(Stretch(degrees=-5), Stretch(degrees=5)),
)
SECOND: Final = (
    *_around(1.06),
    *(Stretch(1.12, 1), Stretch(1, 1.12), Stretch(0.89, 1), Stretch(1, 0.89), Stretch(1, 1.22)),
    *(Stretch(degrees=-3), Stretch(degrees=3)),
)
# Of 5 degrees, the corners reach 4 % of the sides into a square.
_ROTATED_ZOOM: Final = 1.12
THIRD: Final = _around(1.05)


@dataclass(frozen=True, slots=True)
class Alignments:
    """The best alignment of each pair.

    Attributes:
        score: Shape [N], -1 to 1, four digits: the same whatever else is in the batch.
        stretch: Shape [N, 3]: across, down, degrees.
        shift: Shape [N, 2]: right, down, as shares of the side of what was compared.
    """

    score: NDArray[np.float64]
    stretch: NDArray[np.float64]
    shift: NDArray[np.float64]


def align(references: Greys, pictures: Greys, settings: Settings = CHOSEN) -> Alignments:
    """Aligns pairs of thumbnails, each of shape [N, side, side], turned alike already."""
    parts = [
        _align(references[start : start + BATCH], pictures[start : start + BATCH], settings)
        for start in range(0, max(1, len(references)), BATCH)
    ]
    return Alignments(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.stretch for part in parts]),
        np.concatenate([part.shift for part in parts]),
    )


def _align(references: Greys, pictures: Greys, settings: Settings) -> Alignments:
    coarse = _Best(references, pictures, COARSE_SIDE, settings)
    everything = np.arange(len(references))
    coarse.look(everything, FIRST)
    hopeful = np.flatnonzero(coarse.score >= settings.min_coarse_score)
    coarse.look_around(hopeful, SECOND)
    fine = _Best(references, pictures, SIDE, settings)
    fine.stretch[:] = coarse.stretch
    fine.look_around(hopeful, [UNCHANGED])
    likely = np.flatnonzero(fine.score >= settings.min_fine_score)
    fine.look_around(likely, THIRD)
    fine.judge(likely)
    score = np.round(fine.score, 4).astype(np.float64).round(4)
    return Alignments(score, fine.stretch, fine.shift)


class _Best:
    """The best look so far at each pair of a batch, by fields of one size."""

    def __init__(self, references: Greys, pictures: Greys, side: int, settings: Settings) -> None:
        self._references = references
        self._pictures = pictures
        self._side = side
        self._settings = settings
        self.score = np.full(len(references), -1, np.float32)
        self.stretch = np.tile(np.array(UNCHANGED), (len(references), 1))
        self._moved = np.zeros((len(references), 2), np.int64)

    @property
    def shift(self) -> NDArray[np.float64]:
        """Right and down, as shares of the side of what was compared."""
        inside = np.where(self.stretch[:, 2] != 0, _ROTATED_ZOOM, 1.0)
        shares: NDArray[np.float64] = self._moved / (self._side * inside[:, None])
        return shares

    def look_around(self, rows: Indices, stretches: Iterable[Stretch]) -> None:
        """Looks at some pairs with stretches relative to the best one of each pair."""
        found = self.stretch[rows]
        for first in np.unique(found, axis=0):
            alike = rows[(found == first).all(axis=1)]
            self.look(alike, [_after(Stretch(*first.tolist()), then) for then in stretches])

    def look(self, rows: Indices, stretches: Iterable[Stretch]) -> None:
        """Looks at some pairs with each of the stretches."""
        ours = _Prepared(self._references[rows], self._side, self._settings)
        theirs = _Prepared(self._pictures[rows], self._side, self._settings)
        for stretch in stretches:
            our_zoom, their_zoom = zooms(stretch)
            peaks = correlate(
                ours.spectra(our_zoom, stretch.degrees),
                theirs.spectra(their_zoom),
                self._settings.doubt,
            )
            is_better = peaks.score > self.score[rows]
            better = rows[is_better]
            self.score[better] = peaks.score[is_better]
            self.stretch[better] = stretch
            self._moved[better] = np.stack([peaks.right, peaks.down], axis=1)[is_better]

    def judge(self, rows: Indices) -> None:
        """Scores some pairs anew where they lie, without what is hidden."""
        found = self.stretch[rows]
        for stretch in np.unique(found, axis=0):
            self._judge(rows[(found == stretch).all(axis=1)], Stretch(*stretch.tolist()))

    def _judge(self, rows: Indices, stretch: Stretch) -> None:
        our_zoom, their_zoom = zooms(stretch)
        ours = self._fields(_rotated(self._references[rows], stretch.degrees), our_zoom)
        theirs = self._fields(self._pictures[rows], their_zoom)
        score = judge(ours, theirs, self._moved[rows], self._settings)
        self.score[rows] = np.maximum(self.score[rows], score)

    def _fields(self, greys: Greys, zoom: Zoom) -> Fields:
        return gradient_fields(greys, zoom, self._side, self._settings)


class _Prepared:
    """Spectra of some thumbnails; that of the whole is made once, for it is asked for often."""

    def __init__(self, greys: Greys, side: int, settings: Settings) -> None:
        self._greys = greys
        self._side = side
        self._settings = settings
        self._whole: Spectra | None = None

    def spectra(self, zoom: Zoom, degrees: float = 0) -> Spectra:
        if zoom != WHOLE or degrees:
            return self._prepare(zoom, degrees)
        if self._whole is None:
            self._whole = self._prepare(zoom, degrees)
        return self._whole

    def _prepare(self, zoom: Zoom, degrees: float) -> Spectra:
        turned = _rotated(self._greys, degrees)
        return prepare(gradient_fields(turned, zoom, self._side, self._settings))


def zooms(stretch: Stretch) -> tuple[Zoom, Zoom]:
    """Returns the parts of the reference and of the picture that show the same."""
    inside = _inside(stretch)
    return (
        Zoom(inside * max(stretch.across, 1), inside * max(stretch.down, 1)),
        Zoom(inside * max(1 / stretch.across, 1), inside * max(1 / stretch.down, 1)),
    )


def _inside(stretch: Stretch) -> float:
    """Returns how far to look inside: a rotated picture shows something else at its corners."""
    return _ROTATED_ZOOM if stretch.degrees else 1.0


def _after(first: Stretch, then: Stretch) -> Stretch:
    return Stretch(first.across * then.across, first.down * then.down, first.degrees + then.degrees)


def _rotated(greys: Greys, degrees: float) -> Greys:
    if not degrees or not len(greys):
        return greys
    side = greys.shape[-1]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, 1)
    size, border = (side, side), cv2.BORDER_REPLICATE
    return np.stack([cv2.warpAffine(grey, matrix, size, borderMode=border) for grey in greys])
