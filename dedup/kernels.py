"""Loops over pixels that numba compiles: Pillow's greyscale and Lanczos, in its integers.

Import this late: it takes half a second, and the first call on a machine compiles for seconds.
"""

import numpy as np
from numpy.typing import NDArray

from schemas.compiled import compiled

Pixels = NDArray[np.uint8]
Integers = NDArray[np.int32]

# Taps of a kernel handled together, so that the sums are read and written a quarter as often.
TAPS = 4


@compiled
def luma(pixels: Pixels, grey: Pixels) -> None:
    """Writes Pillow's mode `L` (its `L24`, Convert.c) of RGB pixels in a row to `grey`."""
    for i in range(grey.size):
        red, green = np.int32(pixels[3 * i]), np.int32(pixels[3 * i + 1])
        weighed = red * np.int32(19595) + green * np.int32(38470)
        weighed += np.int32(pixels[3 * i + 2]) * np.int32(7471) + np.int32(0x8000)
        grey[i] = np.uint8(weighed >> np.int32(16))


@compiled
def across(
    columns: Pixels, starts: Integers, kernels: Integers, sums: Integers, out: Pixels
) -> None:
    """Writes each result of a pass, the weighted sum of some columns, to a row of `out`.

    Args:
        columns: Shape [width, height]: the picture on its side, so that the lanes are its rows.
        starts: Shape [results]: the first column of each kernel.
        kernels: Shape [results, taps], in units of 2**-22; taps is a multiple of `TAPS`.
        sums: Shape [height], scratch.
        out: Shape [results, height].
    """
    height = columns.shape[1]
    for result in range(len(starts)):
        sums[:height] = np.int32(1 << 21)
        for tap in range(0, kernels.shape[1], TAPS):
            a, b, c, d = kernels[result, tap : tap + TAPS]
            first = starts[result] + tap
            one, two = columns[first], columns[first + 1]
            three, four = columns[first + 2], columns[first + 3]
            for y in range(height):
                left = a * np.int32(one[y]) + b * np.int32(two[y])
                sums[y] += left + c * np.int32(three[y]) + d * np.int32(four[y])
        for y in range(height):
            value = sums[y] >> np.int32(22)
            out[result, y] = np.uint8(min(max(value, np.int32(0)), np.int32(255)))
