"""pHashes of many pictures at a time: 64 or 256 bits, upright, turned and mirrored.

The bits are those of `imagehash.phash` for the same small picture. Mirroring a picture turns the
sign of every other frequency, and transposing it transposes them, so one cosine transform serves
all eight. The bits alone would not do: the median, which they are compared with, moves too.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fftpack import dct

from dedup.small_grey import Pixels, small_greys

# As ours are counter-clockwise, and `flip_` mirrors left and right first.
TURNS = ("none", "flip", "rot90", "rot180", "rot270", "flip_rot90", "flip_rot180", "flip_rot270")
SIDE_64 = 32
SIDE_256 = 64
_FACTOR = 4  # imagehash's highfreq_factor: the small picture's side over the hash's

# Two ways to sum the same products differ by about 1e-16 of the largest sum, 1e-9 here; what lies
# nearer to the median than this is decided by imagehash's own way.
_UNSURE = 1e-5

Frequencies = NDArray[np.float64]
Words = NDArray[np.uint64]


def phashes(pictures: list[Pixels]) -> Words:
    """Returns the 64-bit pHashes of decoded pictures, shape [N]; see `small_greys`."""
    return hash_small(small_greys(pictures, SIDE_64, SIDE_64))[:, 0]


def phashes_256(pictures: list[Pixels]) -> Words:
    """Returns the 256-bit pHashes of decoded pictures, shape [N, 4]; see `small_greys`."""
    return hash_small(small_greys(pictures, SIDE_256, SIDE_256))


def hash_small(small: Pixels) -> Words:
    """Returns pHashes, shape [N, words], the first bit the most significant.

    Args:
        small: Shape [N, side, side]: `small_greys` of side 32 for 64 bits, 64 for 256.
    """
    return _compare(_low_frequencies(small), small)


def hash_turned(small: Pixels) -> dict[str, Words]:
    """Returns, for each of `TURNS`, what `hash_small` gives for the pictures turned so."""
    low = _low_frequencies(small)
    return {turn: _compare(_turn_frequencies(low, turn), turn_small(small, turn)) for turn in TURNS}


def turn_small(small: Pixels, turn: str) -> Pixels:
    """Returns pictures of shape [N, side, side] turned and mirrored as `turn` says."""
    quarters = TURNS.index(turn) - 1 if "rot" in turn else 0
    mirrored = small[..., ::-1] if turn.startswith("flip") else small
    return np.rot90(mirrored, quarters - 3 if quarters > 3 else quarters, axes=(-2, -1))


def _turn_frequencies(low: Frequencies, turn: str) -> Frequencies:
    signs = (-1.0) ** np.arange(low.shape[-1])
    if turn.startswith("flip"):
        low = low * signs
    if turn.endswith(("rot90", "rot270")):
        low = low.swapaxes(-2, -1)
    if turn.endswith(("rot90", "rot180")):  # upside down last
        low = low * signs[:, np.newaxis]
    if turn.endswith(("rot270", "rot180")):
        low = low * signs
    return low


def _low_frequencies(small: Pixels) -> Frequencies:
    """Returns DCT-II of both sides, shape [N, side / 4, side / 4]."""
    cosines = _cosines(small.shape[-1])
    return cosines @ small.astype(np.float64) @ cosines.T


@lru_cache(2)
def _cosines(side: int) -> Frequencies:
    frequency = np.arange(side // _FACTOR)[:, np.newaxis]
    return 2 * np.cos(np.pi * frequency * (2 * np.arange(side) + 1) / (2 * side))


def _compare(low: Frequencies, small: Pixels) -> Words:
    """Packs the bits, by imagehash's own sums where ours might differ."""
    flat = low.reshape(len(low), low.shape[1] ** 2)
    middle = flat.shape[1] // 2
    ordered = np.partition(flat, (middle - 1, middle), axis=1)
    below, above = ordered[:, middle - 1, np.newaxis], ordered[:, middle, np.newaxis]
    bits = flat > (below + above) / 2
    for row in np.flatnonzero(above - below < 2 * _UNSURE):
        bits[row] = _imagehash_bits(small[row])
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64)


def _imagehash_bits(small: Pixels) -> NDArray[np.bool_]:
    kept = len(small) // _FACTOR
    low = dct(dct(small, axis=0), axis=1)[:kept, :kept]
    bits: NDArray[np.bool_] = (low > np.median(low)).ravel()
    return bits
