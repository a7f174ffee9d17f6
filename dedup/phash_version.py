"""Which pHash ours is; by itself, for whoever only names it needs no pixels."""

from importlib.metadata import version

# Another release of imagehash, or of Pillow's resampling, may move bits.
PHASH_VERSION = f"imagehash {version('imagehash')} phash(hash_size=8, highfreq_factor=4), uint64"
