"""Chooses the settings of the second stage by planted copies alone.

Photos of split A, altered in every way of `dedup/verify/plant.py`, beside CIFAR-10's *training*
images shown again and altered. Nothing that somebody listed as a copy is looked at: a false match
is another photo, a training image of another class or a photographic negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Report, save
from benchmarks.planted_photos import (
    altered,
    joined,
    photos,
    seen_again,
    thumbnails_of,
    train_images,
    train_labels,
)
from dedup.verify.settings import Settings
from dedup.verify.thumbnail import Thumbnails
from dedup.verify.verify import Verifier

MAX_FALSE_RATE: Final = 0.001
PROCESSES: Final = 4
# Each tunable's values: the first is where the search starts, and stays where no other is better.
GRID: Final[dict[str, Sequence[Any]]] = {
    "cut": (0.0, 0.3),
    "sees_grey": (False, True),
    "noise": (10.0, 5.0),
    "doubt": (0.8, 0.4, 1.2),
    "blur": (1.0, 0.7),
    "chroma_weight": (2.0, 1.0),
    "min_cosine": (0.65, 0.55),
    "max_proposals": (5, 8),
    "min_coarse_score": (0.62, 0.55),
}
_PHOTO_STEP: Final = 4  # every fourth photo is altered; all are references
_DISTRACTORS: Final = 600
_SMALL: Final = 400
_SMALL_ALTERED: Final = 20
_POOL: Final = 1000
_NOBODY: Final = -5

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a setting achieves at the least score that `MAX_FALSE_RATE` allows.

    Attributes:
        photos: Mean recall over the ways of altering, of photos.
        small: Likewise, of CIFAR-10's training images.
        seen_again: Recall of training images shown again.
        photo_score: The least score for photos; `small_score` that for small pictures.
    """

    photos: float
    small: float
    seen_again: float
    photo_score: float
    small_score: float

    @property
    def mean(self) -> float:
        """The figure that chooses."""
        return (self.photos + self.small + self.seen_again) / 3


class _Case(NamedTuple):
    """References, and pictures with the reference that each is a copy of, or `_NOBODY`."""

    references: Thumbnails
    pictures: Thumbnails
    truth: Ints
    classes: tuple[Ints, Ints]


class _Best(NamedTuple):
    """The best score of each picture with its original, and with what it is no copy of."""

    true: Floats
    false: Floats


def run(folder: Path, rounds: int = 1, size: int | None = None) -> Report:
    """Judges each value alone; what helps is taken together.

    Args:
        folder: Not used: nothing is written beside the result.
        rounds: Not used: nothing is timed.
        size: Values to try, at most; all if absent.
    """
    del folder, rounds
    start = Settings(**{name: values[0] for name, values in GRID.items()})
    tried = [(name, value) for name, values in GRID.items() for value in values[1:]][:size]
    _photo_case(), _small_case()  # made once, for all processes
    with get_context("fork").Pool(PROCESSES) as pool:
        settings = [start, *(replace(start, **{name: value}) for name, value in tried)]
        first, *judged = pool.map(judge_settings, settings, chunksize=1)
        helpful = _helpful(tried, judged, first.mean)
        together = pool.apply(judge_settings, (replace(start, **helpful),))
    names = [f"{name} {value}" for name, value in tried]
    lines = dict(zip(["start", *names], map(_line, (first, *judged)), strict=True))
    chosen = {f"chosen {name}": str(value) for name, value in helpful.items()}
    report = Report(
        name="choose_alignment", figures={**lines, **chosen, "together": _line(together)}
    )
    save(report)
    return report


def _helpful(
    tried: Sequence[tuple[str, Any]], judged: Sequence[Judged], least: float
) -> dict[str, Any]:
    """Returns the best value of each tunable that alone raises the mean."""
    best: dict[str, tuple[float, Any]] = {}
    for (name, value), result in zip(tried, judged, strict=True):
        if result.mean > best.get(name, (least, None))[0]:
            best[name] = (result.mean, value)
    return {name: value for name, (_, value) in best.items()}


def judge_settings(settings: Settings) -> Judged:
    """Returns the recall of planted copies under some settings."""
    large, small = _photo_case(), _small_case()
    of_photos = _search(large, settings)
    of_small = _search(small, settings)
    negatives = _search(
        small._replace(references=_negative(small.references), truth=np.full_like(small.truth, -5)),
        settings,
    )
    photo_score = least_score(of_photos.false)
    small_score = max(least_score(of_small.false), least_score(negatives.false))
    found = of_small.true >= small_score
    return Judged(
        photos=float(np.mean(of_photos.true >= photo_score)),
        small=float(np.mean(found[_SMALL + _POOL :])),
        seen_again=float(np.mean(found[:_SMALL])),
        photo_score=photo_score,
        small_score=small_score,
    )


def least_score(false: Floats) -> float:
    """Returns the score from which at most `MAX_FALSE_RATE` of the pictures are found wrongly."""
    return float(np.sort(false)[::-1][int(MAX_FALSE_RATE * len(false))]) + 0.0001


def _search(case: _Case, settings: Settings) -> _Best:
    true, false = np.full(len(case.truth), -1.0), np.full(len(case.truth), -1.0)
    ours, theirs = case.classes
    for pair in Verifier(case.references, settings).pairs(case.pictures):
        if pair.reference == case.truth[pair.picture]:
            true[pair.picture] = pair.score
        elif ours[pair.reference] != theirs[pair.picture]:
            false[pair.picture] = max(false[pair.picture], pair.score)
    return _Best(true, false)


@lru_cache(1)
def _photo_case() -> _Case:
    originals = photos("A")
    copies = altered(originals[::_PHOTO_STEP], 1000)
    rows = np.arange(0, len(originals), _PHOTO_STEP)
    references = thumbnails_of([*originals, *train_images(slice(1000, 1000 + _DISTRACTORS))])
    truth = np.tile(rows, len(copies))
    # Every photo is a class of its own.
    classes = np.arange(len(references.grey)), truth
    return _Case(references, joined(*copies.values()), truth, classes)


@lru_cache(1)
def _small_case() -> _Case:
    """Training images as references; shown again, others, and altered as pictures."""
    images, labels = train_images(slice(0, _SMALL + _POOL)), train_labels(_SMALL + _POOL)
    mine, others = images[:_SMALL], images[_SMALL:]
    copies = altered(mine[:_SMALL_ALTERED], 5000)
    pictures = joined(
        thumbnails_of(seen_again(pixels, 10_000 + n) for n, pixels in enumerate(mine)),
        thumbnails_of(others),
        *copies.values(),
    )
    rows = np.concatenate(
        [np.arange(_SMALL + _POOL), np.tile(np.arange(_SMALL_ALTERED), len(copies))]
    )
    return _Case(
        thumbnails_of(seen_again(pixels, n) for n, pixels in enumerate(mine)),
        pictures,
        np.where(rows < _SMALL, rows, _NOBODY),
        (labels[:_SMALL], labels[rows]),
    )


def _negative(thumbnails: Thumbnails) -> Thumbnails:
    return Thumbnails(255 - thumbnails.grey, 255 - thumbnails.chroma)


def _line(judged: Judged) -> str:
    return (
        f"mean {judged.mean:.4f}: photos {judged.photos:.4f} at {judged.photo_score:.3f}, "
        f"small {judged.small:.4f}, seen again {judged.seen_again:.4f} at {judged.small_score:.3f}"
    )
