"""All pairs of hashes within a distance by comparing every pair: with faiss if there are many."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Pairs compared at a time, so that even if all are found they take 16 * 2**22 bytes.
BLOCK_PAIRS = 2**22

# Up to here no thread is worth starting: faiss's wait for each other at full speed, so beside other
# work a search of ten hashes took it 70 ms (measured), where numpy needs 0.02 ms.
FEW_PAIRS = 2**22
_ROW_PAIRS = 2**16  # 512 kB at a time, which stays in the cache

Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def flat_pairs(
    queries: NDArray[np.uint64], references: NDArray[np.uint64], max_distance: int
) -> Iterator[Found]:
    """Yields every pair at most `max_distance` bits apart, in no particular order.

    Args:
        queries: Shape [M, words].
        references: Shape [N, words].
        max_distance: Inclusive.
    """
    if len(queries) * len(references) <= FEW_PAIRS:
        yield from _few_pairs(queries, references, max_distance)
        return
    import faiss  # 0.2 s, which a search by bands does not need

    width = min(len(references), BLOCK_PAIRS)
    height = max(1, BLOCK_PAIRS // max(width, 1))
    for left in range(0, len(references), max(width, 1)):
        index = faiss.IndexBinaryFlat(8 * references.itemsize * references.shape[1])
        index.add(_as_bytes(references[left : left + width]))
        for top in range(0, len(queries), height):
            asked = _as_bytes(queries[top : top + height])
            ends, distances, found = index.range_search(asked, max_distance + 1)  # exclusive
            counts = (ends[1:] - ends[:-1]).astype(np.int64)
            rows = np.repeat(np.arange(len(asked)), counts)
            yield rows + top, found + left, distances.astype(np.int64)


def _few_pairs(
    queries: NDArray[np.uint64], references: NDArray[np.uint64], max_distance: int
) -> Iterator[Found]:
    height = max(1, _ROW_PAIRS // max(len(references), 1))
    for top in range(0, len(queries), height):
        differing = queries[top : top + height, np.newaxis] ^ references
        bits = np.bitwise_count(differing).sum(axis=2, dtype=np.int64)
        rows, found = np.nonzero(bits <= max_distance)
        yield rows + top, found, bits[rows, found]


def _as_bytes(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(hashes).view(np.uint8)
