"""Clusters of copies, and the one of each that is kept.

A cluster is a connected component: if A is near B and B near C, all three are one cluster, though
A and C may be farther apart than the limit that made the edges.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dedup.hamming import distance


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedImage:
    """What the choice among copies needs to know of an image.

    Attributes:
        sha256: Of the original bytes, hex.
        area_px: Width times height of the original.
    """

    uid: str
    sha256: str
    phash: int
    area_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """An image that goes because another of its cluster is kept.

    Attributes:
        kept: The uid of the one that is kept.
        method: `sha256` (same bytes as the kept one) or `phash`.
        distance: Hamming distance of the pHashes to the kept one.
    """

    uid: str
    kept: str
    method: str
    distance: int


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


def find_duplicates(
    images: Iterable[HashedImage], edges: Iterable[tuple[str, str]]
) -> list[Duplicate]:
    """Keeps the largest image of every cluster, of equals the smallest uid; returns the others.

    Args:
        images: Every uid that `edges` names, once; images without an edge are ignored.
        edges: Pairs of uids that are copies.

    Returns:
        Sorted by kept uid and uid; the kept ones are not in it.
    """
    by_uid = {image.uid: image for image in images}
    kept = cluster(edges, lambda uid: (-by_uid[uid].area_px, uid))
    found = [_duplicate(by_uid[uid], by_uid[root]) for uid, root in kept.items() if uid != root]
    return sorted(found, key=lambda duplicate: (duplicate.kept, duplicate.uid))


def _duplicate(image: HashedImage, kept: HashedImage) -> Duplicate:
    return Duplicate(
        uid=image.uid,
        kept=kept.uid,
        method="sha256" if image.sha256 == kept.sha256 else "phash",
        distance=distance(image.phash, kept.phash),
    )
