"""The second stage as a whole: pictures in, aligned pairs out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.verify.align import Alignments, Stretch, align
from dedup.verify.crop import Crop, crop_of, within
from dedup.verify.dihedral import DIHEDRAL, turn_planes
from dedup.verify.propose import VIEWS, Proposer
from dedup.verify.settings import CHOSEN, Settings
from dedup.verify.thumbnail import Thumbnails
from dedup.verify.trim import trim

_WHOLE = np.array([[0.0, 0.0, 1.0, 1.0]])

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedPair:
    """A picture laid on a reference.

    Attributes:
        score: -1 to 1.
        transform: How the reference is turned, one of `DIHEDRAL`.
        crop: What of the reference the picture shows.
    """

    reference: int
    picture: int
    score: float
    transform: str
    crop: Crop


class Looks:
    """Pictures as they are, and after them those that have a frame, without it."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        trimmed = trim(thumbnails)
        count = len(thumbnails.grey)
        self.of = np.concatenate([np.arange(count), trimmed.row])
        self.box = np.concatenate([np.repeat(_WHOLE, count, axis=0), trimmed.box])
        self.thumbnails = Thumbnails(
            np.concatenate([thumbnails.grey, trimmed.thumbnails.grey]),
            np.concatenate([thumbnails.chroma, trimmed.thumbnails.chroma]),
        )


class Verifier:
    """References prepared for many batches of pictures; about 11 kB each."""

    def __init__(self, references: Thumbnails, settings: Settings = CHOSEN) -> None:
        self._references = Looks(references)
        self._proposer = Proposer(self._references.thumbnails, settings)
        self._settings = settings

    def pairs(
        self, pictures: Thumbnails | Looks, asked: Iterable[tuple[int, int]] = ()
    ) -> list[AlignedPair]:
        """Returns what is proposed or asked for, aligned; sorted by reference and picture.

        A pair's score does not depend on what else is in the batch.

        Args:
            pictures: To look for the references in; as `Looks` where several verifiers do.
            asked: Further pairs `(reference, picture)` to align, as found by hashes: as they are.
        """
        looks = pictures if isinstance(pictures, Looks) else Looks(pictures)
        proposed = self._proposer.propose(looks.thumbnails)
        transforms = np.array([DIHEDRAL.index(view.transform) for view in VIEWS])
        wanted = np.stack([proposed.reference, proposed.picture, transforms[proposed.view]], axis=1)
        more = np.array([(*pair, 0) for pair in asked], np.int64).reshape(-1, 3)
        rows = np.unique(np.concatenate([wanted, more]), axis=0)
        best: dict[tuple[int, int], AlignedPair] = {}
        for transform, name in enumerate(DIHEDRAL):
            for pair in self._aligned(looks, rows[rows[:, 2] == transform], name):
                key = (pair.reference, pair.picture)
                if key not in best or pair.score > best[key].score:
                    best[key] = pair
        return [best[key] for key in sorted(best)]

    def _aligned(self, looks: Looks, rows: Indices, transform: str) -> Iterable[AlignedPair]:
        references, pictures = rows[:, 0], rows[:, 1]
        turned = turn_planes(self._references.thumbnails.grey[references], transform)
        aligned = align(turned, looks.thumbnails.grey[pictures], self._settings)
        for row in np.flatnonzero(aligned.score > -1).tolist():
            look = int(references[row])
            yield AlignedPair(
                reference=int(self._references.of[look]),
                picture=int(looks.of[pictures[row]]),
                score=float(aligned.score[row]),
                transform=transform,
                crop=within(
                    _crop(aligned, row, transform), Crop(*self._references.box[look].tolist())
                ),
            )


def _crop(aligned: Alignments, row: int, transform: str) -> Crop:
    right, down = aligned.shift[row].tolist()
    return crop_of(Stretch(*aligned.stretch[row].tolist()), (right, down), transform)
