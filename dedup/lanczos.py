"""Pillow's Lanczos reduction of a grey picture to a small square, bit for bit, in half its time.

Pillow's 8-bit resampling (`Resample.c`) is integer arithmetic: kernels in units of 2**-22, a sum
a pixel, rounded and clipped after each of the two passes. Sums of such integers are exact in
float64 whatever the order, so a matrix product gives the same bits and uses the whole width of
the processor (measured on 500x400: 0.21 ms against 0.55 ms).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_PRECISION_BITS = 22  # PRECISION_BITS of Resample.c: 32 - 8 - 2
_UNIT = 1 << _PRECISION_BITS
_LOBES = 3
TALL = 100  # Pillow shrinks the height first if it is more than this many times the width

# OpenBLAS starts its threads for products of more (its GEMM_MULTITHREAD_THRESHOLD), and they spin
# longer than such a product takes. It also bounds the float64 copy.
_MAX_PRODUCTS = 262_144
# A kernel covers a fifth of a side: products over parts of a side leave most of the zeros out.
_PARTS = 4
_KEPT_KERNELS = 64  # the web has a few favourite sizes; another costs 0.15 ms

Grey = NDArray[np.uint8]


def shrink(grey: Grey, side: int) -> Grey:
    """Returns what `Image.resize((side, side), LANCZOS)` gives for a picture of mode `L`.

    Args:
        grey: `[height, width]`.
        side: Of the result; a multiple of 4.
    """
    height, width = grey.shape
    if height > width * TALL and height > side:
        return _across(_across(grey.T, side).T, side)
    return _across(_across(grey, side).T, side).T


def _across(grey: Grey, side: int) -> Grey:
    """Returns the picture with `side` columns."""
    height, width = grey.shape
    per_part = side // _PARTS
    parts = _kernels(width, side)
    rows_at_once = max(1, _MAX_PRODUCTS // max(kernel.size for _, _, kernel in parts))
    sums = np.empty((height, side))
    for top in range(0, height, rows_at_once):
        block = grey[top : top + rows_at_once].astype(np.float64)
        into = sums[top : top + rows_at_once]
        for part, (start, end, kernel) in enumerate(parts):
            first = part * per_part
            np.matmul(block[:, start:end], kernel, out=into[:, first : first + per_part])
    return np.clip(np.floor((sums + _UNIT // 2) / _UNIT), 0, 255).astype(np.uint8)


@lru_cache(_KEPT_KERNELS)
def _kernels(size: int, side: int) -> list[tuple[int, int, NDArray[np.float64]]]:
    """Returns, for each part of the results, its inputs and `[inputs, results]` weights."""
    starts, ends, weights = kernel_weights(size, side)
    taps = starts + np.arange(len(weights))[:, np.newaxis]
    dense = np.zeros((size + len(taps), side))  # taps beyond the last input weigh nothing
    dense[taps, np.arange(side)] = weights
    parts = []
    for results in np.split(np.arange(side), _PARTS):
        start, end = int(starts[results[0]]), int(ends[results[-1]])
        parts.append((start, end, np.ascontiguousarray(dense[start:end, results])))
    return parts


def kernel_weights(
    size: int, side: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Returns each result's first input, its end, and `[inputs, results]` weights from the first.

    This is `precompute_coeffs` and `normalize_coeffs_8bpc` of Resample.c: whole units of 2**-22.
    """
    stretch = max(size / side, 1.0)
    centres = (np.arange(side) + 0.5) * (size / side)
    starts = np.maximum((centres - _LOBES * stretch + 0.5).astype(np.int64), 0)
    ends = np.minimum((centres + _LOBES * stretch + 0.5).astype(np.int64), size)
    taps = starts + np.arange((ends - starts).max())[:, np.newaxis]
    distance = (taps - centres + 0.5) / stretch
    weights = np.sinc(distance) * np.sinc(distance / _LOBES)
    weights[(taps >= ends) | (np.abs(distance) >= _LOBES)] = 0
    scaled = weights / weights.sum(axis=0) * _UNIT
    return starts, ends, np.trunc(scaled + np.copysign(0.5, scaled))
