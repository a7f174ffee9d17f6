"""Connected components of edges that no one machine holds, by alternating stars.

Kiveris et al., "Connected Components in MapReduce and Beyond" (SoCC 2014): a large-star and then a
small-star step, each a function of one node's neighbours, until every node points at the smallest
node of its component. Nodes are 64-bit numbers; here a step takes all nodes of a part at once.

Edges are arrays of shape [E, 2]: the larger node, then the smaller one that it points at.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edges = NDArray[np.uint64]
Nodes = NDArray[np.uint64]
Step = Callable[[Iterable[Edges]], Iterator[Edges]]

# Edges joined or folded at a time: 16 MB, and some 100 MB for a moment.
BLOCK_EDGES = 2**20


class _Fold(NamedTuple):
    """What is known of each node of a part, sorted by node.

    Attributes:
        least: Its smallest neighbour.
        most: Its largest neighbour.
        below: Its largest neighbour that is smaller than itself; 0 if none is.
    """

    node: Nodes
    least: Nodes
    most: Nodes
    below: Nodes


def no_edges() -> Edges:
    """Returns an array of no edge."""
    return np.empty((0, 2), np.uint64)


def contract(edges: Edges) -> Edges:
    """Returns, for edges in memory, those from each node to the smallest of its component.

    Connects the same nodes as `edges` does; repeats and edges to themselves are gone.
    """
    nodes, ends = np.unique(edges, return_inverse=True)
    ends = ends.reshape(-1, 2)
    size = len(nodes)
    graph = coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    _, firsts = np.unique(labels, return_index=True)
    roots = firsts[labels]  # nodes are sorted, so the first of a component is its smallest
    children = np.flatnonzero(roots != np.arange(size))
    return np.stack([nodes[children], nodes[roots[children]]], axis=1)


def from_both_ends(edges: Edges) -> Edges:
    """Returns each edge as its two ends see it: the node, then its neighbour."""
    return np.concatenate([edges, edges[:, ::-1]])


def gather(blocks: Iterable[Edges], size: int = BLOCK_EDGES) -> Iterator[Edges]:
    """Yields the same edges in blocks of at least `size`, but for the last."""
    held: list[Edges] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        if count >= size:
            yield np.concatenate(held)
            held, count = [], 0
    if held:
        yield np.concatenate(held)


def part_by(parts: NDArray[Any], rows: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yields each part that there is with its rows, in their order."""
    order = np.argsort(parts, kind="stable")
    found, starts = np.unique(parts[order], return_index=True)
    ends = [*starts[1:].tolist(), len(parts)] if len(starts) else []
    for part, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True):
        yield part, rows[order[start:end]]


def large_star(blocks: Iterable[Edges]) -> Iterator[Edges]:
    """Points each node's larger neighbours at its smallest one, or at itself.

    Args:
        blocks: `from_both_ends`, all those of each node; read twice.
    """
    nodes = _fold(blocks)
    smallest = np.minimum(nodes.node, nodes.least)
    for block in gather(blocks):
        larger = block[block[:, 1] > block[:, 0]]
        yield np.stack([larger[:, 1], smallest[_place(nodes, larger[:, 0])]], axis=1)


def small_star(blocks: Iterable[Edges]) -> Iterator[Edges]:
    """Points each node, and the smaller nodes that it points at, at the smallest of these.

    Args:
        blocks: Edges, all those of each larger node; read twice.
    """
    nodes = _fold(blocks)
    yield np.stack([nodes.node, nodes.least], axis=1)
    for block in gather(blocks):
        smallest = nodes.least[_place(nodes, block[:, 0])]
        others = block[:, 1] != smallest
        yield np.stack([block[others, 1], smallest[others]], axis=1)


def settle(blocks: Iterable[Edges]) -> tuple[Edges, Iterator[Edges]]:
    """Parts nodes that point at one node, and at which none points, from all others.

    If there are no others every component is a star, and all is done.

    Args:
        blocks: `from_both_ends`, all those of each node; read twice.

    Returns:
        The edges of the first, each once, and those from the others to what they point at.
    """
    nodes = _fold(blocks)
    points = nodes.least < nodes.node
    is_settled = (nodes.most < nodes.node) & (nodes.least == nodes.below)
    settled = np.stack([nodes.node[is_settled], nodes.least[is_settled]], axis=1)
    return settled, _edges_of(blocks, nodes, points & ~is_settled)


def follow(edges: Edges, more: Edges) -> Edges:
    """Returns `edges` with the node that each points at replaced by what that points at in `more`.

    Args:
        edges: Of settled nodes.
        more: From `contract`; sorted by its first column.
    """
    if not len(more):
        return edges
    place = np.minimum(np.searchsorted(more[:, 0], edges[:, 1]), len(more) - 1)
    moves = more[place, 0] == edges[:, 1]
    return np.stack([edges[:, 0], np.where(moves, more[place, 1], edges[:, 1])], axis=1)


def _edges_of(blocks: Iterable[Edges], nodes: _Fold, chosen: NDArray[np.bool_]) -> Iterator[Edges]:
    for block in gather(blocks) if chosen.any() else ():
        down = block[block[:, 1] < block[:, 0]]
        yield down[chosen[_place(nodes, down[:, 0])]]


def _place(nodes: _Fold, wanted: Nodes) -> NDArray[np.int64]:
    return np.searchsorted(nodes.node, wanted)


def _fold(blocks: Iterable[Edges]) -> _Fold:
    empty = np.empty(0, np.uint64)
    whole = _Fold(empty, empty, empty, empty)
    for block in gather(blocks):
        node, other = block[:, 0], block[:, 1]
        seen = _Fold(node, other, other, np.where(other < node, other, np.uint64(0)))
        whole = _merge(_Fold(*map(np.concatenate, zip(whole, seen, strict=True))))
    return whole


def _merge(seen: _Fold) -> _Fold:
    order = np.argsort(seen.node, kind="stable")
    node = seen.node[order]
    is_new = np.ones(len(node), bool)
    is_new[1:] = node[1:] != node[:-1]
    starts = np.flatnonzero(is_new)
    if not len(starts):
        return seen
    return _Fold(
        node[starts],
        np.minimum.reduceat(seen.least[order], starts),
        np.maximum.reduceat(seen.most[order], starts),
        np.maximum.reduceat(seen.below[order], starts),
    )
