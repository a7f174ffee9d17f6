"""Exact search among 64-bit hashes by Hamming distance."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

HASH_BITS = 64
# Pairs compared at a time: 2 MiB of xors and 256 KiB of counts, so that a block stays in cache.
BLOCK_PAIRS = 2**18

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


def distance(one: int, other: int) -> int:
    """Returns the number of bits, 0 to 64, in which two hashes differ."""
    return (one ^ other).bit_count()


def pairs_within(
    queries: Hashes, references: Hashes, max_distance: int
) -> tuple[Indices, Indices, Indices]:
    """Returns every pair of a query and a reference at most `max_distance` bits apart.

    Compares all M x N pairs, so it misses none; beside the result it needs `BLOCK_PAIRS` of memory.

    Args:
        queries: Shape [M].
        references: Shape [N].
        max_distance: 0 to 64, inclusive.

    Returns:
        Query indices, reference indices and distances, each of shape [pairs], sorted by query and
        then by reference.
    """
    if not len(queries) or not len(references):
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    width = min(len(references), BLOCK_PAIRS)
    height = max(1, BLOCK_PAIRS // width)
    found = [
        _pairs_in_block(
            queries, references, slice(q, q + height), slice(r, r + width), max_distance
        )
        for q in range(0, len(queries), height)
        for r in range(0, len(references), width)
    ]
    query, reference, bits = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((reference, query))
    return query[order], reference[order], bits[order]


def _pairs_in_block(
    queries: Hashes, references: Hashes, rows: slice, columns: slice, max_distance: int
) -> tuple[Indices, Indices, Indices]:
    bits = np.bitwise_count(queries[rows, None] ^ references[None, columns])
    row, column = np.nonzero(bits <= max_distance)
    return row + rows.start, column + columns.start, bits[row, column].astype(np.int64)


def band_keys(h: int, max_distance: int) -> tuple[tuple[int, int], ...]:
    """Cuts a hash into `max_distance` + 1 bands, to group hashes that may be near.

    Two hashes within `max_distance` share at least one `(band, value)`: so many differing bits
    cannot touch every band (multi-index hashing, arXiv 1307.2982, section 2). The converse is not
    true, so what shares a band must still be compared.

    Args:
        h: The hash, 0 to 2**64 - 1.
        max_distance: 0 to 63.

    Raises:
        ValueError: `max_distance` is out of range.
    """
    if not 0 <= max_distance < HASH_BITS:
        raise ValueError(f"max_distance must be 0 to {HASH_BITS - 1}, got {max_distance}")
    bands = max_distance + 1
    edges = [HASH_BITS * band // bands for band in range(bands + 1)]
    return tuple(
        (band, (h >> low) & ((1 << (high - low)) - 1))
        for band, (low, high) in enumerate(pairwise(edges))
    )
