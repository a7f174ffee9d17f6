"""pHash: 64 bits of a picture's low frequencies, as `imagehash` defines it.

As an integer, because `ImageHash.__hash__` collides and its subtraction is slow.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fftpack import dct

from dedup.lanczos import shrink

_SIDE = 32
_LOW = 8


def phash(image: Image.Image) -> int:
    """Returns the pHash as an unsigned 64-bit integer, the first bit the most significant.

    Args:
        image: Upright and at full size: hash before resizing, so that it does not depend on the
            stored size.
    """
    return phash_grey(np.asarray(image.convert("L")))


def phash_grey(grey: NDArray[np.uint8]) -> int:
    """Returns the pHash of a picture that is grey already: `[height, width]`, Pillow's mode `L`."""
    # The very functions that imagehash calls: another rounding would move bits of flat pictures.
    frequencies = dct(dct(shrink(grey, _SIDE), axis=0), axis=1)[:_LOW, :_LOW]
    bits = frequencies > np.median(frequencies)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
