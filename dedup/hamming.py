"""Exact search among hashes by Hamming distance."""

from itertools import pairwise

import numpy as np

from dedup.hamming_index import HammingIndex, Hashes, Indices

HASH_BITS = 64


def distance(one: int, other: int) -> int:
    """Returns the number of bits, 0 to 64, in which two hashes differ."""
    return (one ^ other).bit_count()


def pairs_within(
    queries: Hashes, references: Hashes, max_distance: int
) -> tuple[Indices, Indices, Indices]:
    """Returns every pair of a query and a reference at most `max_distance` bits apart.

    Exact; the larger side is prepared, and the smaller one asked (`dedup.hamming_index`).

    Args:
        queries: Shape [M], or [M, words] for hashes of more than 64 bits.
        references: Shape [N], or [N, words].
        max_distance: 0 or more, inclusive.

    Returns:
        Query indices, reference indices and distances, each of shape [pairs], sorted by query and
        then by reference.
    """
    if len(queries) > len(references):
        reference, query, bits = pairs_within(references, queries, max_distance)
        order = np.lexsort((reference, query))
        return query[order], reference[order], bits[order]
    index = HammingIndex(references, max_distance, num_queries=len(queries), example=queries)
    return index.pairs(queries)


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
