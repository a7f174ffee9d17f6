"""Clusters of copies, and the one of each that is kept.

A cluster is a connected component: if A is near B and B near C, all three are one cluster, though
A and C may be farther apart than the limit that made the edges.
"""

from collections.abc import Callable, Iterable
from typing import Any


def cluster(
    edges: Iterable[tuple[str, str]], rank: Callable[[str], tuple[Any, ...]]
) -> dict[str, str]:
    """Returns for every uid in a cluster of two or more the uid that is kept of it.

    Args:
        edges: Pairs of uids that are copies, in any order and direction, repeats allowed.
        rank: Orders the members; the lowest is kept. Must be different for different uids, so
            that the result does not depend on the order of `edges`.
    """
    parents: dict[str, str] = {}
    for one, other in edges:
        root, child = sorted((_find(parents, one), _find(parents, other)), key=rank)
        parents[child] = root
    roots = {uid: _find(parents, uid) for uid in sorted(parents)}
    shared = {root for uid, root in roots.items() if uid != root}
    return {uid: root for uid, root in roots.items() if root in shared}


def _find(parents: dict[str, str], uid: str) -> str:
    parents.setdefault(uid, uid)
    while parents[uid] != uid:
        parents[uid] = parents[parents[uid]]  # halves the path, so that chains stay short
        uid = parents[uid]
    return uid
