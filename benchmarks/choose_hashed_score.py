"""The score that a pair of near hashes needs, from planted copies: `confirm.MIN_HASHED_SCORE`.

Pairs within 8 bits: copies of photos of split A and training images of CIFAR-10 seen again on one
side, other photos and training images of another class on the other.
"""

from pathlib import Path
from typing import Final

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
from dedup.phash import phash_grey
from dedup.verify.align import align
from dedup.verify.thumbnail import Thumbnails

MAX_DISTANCE: Final = 8
SMALL: Final = 1000
OTHERS: Final = 5000

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def run(folder: Path, rounds: int = 1, size: int | None = None) -> Report:
    """Aligns all near pairs.

    Args:
        folder: Not used: nothing is written beside the result.
        rounds: Not used: nothing is timed.
        size: Other training images, at most.
    """
    del folder, rounds
    own_photos, other_photos = _photo_scores()
    own_small, other_small = _small_scores(size or OTHERS)
    own, other = (
        np.concatenate(pair) for pair in ((own_photos, own_small), (other_photos, other_small))
    )
    figures: dict[str, float | str] = {
        "copies": len(own),
        "their score, 0.5 % quantile": f"{np.quantile(own, 0.005):.3f}",
        "their score, 1 % quantile": f"{np.quantile(own, 0.01):.3f}",
        "others": len(other),
        "their highest scores": ", ".join(f"{score:.3f}" for score in np.sort(other)[::-1][:5]),
    }
    report = Report(name="choose_hashed_score", figures=figures)
    save(report)
    return report


def _photo_scores() -> tuple[Floats, Floats]:
    originals = photos("A")
    references = thumbnails_of(originals)
    copies = joined(*altered(originals, 1000).values())
    one, other = _near(references, copies)
    scores = align(references.grey[one], copies.grey[other]).score
    is_own = other % len(originals) == one
    return scores[is_own], scores[~is_own]


def _small_scores(others: int) -> tuple[Floats, Floats]:
    images, labels = train_images(slice(0, SMALL + others)), train_labels(SMALL + others)
    mine = images[:SMALL]
    references = thumbnails_of(seen_again(pixels, n) for n, pixels in enumerate(mine))
    again = thumbnails_of(seen_again(pixels, 10_000 + n) for n, pixels in enumerate(mine))
    one, other = _near(references, again)
    own = one[one == other]
    crossed = joined(references, thumbnails_of(images[SMALL:]))
    first, second = _near(crossed, crossed)
    is_false = (first < second) & (labels[first] != labels[second])
    return (
        align(references.grey[own], again.grey[own]).score,
        align(crossed.grey[first[is_false]], crossed.grey[second[is_false]]).score,
    )


def _near(ones: Thumbnails, others: Thumbnails) -> tuple[Rows, Rows]:
    distances = np.bitwise_count(_hashes(ones)[:, None] ^ _hashes(others)[None])
    one, other = np.nonzero(distances <= MAX_DISTANCE)
    return one, other


def _hashes(thumbnails: Thumbnails) -> NDArray[np.uint64]:
    return np.array([phash_grey(grey) for grey in thumbnails.grey], np.uint64)
