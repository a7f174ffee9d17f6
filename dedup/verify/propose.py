"""Proposes pairs: for each picture the references that look most alike, seen in several ways.

Every picture of a pool is compared with every view of every benchmark image, so what is proposed
does not depend on how the pool is cut into batches.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.verify.descriptor import NUM_DIMENSIONS, UNIT, Descriptors, describe
from dedup.verify.dihedral import DIHEDRAL, turn
from dedup.verify.gradients import WHOLE, Zoom
from dedup.verify.settings import CHOSEN, Settings
from dedup.verify.thumbnail import Thumbnails

# A benchmark may hold a whole family of copies: of what is as like as this, more are looked at.
FAMILY_COSINE: Final = 0.85
MAX_FAMILY: Final = 100

# Bytes of similarities at a time.
_BLOCK_BYTES = 2**27


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A way to look at a reference: turned, then a part of it."""

    transform: str = "none"
    zoom: Zoom = WHOLE
    is_grey: bool = False


def _views() -> tuple[View, ...]:
    centre = (1.2, 1.45)
    corners = [(0.5 - s * 0.08, 0.5 - t * 0.08) for s in (-1, 1) for t in (-1, 1)]
    turned = [View(transform=name) for name in DIHEDRAL]
    parts = [
        View(transform=name, zoom=Zoom(zoom, zoom)) for name in DIHEDRAL[:2] for zoom in centre
    ]
    at_corners = [View(zoom=Zoom(1.2, 1.2, x, y)) for x, y in corners]
    without_a_bar = [View(zoom=Zoom(1, 1.22, 0.5, y)) for y in (0.41, 0.59)]
    without_colour = [View(transform=name, is_grey=True) for name in DIHEDRAL[:2]]
    return (*turned, *parts, *at_corners, *without_a_bar, *without_colour)


VIEWS: Final = _views()


class Proposals(NamedTuple):
    """Pairs to look at closely, sorted by picture and then by reference.

    Attributes:
        picture: Shape [pairs].
        reference: Shape [pairs].
        view: Shape [pairs], the best view of the reference, an index into `VIEWS`.
        cosine: Shape [pairs].
    """

    picture: NDArray[np.int64]
    reference: NDArray[np.int64]
    view: NDArray[np.int64]
    cosine: NDArray[np.float32]


class Proposer:
    """References prepared for many batches of pictures; about 6 kB each."""

    def __init__(self, references: Thumbnails, settings: Settings = CHOSEN) -> None:
        self._settings = settings
        self._num_references = len(references.grey)
        turned = {name: turn(references, name) for name in DIHEDRAL}
        weight = settings.chroma_weight
        # Shape [dimensions, views, references]: similarities come out with views apart.
        self._views = np.empty((NUM_DIMENSIONS, len(VIEWS), self._num_references), np.float32)
        for index, view in enumerate(VIEWS):
            self._views[:, index] = describe(
                turned[view.transform],
                view.zoom,
                0.0 if view.is_grey and settings.sees_grey else weight,
            ).T

    def propose(self, pictures: Thumbnails) -> Proposals:
        """Returns up to `max_proposals` references of each picture, and the rest of a family."""
        described = describe(pictures, chroma_weight=self._settings.chroma_weight)
        per_picture = 4 * len(VIEWS) * max(1, self._num_references)
        height = max(1, _BLOCK_BYTES // per_picture)
        parts = [
            self._propose(described[start : start + height], start)
            for start in range(0, len(described), height)
        ]
        if not parts:
            return Proposals(*(np.empty(0, kind) for kind in (int, int, int, np.float32)))
        return Proposals(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _propose(self, described: Descriptors, start: int) -> Proposals:
        flat = described @ self._views.reshape(NUM_DIMENSIONS, -1)  # exact: see `UNIT`
        cosines = flat.reshape(len(described), len(VIEWS), self._num_references)
        best = cosines.max(axis=1)
        picture, reference = _nearest(best, self._settings)
        view = cosines[picture, :, reference].argmax(axis=1)
        cosine = best[picture, reference] / np.float32(UNIT**2)
        return Proposals(picture + start, reference, view, cosine)


def _nearest(
    cosines: NDArray[np.float32], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns rows and columns of the largest of each row, ties by column."""
    row, column = np.nonzero(cosines >= settings.min_cosine * UNIT**2)
    order = np.lexsort((column, -cosines[row, column], row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    is_family = cosines[row, column] >= FAMILY_COSINE * UNIT**2
    is_kept = rank < np.where(is_family, MAX_FAMILY, settings.max_proposals)
    row, column = row[is_kept], column[is_kept]
    by_column = np.lexsort((column, row))
    return row[by_column], column[by_column]
