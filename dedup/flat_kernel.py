"""Loops over hashes that numba compiles: how many references are near each query, in vectors.

Counting bits is one machine instruction, eight numbers at a time where the processor has it.
Import this late: it takes half a second, and the first call on a machine compiles for seconds.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Counts = NDArray[np.int64]

_ONE, _TWO, _FOUR, _TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_PAIRS, _NIBBLES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_BYTES, _SUM = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@numba.njit(nogil=True, cache=True)
def count_bits(number: np.uint64) -> np.uint64:
    """Counts in parallel (Hacker's Delight, 5-1), a form that LLVM knows as `ctpop`."""
    number -= (number >> _ONE) & _PAIRS
    number = (number & _NIBBLES) + ((number >> _TWO) & _NIBBLES)
    number = (number + (number >> _FOUR)) & _BYTES
    return (number * _SUM) >> _TOP


@numba.njit(nogil=True, cache=True)
def count_near_64(queries: Hashes, columns: Hashes, limit: np.uint64, counts: Counts) -> None:
    """Writes how many references are at most `limit` bits from each query.

    Args:
        queries: Shape [M, 1].
        columns: Shape [1, N]: the references on their side, so that the lanes are references.
        limit: Inclusive.
        counts: Shape [M].
    """
    ones = columns[0]
    for row in range(len(queries)):
        one, near = queries[row, 0], 0
        for place in range(len(ones)):
            near += int(count_bits(one ^ ones[place]) <= limit)
        counts[row] = near


@numba.njit(nogil=True, cache=True)
def count_near_256(queries: Hashes, columns: Hashes, limit: np.uint64, counts: Counts) -> None:
    """Writes what `count_near_64` does for hashes of four words: shapes [M, 4] and [4, N]."""
    ones, twos, threes, fours = columns[0], columns[1], columns[2], columns[3]
    for row in range(len(queries)):
        one, two, three, four = queries[row, 0], queries[row, 1], queries[row, 2], queries[row, 3]
        near = 0
        for place in range(len(ones)):
            bits = count_bits(one ^ ones[place]) + count_bits(two ^ twos[place])
            bits += count_bits(three ^ threes[place]) + count_bits(four ^ fours[place])
            near += int(bits <= limit)
        counts[row] = near
