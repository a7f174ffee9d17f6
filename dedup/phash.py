"""pHash: 64 bits of a picture's low frequencies, as `imagehash` defines it.

As an integer, because `ImageHash.__hash__` collides and its subtraction is slow.
"""

from importlib.metadata import version

import imagehash
import numpy as np
from PIL import Image

# Another release of imagehash, or of Pillow's resampling, may move bits.
PHASH_VERSION = f"imagehash {version('imagehash')} phash(hash_size=8, highfreq_factor=4), uint64"

# What a picture without any structure gives: the mean alone, or nothing.
_FEATURELESS = frozenset({0, 1 << 63})


def phash(image: Image.Image) -> int:
    """Returns the pHash as an unsigned 64-bit integer, the first bit the most significant.

    Args:
        image: Upright and at full size: hash before resizing, so that it does not depend on the
            stored size.
    """
    bits = imagehash.phash(image).hash
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def is_featureless(value: int) -> bool:
    """Whether this is the hash that all flat pictures share, so that it says nothing."""
    return value in _FEATURELESS
