"""Connected components of near hashes that are in memory, without a list of all near pairs."""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.flat_search import Found
from dedup.hamming_index import HammingIndex, Hashes, Indices

# Edges joined at a time, 16 bytes each; a family of n near hashes has n * n of them.
_BLOCK_EDGES = 2**20


def near_roots(hashes: Hashes, max_distance: int) -> Indices:
    """Returns for each hash the smallest index in its component, its own if it has no neighbour.

    Args:
        hashes: Shape [N] or [N, words].
        max_distance: Up to which two hashes are joined, inclusive.
    """
    index = HammingIndex(hashes, max_distance, num_queries=len(hashes))
    roots = np.arange(len(hashes))
    for ours, theirs in _gathered(index.blocks(hashes)):
        roots = _join(roots, ours, theirs)
    return roots


def _gathered(blocks: Iterable[Found]) -> Iterator[tuple[Indices, Indices]]:
    ours: list[Indices] = []
    theirs: list[Indices] = []
    held = 0
    for query, reference, _ in blocks:
        once = query < reference  # an edge is found from both its ends
        ours.append(query[once])
        theirs.append(reference[once])
        held += int(once.sum())
        if held >= _BLOCK_EDGES:
            yield np.concatenate(ours), np.concatenate(theirs)
            ours, theirs, held = [], [], 0
    if held:
        yield np.concatenate(ours), np.concatenate(theirs)


def _join(roots: Indices, ours: Indices, theirs: Indices) -> Indices:
    count = len(roots)
    ends = np.concatenate([ours, np.arange(count)]), np.concatenate([theirs, roots])
    graph = coo_array((np.ones(len(ends[0]), bool), ends), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    _, firsts = np.unique(labels, return_index=True)
    joined: Indices = firsts[labels]
    return joined
