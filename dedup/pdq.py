"""PDQ: 256 bits and a quality from 0 to 100, by Meta's own code (facebook/ThreatExchange, pdq).

Of the eight turns the hash itself gives one exactly: the bits of a transposed picture are the bits
transposed. The others need the picture turned, since PDQ samples it off its centre: on 60 photos of
256 px the library's own `compute_dihedral` is 28 bits off for a mirrored picture and 40 for one
turned by 180 degrees (medians; 86 at most), and 31 is where PDQ stops to match.
"""

from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import pdqhash  # type: ignore[import-untyped]
from numpy.typing import NDArray

from dedup.small_grey import Pixels

PDQ_VERSION = f"pdqhash {version('pdqhash')}, 256 bits, first bit the most significant"

# What its authors advise (pdq/README.md): matches differ in at most so many bits, and what has
# less quality is not matched.
MAX_DISTANCE = 31
MIN_QUALITY = 50

# Each picture to be hashed, as strides over its rows and columns, and what its transpose is.
_TURNS = (
    ("none", "flip_rot90", 1, 1),
    ("flip", "rot90", 1, -1),
    ("flip_rot180", "rot270", -1, 1),
    ("rot180", "flip_rot270", -1, -1),
)
_SIDE = 16


class Pdq(NamedTuple):
    """A hash, shape [4], and how much structure it is made of; under `MIN_QUALITY`, too little."""

    words: NDArray[np.uint64]
    quality: int


def pdq(pixels: Pixels) -> Pdq:
    """Returns the PDQ of a picture, `[height, width, 3]` or `[height, width]`; takes about 2 ms."""
    bits, quality = pdqhash.compute(_as_rgb(pixels))
    return Pdq(_pack(bits), int(quality))


def pdq_turned(pixels: Pixels) -> dict[str, Pdq]:
    """Returns the PDQ, by the names of `phash_batch.TURNS`, of the picture turned and mirrored."""
    turned: dict[str, Pdq] = {}
    for name, transposed, down, across in _TURNS:
        found = turned[name] = pdq(pixels[::down, ::across])
        turned[transposed] = Pdq(transpose(found.words), found.quality)
    return turned


def transpose(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Returns the hash of the transposed picture, `flip_rot90`, from that of the picture."""
    bits = np.unpackbits(words.astype(">u8").view(np.uint8))
    return _pack(bits.reshape(_SIDE, _SIDE).T)


def _as_rgb(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, np.newaxis], 3, axis=2)
    return np.ascontiguousarray(pixels)


def _pack(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.packbits(bits).view(">u8").astype(np.uint64)
