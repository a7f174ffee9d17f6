"""The exact threshold that keeps a share of many scores, in two passes and constant memory.

A float32 has 32 bits: the first pass counts the upper 16 of every score, the second the lower 16 of
those in the one bin that holds the rank. Counts add up, whatever the order or the worker.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SIGN, _ALL = np.uint32(0x80000000), np.uint32(0xFFFFFFFF)
LOW = 1 << 16

Codes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The upper bits that the score at the rank has.

    Attributes:
        high: The bits.
        rank: Of the score within the bin, the best is 1.
        below: The next upper bits that occur; None if there are none.
    """

    high: int
    rank: int
    below: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A limit, inclusive.

    Attributes:
        value: The worst score that is kept, as a number with few digits that divides the scores
            just as it does.
        kept: How many scores are kept; more than asked for where several are equal.
    """

    value: float
    kept: int


def encode_scores(scores: NDArray[np.floating]) -> Codes:
    """Returns integers in the order of the scores; NaN must have been taken out."""
    bits = (scores.astype(np.float32) + np.float32(0)).view(np.uint32)  # no -0, it equals 0
    return np.where(bits & _SIGN, bits ^ _ALL, bits | _SIGN)


def decode_score(code: int) -> float:
    """Undoes `encode_scores` for one score."""
    bits = np.uint32(code ^ 0x80000000 if code & 0x80000000 else code ^ 0xFFFFFFFF)
    return float(bits.view(np.float32))


def rank_of(share: float, count: int) -> int:
    """Returns how many of `count` scores a share is, at least one."""
    return min(count, max(1, round(share * count)))


def find_bin(counts: Mapping[int, int], rank: int) -> Bin:
    """Returns where the score of `rank` lies, the best score being 1.

    Args:
        counts: Scores by their upper 16 bits.
        rank: 1 to the number of scores.
    """
    passed, highs = 0, sorted(counts, reverse=True)
    for number, high in enumerate(highs):
        if passed + counts[high] >= rank:
            below = highs[number + 1] if number + 1 < len(highs) else None
            return Bin(high=high, rank=rank - passed, below=below)
        passed += counts[high]
    raise ValueError(f"rank must be 1 to {passed}, the number of scores, got {rank}")


def find_threshold(found: Bin, counts: Mapping[int, int], *, asked: int) -> Threshold:
    """Returns the threshold within a bin.

    Args:
        found: From `find_bin`.
        counts: Scores of that bin by their lower 16 bits.
        asked: The rank that was asked of `find_bin`.
    """
    passed, lows = 0, sorted(counts, reverse=True)
    for number, low in enumerate(lows):
        passed += counts[low]
        if passed >= found.rank:
            worse = lows[number + 1] if number + 1 < len(lows) else None
            value = decode_score(found.high * LOW + low)
            return Threshold(
                value=_shorten(value, _next_worse(found, worse)),
                kept=asked - found.rank + passed,
            )
    raise ValueError("the two passes saw other scores")


def split_code(code: int) -> tuple[int, int]:
    """Returns the upper and the lower 16 bits."""
    return code // LOW, code % LOW


def count_bits(bits: Codes) -> Counter[int]:
    """Returns how often each value occurs."""
    values, counts = np.unique(bits, return_counts=True)
    return Counter(dict(zip(values.tolist(), counts.tolist(), strict=True)))


def _next_worse(found: Bin, worse: int | None) -> float:
    """Returns a number below which all scores are that are not kept."""
    if worse is not None:
        return decode_score(found.high * LOW + worse)
    if found.below is not None:  # at most the largest score that has these upper bits
        return decode_score(found.below * LOW + LOW - 1)
    return -math.inf


def _shorten(value: float, worse: float) -> float:
    """Returns the number with the fewest decimals in (worse, value]."""
    for digits in range(10):
        scale = 10.0**digits
        short = math.floor(value * scale) / scale
        if worse < short <= value:
            return short
    return value
