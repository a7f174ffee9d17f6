"""Exact search among hashes by Hamming distance."""

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
