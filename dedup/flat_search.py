"""All pairs of hashes within a distance by comparing every pair, with faiss."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Pairs compared at a time, so that even if all are found they take 16 * 2**22 bytes.
BLOCK_PAIRS = 2**22

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


def _as_bytes(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(hashes).view(np.uint8)
