"""Pictures made small and grey as Pillow does it, value for value, many times sooner.

What every hash here starts from: `image.convert("L").resize((width, height), LANCZOS)`. Pillow's
arithmetic is on integers (`Convert.c`, `Resample.c`), so another order of sums gives the same.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dedup.lanczos import TALL, kernel_weights

Pixels = NDArray[np.uint8]

_KEPT_KERNELS = 64  # the web has a few favourite sizes


def small_greys(pictures: Sequence[Pixels], width: int, height: int) -> Pixels:
    """Returns the small pictures, shape [N, height, width].

    Args:
        pictures: Each `[height, width, 3]` in RGB, or `[height, width]` in Pillow's mode `L`.
        width: Of the results.
        height: Of the results.
    """
    small = np.empty((len(pictures), height, width), np.uint8)
    last: _Shrink | None = None
    for row, picture in enumerate(pictures):
        if last is None or last.shape != picture.shape[:2]:
            last = _Shrink(picture.shape[:2], width, height)
        last(picture, small[row])
    return small


class _Shrink:
    """The way to one size from another, with the memory it takes; for one thread at a time."""

    def __init__(self, shape: tuple[int, ...], width: int, height: int) -> None:
        from dedup import kernels

        self.shape = shape
        self._kernels = kernels
        rows, columns = shape
        self._grey = np.empty(shape, np.uint8)
        self._is_tall = rows > columns * TALL and rows > height
        if self._is_tall:
            self._first, self._second = _Pass(rows, columns, height), _Pass(columns, height, width)
        else:
            self._first, self._second = _Pass(columns, rows, width), _Pass(rows, width, height)

    def __call__(self, picture: Pixels, out: Pixels) -> None:
        """Writes the small picture to `out`."""
        grey = picture
        if picture.ndim == 3:
            grey = self._grey
            self._kernels.luma(np.ascontiguousarray(picture).reshape(-1), grey.reshape(-1))
        if self._is_tall:
            self._first.source[:] = grey
        else:
            cv2.transpose(grey, self._first.source)
        cv2.transpose(self._first(), self._second.source)
        small = self._second()
        out[:] = small.T if self._is_tall else small


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
