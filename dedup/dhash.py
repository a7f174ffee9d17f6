"""dHash: 64 bits that say where a picture grows brighter from left to right, as `imagehash` has it.

Mirrored pictures need no hash of their own: upside down turns the order of the rows of bits; left
for right turns the order in each row and every bit, but for neighbours that are equal, whose bit is
0 both ways. A turn by 90 degrees asks for differences from top to bottom, which the bits lack.
"""

import numpy as np
from numpy.typing import NDArray

from dedup.small_grey import Pixels, small_greys

WIDTH, HEIGHT = 9, 8

Hashes = NDArray[np.uint64]


def dhashes(pictures: list[Pixels]) -> Hashes:
    """Returns the dHashes of decoded pictures, shape [N]; see `small_greys`."""
    return hash_small(small_greys(pictures, WIDTH, HEIGHT))


def hash_small(small: Pixels) -> Hashes:
    """Returns the dHashes, the first bit the most significant, of shape [N, HEIGHT, WIDTH]."""
    return _pack(small[:, :, 1:] > small[:, :, :-1])


def upside_down(hashes: Hashes) -> Hashes:
    """Returns the dHashes of the pictures upside down and not turned: exact."""
    return hashes.byteswap()


def mirrored(hashes: Hashes) -> Hashes:
    """Returns the dHashes of the pictures mirrored: exact but for equal neighbours."""
    return _pack(~_bits(hashes)[:, :, ::-1])


def turned_180(hashes: Hashes) -> Hashes:
    """Returns the dHashes of the pictures turned by 180 degrees, as exact as `mirrored`."""
    return upside_down(mirrored(hashes))


def _bits(hashes: Hashes) -> NDArray[np.bool_]:
    octets = hashes.astype(">u8").view(np.uint8)
    return np.unpackbits(octets).reshape(len(hashes), HEIGHT, WIDTH - 1).astype(bool)


def _pack(bits: NDArray[np.bool_]) -> Hashes:
    octets = np.packbits(bits.reshape(len(bits), HEIGHT * (WIDTH - 1)), axis=1)
    return octets.view(">u8").astype(np.uint64)[:, 0]
