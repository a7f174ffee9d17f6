"""Cuts a cluster so that whatever is dropped is near what is kept in its place.

A chain A ~ B ~ C ... is one component though its ends may show different pictures. So its best
member is the head of all members within a radius; of the others the best is the next head, and so
on. The rank is the only order there is, so that no order of members or edges matters, and a
member always follows the best of the heads that it is near to. What a head was verified to be a
copy of counts as its other face: a crop has a hash of its own, and copies of that are near to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.better_first import Rank
from dedup.hamming_index import HammingIndex

# Members in memory at once, some 30 MB; a larger cluster is read several times.
MAX_MEMBERS = 2**16


class Face(NamedTuple):
    """The hash of a verified copy.

    Attributes:
        kind: What verified it, such as `sha256` or `aligned`.
        score: How sure that is; 1 for equal bytes.
    """

    phash: int
    kind: str
    score: float


class Member(NamedTuple):
    """A picture of a cluster: all pairs with the same hash, by the best of them.

    Attributes:
        rank: Of that pair; ends in its uid.
        sha256: Likewise.
    """

    rank: Rank
    phash: int
    sha256: str
    faces: tuple[Face, ...] = ()


class Head(NamedTuple):
    """The pair that is kept in place of others, as one of them sees it.

    Attributes:
        phash: None if it tells nothing.
        kind: What joins the two: `phash`, or that of a `Face`.
        score: Of the face, if it is the other's own; None if the other is only near to it.
    """

    uid: str
    sha256: str
    phash: int | None
    kind: str = "phash"
    score: float | None = None


def cut_cluster(
    members: Iterable[Member], radius: int, max_members: int = MAX_MEMBERS
) -> Iterator[tuple[int, Head]]:
    """Yields each member's hash with its head; heads have themselves.

    Args:
        members: Different hashes in any order; read several times if there are many.
        radius: In bits, inclusive.
        max_members: How many to hold at once; decides the speed alone.
    """
    some = list(islice(members, max_members + 1))
    if len(some) <= max_members:
        some.sort()
        for member, head in zip(some, _lead(some, radius), strict=True):
            yield member.phash, _seen(member, some[head], radius)
        return
    heads = _Heads(radius)
    while best := nsmallest(max_members, heads.uncovered(members, max_members)):
        heads.add([best[head] for head in sorted(set(_lead(best, radius)))])
    for some_members in _batched(members, max_members):
        for member, head in zip(some_members, heads.of(some_members), strict=True):
            yield member.phash, _seen(member, heads.members[head], radius)


class _Heads:
    """Heads so far, the best first."""

    def __init__(self, radius: int) -> None:
        self._radius = radius
        self.members: list[Member] = []
        self._index: HammingIndex | None = None

    def add(self, heads: Sequence[Member]) -> None:
        self.members += heads
        faces = [_faces(head) for head in self.members]
        self._owner = np.repeat(np.arange(len(faces)), [len(hashes) for hashes in faces])
        self._index = HammingIndex(np.concatenate(faces), self._radius)

    def of(self, members: Sequence[Member]) -> list[int]:
        """Returns the first head that each is near to, -1 where there is none yet."""
        none = len(self.members)
        first = np.full(len(members), none)
        if self._index is not None:
            found = self._index.pairs(_hashes(members))
            np.minimum.at(first, found[0], self._owner[found[1]])
        places: list[int] = np.where(first == none, -1, first).tolist()
        return places

    def uncovered(self, members: Iterable[Member], size: int) -> Iterator[Member]:
        for some in _batched(members, size):
            for member, head in zip(some, self.of(some), strict=True):
                if head < 0:
                    yield member


def _batched(members: Iterable[Member], size: int) -> Iterator[list[Member]]:
    rest = iter(members)
    while some := list(islice(rest, size)):
        yield some


def _lead(members: Sequence[Member], radius: int) -> list[int]:
    """Returns the place of each one's head; `members` are sorted."""
    hashes = _hashes(members)
    heads = np.full(len(members), -1)
    for place, member in enumerate(members):
        if heads[place] < 0:
            for face in _faces(member):
                near = np.bitwise_count(hashes ^ face) <= radius
                heads[near & (heads < 0)] = place
    return heads.tolist()


def _hashes(members: Sequence[Member]) -> NDArray[np.uint64]:
    return np.array([member.phash for member in members], np.uint64)


def _faces(head: Member) -> NDArray[np.uint64]:
    return np.array([head.phash, *(face.phash for face in head.faces)], np.uint64)


def _seen(member: Member, head: Member, radius: int) -> Head:
    whole = Head(head.rank[-1], head.sha256, head.phash)
    if (member.phash ^ head.phash).bit_count() <= radius:
        return whole
    nearest = min(
        head.faces,
        key=lambda face: ((face.phash ^ member.phash).bit_count(), -face.score, face.kind),
    )
    score = nearest.score if nearest.phash == member.phash else None
    return whole._replace(kind=nearest.kind, score=score)
