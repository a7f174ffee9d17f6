"""What can be said of a pHash without pixels, and so without loading what makes it."""

from importlib.metadata import version

# Another release of imagehash, or of Pillow's resampling, may move bits.
PHASH_VERSION = f"imagehash {version('imagehash')} phash(hash_size=8, highfreq_factor=4), uint64"

# What a picture without any structure gives: the mean alone, or nothing.
_FEATURELESS = frozenset({0, 1 << 63})


def is_featureless(value: int) -> bool:
    """Whether this is the hash that all flat pictures share, so that it says nothing."""
    return value in _FEATURELESS
