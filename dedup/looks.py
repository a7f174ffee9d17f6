"""Ways to look at a picture of a pool, and their pHashes: whole, unframed, turned, its centre.

A copy that a pHash cannot see is often the same picture looked at in another way. So each way has
a hash, and these are searched among the upright ones: no pair of pictures is compared for it.
"""

from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.phash_batch import SIDE_64, hash_turned
from dedup.phash_value import is_featureless
from dedup.verify.gradients import WHOLE, Zoom
from dedup.verify.sampling import samples
from dedup.verify.thumbnail import CHROMA_SIDE, SIDE, Thumbnails
from dedup.verify.trim import trim

Greys = NDArray[np.uint8]
Indices = NDArray[np.int64]


class View(NamedTuple):
    """A way to look: at a part, turned.

    Attributes:
        is_mutual: Whether what it finds is found from the other side too, so that one is enough.
    """

    turn: str
    part: Zoom = WHOLE
    is_mutual: bool = False


# `rot90` stands for `rot270` too, which is the same from the other side. All else undoes itself.
_TURNS: Final = ("none", "flip", "rot90", "rot180", "flip_rot90", "flip_rot180", "flip_rot270")
# Parts, chosen by planted copies of 60 photos (docs/dedup.md): centres, so that crops of up to
# 38 % of the sides are near to one; corners; and what a caption bar leaves.
_CENTRES: Final = tuple(Zoom(zoom, zoom) for zoom in (1.12, 1.25, 1.4, 1.6))
_CORNERS: Final = tuple(Zoom(1.18, 1.18, x, y) for x, y in product((0.425, 0.575), repeat=2))
_WITHOUT_BAR: Final = (Zoom(1, 1.22, 0.5, 0.41), Zoom(1, 1.22, 0.5, 0.59))
VIEWS: Final = (
    *(View(turn, is_mutual=turn != "rot90") for turn in _TURNS),
    *(View(turn, part) for turn, part in product(("none", "flip"), _CENTRES)),
    *(View("none", part) for part in (*_CORNERS, *_WITHOUT_BAR)),
)

# A hash of a look at a picture. `key` is the picture's own pHash and names it; `place` says where
# its thumbnail is; `way` is a look for what is searched, a look and a view for what it is searched
# by (`look * len(VIEWS) + view`).
ENTRY: Final = np.dtype([("hash", "<u8"), ("key", "<u8"), ("place", "<u8"), ("way", "u1")])
Entries = NDArray[np.void]


class Looks(NamedTuple):
    """Pictures as they are, and those that have frames without them.

    Attributes:
        grey: Shape [looks, SIDE, SIDE].
        row: Shape [looks], which picture.
        look: Shape [looks], how many frames were taken away.
    """

    grey: Greys
    row: Indices
    look: NDArray[np.uint8]


def look_at(greys: Greys) -> Looks:
    """Returns all looks at pictures of shape [N, SIDE, SIDE]."""
    no_colour = np.full((len(greys), 2, CHROMA_SIDE, CHROMA_SIDE), 128, np.uint8)
    trimmed = trim(Thumbnails(greys, no_colour))
    row = np.concatenate([np.arange(len(greys)), trimmed.row])
    # Those of a picture come from the outermost frame to the innermost.
    order = np.argsort(row, kind="stable")
    row = row[order]
    look = np.arange(len(row)) - np.searchsorted(row, row)
    return Looks(
        np.concatenate([greys, trimmed.thumbnails.grey])[order], row, look.astype(np.uint8)
    )


def hash_looks(
    greys: Greys, keys: NDArray[np.uint64], places: NDArray[np.uint64]
) -> tuple[Entries, Entries]:
    """Returns what is searched, and what it is searched by; flat looks are in neither.

    Args:
        greys: Shape [N, SIDE, SIDE].
        keys: Shape [N].
        places: Shape [N].
    """
    looks = look_at(greys)
    keys, places = keys[looks.row], places[looks.row]
    hashes = {part: hash_turned(_small(looks.grey, part)) for part in {v.part for v in VIEWS}}
    upright = _entries(hashes[WHOLE]["none"], keys, places, looks.look)
    probes = []
    for number, view in enumerate(VIEWS):
        ways = looks.look * np.uint8(len(VIEWS)) + np.uint8(number)
        entries = _entries(hashes[view.part][view.turn], keys, places, ways)
        probes.append(entries if view.part == WHOLE else entries[looks.look == 0])
    return _telling(upright), _telling(np.concatenate(probes))


def _small(greys: Greys, part: Zoom) -> Greys:
    """Returns a part as what a pHash is made of, shape [N, SIDE_64, SIDE_64]."""
    across = samples(SIDE, SIDE_64, part.across, part.x)
    down = samples(SIDE, SIDE_64, part.down, part.y)
    # A product per picture, so that no other picture of the batch can move a bit.
    return np.round(down @ greys.astype(np.float32) @ across.T).astype(np.uint8)


def _entries(
    hashes: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    places: NDArray[np.uint64],
    ways: NDArray[np.uint8],
) -> Entries:
    entries = np.empty(len(hashes), ENTRY)
    entries["hash"], entries["key"], entries["place"], entries["way"] = (
        hashes[:, 0],
        keys,
        places,
        ways,
    )
    return entries


def _telling(entries: Entries) -> Entries:
    is_flat = np.fromiter(map(is_featureless, entries["hash"].tolist()), bool, len(entries))
    telling: Entries = entries[~is_flat]
    return telling
