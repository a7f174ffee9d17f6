"""All pairs of hashes within a distance by comparing every pair, a block at a time.

The kernel counts what is near each query; only queries with a hit are looked at again. Eight and
more times as fast as faiss's `IndexBinaryFlat` (benchmarks/README.md).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

# References of a block: 32 kB of 256 bits stay in a core's own cache.
BLOCK_REFERENCES = 1024
# Queries with a hit that are looked at at a time: 32 MiB of differing bits.
BLOCK_HITS = 1024
MAX_WORDS: Final = 4

Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def flat_pairs(
    queries: NDArray[np.uint64], references: NDArray[np.uint64], max_distance: int
) -> Iterator[Found]:
    """Yields every pair at most `max_distance` bits apart, in no particular order.

    Args:
        queries: Shape [M, words], at most `MAX_WORDS`.
        references: Shape [N, words].
        max_distance: Inclusive.
    """
    from dedup.flat_kernel import count_near_64, count_near_256

    count_near = count_near_64 if references.shape[1] == 1 else count_near_256
    asked = np.ascontiguousarray(_padded(queries))
    counts = np.zeros(len(asked), np.int64)
    for left in range(0, len(references), BLOCK_REFERENCES):
        block = references[left : left + BLOCK_REFERENCES]
        columns = np.ascontiguousarray(_padded(block).T)
        count_near(asked, columns, np.uint64(max_distance), counts)
        for query, reference, bits in _look(queries, block, np.flatnonzero(counts), max_distance):
            yield query, reference + left, bits


def _look(
    queries: NDArray[np.uint64],
    references: NDArray[np.uint64],
    rows: NDArray[np.int64],
    max_distance: int,
) -> Iterator[Found]:
    for start in range(0, len(rows), BLOCK_HITS):
        some = rows[start : start + BLOCK_HITS]
        differing = queries[some, np.newaxis] ^ references
        bits = np.bitwise_count(differing).sum(axis=2, dtype=np.int64)
        row, place = np.nonzero(bits <= max_distance)
        yield some[row], place, bits[row, place]


def _padded(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Returns hashes of one word or of four, those between filled up with zeros."""
    words = hashes.shape[1]
    if words > MAX_WORDS:
        raise ValueError(f"hashes have at most {64 * MAX_WORDS} bits, got {64 * words}")
    return hashes if words == 1 else np.pad(hashes, ((0, 0), (0, MAX_WORDS - words)))
