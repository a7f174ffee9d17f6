"""What scipy says of connected components, to compare with."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def components(size: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Returns for each of `size` nodes the smallest one of its component."""
    ends = np.array(edges, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(edges), bool), (ends[0], ends[1])), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    firsts = np.unique(labels, return_index=True)[1]
    return firsts[labels].tolist()
