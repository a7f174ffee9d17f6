"""Pictures made small and grey as Pillow does it, value for value, many times sooner.

What every hash here starts from: `image.convert("L").resize((width, height), LANCZOS)`. Pillow's
arithmetic is on integers (`Convert.c`, `Resample.c`), so another order of sums gives the same.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.lanczos import TALL, kernel_weights

Pixels = NDArray[np.uint8]

# Pictures of one size that take the second pass as one: alone, each would be too narrow for it.
_TOGETHER = 8
_KEPT_KERNELS = 64  # the web has a few favourite sizes


def small_greys(pictures: Sequence[Pixels], width: int, height: int) -> Pixels:
    """Returns the small pictures, shape [N, height, width].

    Args:
        pictures: Each `[height, width, 3]` in RGB, or `[height, width]` in Pillow's mode `L`.
        width: Of the results.
        height: Of the results.
    """
    small = np.empty((len(pictures), height, width), np.uint8)
    way: _Shrink | None = None
    first = 0
    for shape, alike in groupby(pictures, key=lambda picture: picture.shape[:2]):
        for together in _batches(alike):
            size = (*shape, len(together))
            way = way if way and way.size == size else _Shrink(size, width, height)
            small[first : first + len(together)] = way(together)
            first += len(together)
    return small


def _batches(alike: Iterator[Pixels]) -> Iterator[list[Pixels]]:
    while together := list(islice(alike, _TOGETHER)):
        yield together


class _Shrink:
    """The way from one size to another, with the memory it takes; for one thread at a time."""

    def __init__(self, size: tuple[int, int, int], width: int, height: int) -> None:
        from dedup import kernels

        self.size = rows, columns, count = size
        self._luma = kernels.luma
        self._grey = np.empty((rows, columns), np.uint8)
        self._is_tall = rows > columns * TALL and rows > height
        if self._is_tall:
            self._first = _Pass(rows, columns, height)
            self._second = _Pass(columns, height * count, width)
        else:
            self._first = _Pass(columns, rows, width)
            self._second = _Pass(rows, width * count, height)

    def __call__(self, pictures: list[Pixels]) -> Pixels:
        """Returns the small pictures of as many as `size` says."""
        lanes = self._second.source.shape[1] // len(pictures)
        for number, picture in enumerate(pictures):
            half = self._half(picture)
            cv2.transpose(half, self._second.source[:, number * lanes : (number + 1) * lanes])
        out = self._second()
        small = out.reshape(len(out), len(pictures), lanes).swapaxes(0, 1)
        return small.swapaxes(1, 2) if self._is_tall else small

    def _half(self, picture: Pixels) -> Pixels:
        grey = picture
        if picture.ndim == 3:
            grey = self._grey
            self._luma(np.ascontiguousarray(picture).reshape(-1), grey.reshape(-1))
        if self._is_tall:
            self._first.source[:] = grey
        else:
            cv2.transpose(grey, self._first.source)
        return self._first()


class _Pass:
    """Weighted sums down one side: `source`, shape [inputs, lanes], to [results, lanes]."""

    def __init__(self, inputs: int, lanes: int, results: int) -> None:
        from dedup import kernels

        self._across = kernels.across
        self._starts, self._weights = _kernel(inputs, results)
        # Taps beyond the last input weigh nothing, but must be there.
        held = max(inputs, int(self._starts[-1]) + self._weights.shape[1])
        self._padded = np.zeros((held, lanes), np.uint8)
        self.source = self._padded[:inputs]
        self._sums = np.empty(lanes, np.int32)
        self._out = np.empty((results, lanes), np.uint8)

    def __call__(self) -> Pixels:
        """Returns the results, which the next call overwrites."""
        self._across(self._padded, self._starts, self._weights, self._sums, self._out)
        return self._out


@lru_cache(_KEPT_KERNELS)
def _kernel(size: int, results: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Returns where each kernel starts, all within the picture if they fit, and its weights."""
    from dedup import kernels

    starts, _, weights = kernel_weights(size, results)
    taps = -(-len(weights) // kernels.TAPS) * kernels.TAPS
    moved = np.minimum(starts, max(size - taps, 0))
    shifted = np.zeros((results, taps), np.int32)
    for result, (start, first) in enumerate(zip(starts, moved, strict=True)):
        kept = weights[: taps - (start - first), result]
        shifted[result, start - first : start - first + len(kept)] = kept
    return moved.astype(np.int32), shifted
