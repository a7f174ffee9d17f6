"""Clusters of pictures: components of near hashes and of surer copies, cut around their heads.

Works on pictures, which are all pairs with one pHash, so a hash that 100,000 pairs share is one
node. Pictures without a telling pHash stand alone: by their bytes, not by their likeness.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np

from dedup.better_first import Rank
from dedup.cut_cluster import Face, Head, Member, cut_cluster
from dedup.phash_value import is_featureless
from pipeline.stages.find_components import FindComponents, edges_of
from pipeline.stages.find_near_hashes import FindNearHashes
from pipeline.stages.stage import Stage
from schemas.records import PoolRow

HASH_BYTES = 8

_PICTURE, _ROOT, _FACE = 0, 1, 2


class Picture(NamedTuple):
    """All pairs of one key, by the best of them.

    Attributes:
        rank: Of that pair, as is `sha256`.
        pairs: How many there are.
    """

    rank: Rank
    sha256: str
    pairs: int


@dataclass
class FindClusters(Stage):
    """Maps the key of a picture to the `Head` of its cluster.

    Takes `(key, Picture)`, one a key, and `(key, other key, Face of the other)` for surer copies;
    these must have telling hashes. Pictures that are one pair and alone have no row.

    Attributes:
        radius: See `cut_cluster`.
        rounds: See `FindComponents`.
    """

    max_distance: int
    radius: int
    rounds: int

    def expand(self, sides: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        pictures, copies = sides
        near = (
            pictures
            | "Hashes" >> beam.Keys()
            | "Telling" >> beam.Filter(is_hash)
            | FindNearHashes(self.max_distance)
        )
        roots = (
            (near, copies | "EdgesOfCopies" >> beam.MapTuple(_edge))
            | "Edges" >> beam.Flatten()
            | FindComponents(self.rounds)
            | "Roots" >> beam.FlatMap(_roots)
        )
        described = (
            (
                pictures | "ByKey" >> beam.MapTuple(_picture),
                roots,
                copies | "Faces" >> beam.MapTuple(_face),
            )
            | "Described" >> beam.Flatten()
            | "SameKey" >> beam.GroupByKey()
            | "Member" >> beam.ParDo(_Describe()).with_outputs("alone", main="members")
        )
        led = (
            described.members
            | "SameComponent" >> beam.GroupByKey()
            | "Cut" >> beam.FlatMap(_cut, self.radius)
        )
        return (led, described.alone) | "Heads" >> beam.Flatten()


class BestPicture(beam.CombineFn):
    """Combines the pictures of one key."""

    def create_accumulator(self) -> Picture | None:
        return None

    def add_input(self, accumulator: Picture | None, picture: Picture) -> Picture:
        if accumulator is None:
            return picture
        rank, sha256, _ = min(accumulator, picture)
        return Picture(rank, sha256, accumulator.pairs + picture.pairs)

    def merge_accumulators(self, accumulators: Iterable[Picture | None]) -> Picture | None:
        merged = None
        for picture in accumulators:
            merged = merged if picture is None else self.add_input(merged, picture)
        return merged

    def extract_output(self, accumulator: Picture | None) -> Picture | None:
        return accumulator


def key_of(pair: PoolRow) -> bytes:
    """Returns what pairs of one picture share: the pHash, or the sha256 if that tells nothing.

    Bytes, as Beam's integers are signed and stop at 63 bits.
    """
    if pair.phash is None or is_featureless(pair.phash):
        return (pair.sha256 or pair.uid).encode()
    return pair.phash.to_bytes(HASH_BYTES, "big")


def is_hash(key: bytes) -> bool:
    """Whether a key from `key_of` is a pHash."""
    return len(key) == HASH_BYTES


def hash_of(key: bytes) -> int:
    """Returns the pHash that a key is."""
    return int.from_bytes(key, "big")


class _Describe(beam.DoFn):
    def process(self, described: tuple[bytes, Iterable[tuple[int, Any]]]) -> Iterator[Any]:
        key, told = described
        picture: Picture | None = None
        root, faces = None, set[Face]()
        for kind, value in told:
            if kind == _PICTURE:
                picture = value
            elif kind == _ROOT:
                root = value
            else:
                faces.add(value)
        assert picture is not None  # a key of another pool's pair
        if root is not None:
            member = Member(picture.rank, hash_of(key), picture.sha256, tuple(sorted(faces)))
            yield root, member
        elif picture.pairs > 1:
            phash = hash_of(key) if is_hash(key) else None
            yield beam.TaggedOutput("alone", (key, Head(picture.rank[-1], picture.sha256, phash)))


def _edge(key: bytes, other: bytes, face: Face) -> bytes:
    del face
    ends = sorted((hash_of(key), hash_of(other)), reverse=True)
    return np.array([ends], np.uint64).tobytes()


def _roots(block: bytes) -> Iterator[tuple[bytes, tuple[int, bytes]]]:
    edges = edges_of(block)
    roots = np.unique(edges[:, 1])
    for nodes, theirs in ((edges[:, 0], edges[:, 1]), (roots, roots)):
        for node, root in zip(nodes.tolist(), theirs.tolist(), strict=True):
            yield node.to_bytes(HASH_BYTES, "big"), (_ROOT, root.to_bytes(HASH_BYTES, "big"))


def _picture(key: bytes, picture: Picture) -> tuple[bytes, tuple[int, Picture]]:
    return key, (_PICTURE, picture)


def _face(key: bytes, other: bytes, face: Face) -> tuple[bytes, tuple[int, Face]]:
    del other
    return key, (_FACE, face)


def _cut(cluster: tuple[bytes, Iterable[Member]], radius: int) -> Iterator[tuple[bytes, Head]]:
    for phash, head in cut_cluster(cluster[1], radius):
        yield phash.to_bytes(HASH_BYTES, "big"), head
