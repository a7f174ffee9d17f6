"""Pairs of pictures of which one, looked at in some way, has a hash near to that of the other.

Exact: of each way of looking at each picture the `MAX_NEAREST` nearest, however all are grouped,
for what is among the nearest of all is among the nearest of every group that it is in. So a
picture near to 100,000 others is proposed `MAX_NEAREST` times a way, and not 100,000 times.
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.hamming_index import HammingIndex
from dedup.looks import ENTRY, VIEWS, Entries

# Of random hashes, 3e-10 of all pairs are this near: with 15 views of 400 million pictures two a
# picture. At 12 bits there would be a thousand times as many.
MAX_BITS: Final = 8

MAX_NEAREST: Final = 32

# Pairs held before they are cut to the nearest, 100 bytes each.
_BLOCK_FOUND: Final = 2**18

# As bytes, which sort as their numbers do: the way of looking, bits between, then the other one.
_FOUND: Final = struct.Struct(">BBQBQ")
_OWN: Final = struct.Struct(">QQ")

_IS_MUTUAL: Final = np.array([view.is_mutual for view in VIEWS])


class Proposal(NamedTuple):
    """Two pictures to align: `turn` of a look at the one, and a look at the other."""

    place: int
    look: int
    turn: str
    other_place: int
    other_look: int


def find_near_looks(
    upright: Entries, probes: Iterable[Entries], max_distance: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yields what is near, to be grouped by the first and given to `propose`.

    Args:
        upright: Of all pictures, or of some that share bits.
        probes: Likewise, block by block.
        max_distance: Pictures whose own pHashes are as near as this are copies already.
    """
    upright = _few_of_equal(upright)
    index: HammingIndex | None = None
    for block in probes:
        if index is None:
            index = HammingIndex(upright["hash"], MAX_BITS, num_queries=len(block))
        held, count = [np.empty(0, _PAIR)], 0
        for query, reference, bits in index.blocks(block["hash"]):
            held.append(_wanted(block, upright, (query, reference, bits), max_distance))
            count += len(held[-1])
            if count >= _BLOCK_FOUND:
                held = [_nearest(np.concatenate(held))]
                count = 0
        yield from _packed(block, upright, _nearest(np.concatenate(held)))


def propose(own: bytes, found: Iterable[bytes]) -> tuple[list[Proposal], bool]:
    """Returns what to align for one picture, and whether there was more than is looked at."""
    key, place = _OWN.unpack(own)
    proposals, is_cut = set[Proposal](), False
    for way, near in groupby(sorted(set(found)), key=lambda packed: packed[0]):
        nearest = list(near)
        is_cut |= len(nearest) > MAX_NEAREST
        look, view = divmod(way, len(VIEWS))
        for packed in nearest[:MAX_NEAREST]:
            _, _, other_key, other_look, other_place = _FOUND.unpack(packed)
            ends = (place, look), (other_place, other_look)
            turn = VIEWS[view].turn
            # A crop may find both ways what is to be aligned once.
            one, other = ends if turn == "rot90" or key < other_key else ends[::-1]
            proposals.add(Proposal(*one, turn, *other))
    return sorted(proposals), is_cut


_PAIR: Final = np.dtype(
    [("probe", "<i8"), ("bits", "<i8"), ("key", "<u8"), ("way", "u1"), ("upright", "<i8")]
)


def _few_of_equal(upright: Entries) -> Entries:
    """Returns the first of equal hashes: these meet in every group, so it is the same in each."""
    ordered = np.sort(upright, order=["hash", "key", "way"])
    rank = np.arange(len(ordered)) - np.searchsorted(ordered["hash"], ordered["hash"])
    few: Entries = ordered[rank < MAX_NEAREST]
    return few


def _wanted(
    probes: Entries,
    upright: Entries,
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    max_distance: int,
) -> NDArray[np.void]:
    query, reference, bits = found
    own, other = probes["key"][query], upright["key"][reference]
    is_mutual = _IS_MUTUAL[probes["way"][query] % len(VIEWS)]
    is_wanted = (np.bitwise_count(own ^ other) > max_distance) & (~is_mutual | (own < other))
    query, reference, bits = query[is_wanted], reference[is_wanted], bits[is_wanted]
    pairs = np.empty(len(query), _PAIR)
    pairs["probe"], pairs["bits"], pairs["upright"] = query, bits, reference
    pairs["key"], pairs["way"] = upright["key"][reference], upright["way"][reference]
    return pairs


def _nearest(pairs: NDArray[np.void]) -> NDArray[np.void]:
    # One more than is looked at, so that what is left out can be told.
    ordered = np.sort(pairs, order=["probe", "bits", "key", "way"])
    rank = np.arange(len(ordered)) - np.searchsorted(ordered["probe"], ordered["probe"])
    nearest: NDArray[np.void] = ordered[rank <= MAX_NEAREST]
    return nearest


def _packed(
    probes: Entries, upright: Entries, pairs: NDArray[np.void]
) -> Iterator[tuple[bytes, bytes]]:
    own, other = probes[pairs["probe"]], upright[pairs["upright"]]
    rows = zip(own.tolist(), other.tolist(), pairs["bits"].tolist(), strict=True)
    for (_, key, place, way), (_, other_key, other_place, look), bits in rows:
        yield _OWN.pack(key, place), _FOUND.pack(way, bits, other_key, look, other_place)


def entries_of(block: bytes) -> Entries:
    """Returns the entries of a block."""
    return np.frombuffer(block, ENTRY)
