"""Which sample stands where: a pure function of the seed, the epoch and the position.

Every epoch is a permutation of all samples, cut into whole batches; the last partial batch (fewer
samples than a batch) is dropped, and the next epoch's permutation drops others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# First words of the seeds, so that no order shares its random numbers with a crop.
ORDER_STREAM, CROP_STREAM = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sample's place in a run; `index` is its place in the dataset."""

    epoch: int
    position: int
    index: int


def epoch_order(seed: int, epoch: int, num_samples: int) -> NDArray[np.int64]:
    """Returns the permutation of `num_samples` indices that an epoch follows."""
    return np.random.default_rng([ORDER_STREAM, seed, epoch]).permutation(num_samples)


def crop_rng(seed: int, place: Place) -> np.random.Generator:
    """Returns the random numbers of one sample's augmentation, whichever worker decodes it."""
    return np.random.default_rng([CROP_STREAM, seed, place.epoch, place.position])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrder:
    """The batches of the steps from `start` to `stop`, each a list of places.

    Attributes:
        start: First step, from 0.
        stop: One past the last step.
        batch_size: At most `num_samples`.
    """

    seed: int
    num_samples: int
    batch_size: int
    start: int
    stop: int

    def __len__(self) -> int:
        return max(0, self.stop - self.start)

    def __iter__(self) -> Iterator[list[Place]]:
        per_epoch = self.num_samples // self.batch_size
        epoch, order = -1, np.empty(0, np.int64)
        for step in range(self.start, self.stop):
            if step // per_epoch != epoch:
                epoch = step // per_epoch
                order = epoch_order(self.seed, epoch, self.num_samples)
            first = step % per_epoch * self.batch_size
            yield [
                Place(epoch=epoch, position=position, index=int(order[position]))
                for position in range(first, first + self.batch_size)
            ]
