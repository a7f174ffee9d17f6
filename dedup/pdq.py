"""PDQ: 256 bits and a quality, as facebook/ThreatExchange defines it (its hashing/hashing.pdf).

Of the eight turns the hash itself gives one exactly: the bits of a transposed picture are the bits
transposed. The others need the picture turned, since PDQ samples it off its centre: on 60 photos of
256 px the library's own `compute_dihedral` is 28 bits off for a mirrored picture and 40 for one
turned by 180 degrees (medians; 86 at most), and 31 is where PDQ stops to match.
"""

from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PDQ_VERSION = f"pdqhash {version('pdqhash')}, 256 bits, first bit the most significant"
PDQ_BITS = 256
# ThreatExchange's hashing/pdq/README.md: distances up to 31 match, qualities up to 49 say nothing.
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
    """A picture's hash, the first bit the most significant, and how much it tells (0 to 100)."""

    hash: int
    quality: int


def pdq(pixels: NDArray[np.uint8]) -> Pdq:
    """Returns the PDQ of an upright picture: `[height, width]` or `[height, width, 3]`, RGB.

    Of all its pixels, which takes 43 ms for 2000x1500: shrinking it to 512 first takes a quarter
    of that, but moved up to 16 of the 31 bits that a match may differ by (measured).
    """
    # Here, because lists of hashes are also read where nothing is decoded: 0.1 s in every worker.
    import cv2
    import pdqhash  # type: ignore[import-untyped]

    pixels = np.ascontiguousarray(pixels)
    rgb = cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if pixels.ndim == 2 else pixels
    bits, quality = pdqhash.compute(rgb)
    return Pdq(_pack(bits.astype(np.uint8)), int(quality))


def pdq_turned(pixels: NDArray[np.uint8]) -> dict[str, Pdq]:
    """Returns the PDQ, by the names of `phash_batch.TURNS`, of the picture turned and mirrored."""
    turned: dict[str, Pdq] = {}
    for name, transposed, down, across in _TURNS:
        found = turned[name] = pdq(pixels[::down, ::across])
        turned[transposed] = Pdq(transpose(found.hash), found.quality)
    return turned


def transpose(value: int) -> int:
    """Returns the hash of the transposed picture, `flip_rot90`, from that of the picture."""
    bits = np.unpackbits(np.frombuffer(value.to_bytes(PDQ_BITS // 8, "big"), np.uint8))
    return _pack(bits.reshape(_SIDE, _SIDE).T)


def _pack(bits: NDArray[np.uint8]) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
