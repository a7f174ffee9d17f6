"""Pictures that are copies by something surer than a hash, as `FindClusters` takes them.

Equal bytes whose pHashes differ (two releases of what makes them), and `CopyEdge` rows, which a
second stage has verified. Pairs without a telling pHash have none: flat pictures match by bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import apache_beam as beam

from dedup.cut_cluster import Face
from pipeline.stages.find_clusters import hash_of, is_hash, key_of
from pipeline.stages.stage import Stage
from schemas.records import CopyEdge, PoolRow

Copies = tuple[bytes, bytes, Face]
_KIND_OF_BYTES = "sha256"


@dataclass
class FindByteCopies(Stage):
    """Turns pairs into `(key, other key, Face)`, both ways, where equal bytes have other hashes."""

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | "BySha256" >> beam.FlatMap(_by_sha256)
            | "Hashes" >> beam.CombinePerKey(_distinct)
            | "Copies" >> beam.FlatMapTuple(_byte_copies)
        )


@dataclass
class NameCopies(Stage):
    """Turns `CopyEdge` rows into the same, by the pairs that they name; others have no effect."""

    def expand(self, sides: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        pairs, edges = sides
        keys = pairs | "KeyOfUid" >> beam.Map(_key_of_uid)
        named = (
            {"keys": keys, "edges": edges | "ByUid" >> beam.Map(_by_uid)}
            | "NameOne" >> beam.CoGroupByKey()
            | "Half" >> beam.FlatMapTuple(_name)
        )
        return (
            {"keys": keys, "edges": named}
            | "NameOther" >> beam.CoGroupByKey()
            | "Whole" >> beam.FlatMapTuple(_name)
            | "Verified" >> beam.FlatMapTuple(_verified)
        )


def _by_sha256(pair: PoolRow) -> Iterator[tuple[str, list[bytes]]]:
    key = key_of(pair)
    if pair.sha256 and is_hash(key):
        yield pair.sha256, [key]


def _distinct(lists: Iterable[list[bytes]]) -> list[bytes]:
    return sorted({key for keys in lists for key in keys})


def _byte_copies(sha256: str, keys: list[bytes]) -> Iterator[Copies]:
    del sha256
    for one, other in combinations(keys, 2):  # as many as there were releases
        yield from _both_ways(one, other, _KIND_OF_BYTES, 1.0)


def _both_ways(one: bytes, other: bytes, kind: str, score: float) -> Iterator[Copies]:
    yield one, other, Face(hash_of(other), kind, score)
    yield other, one, Face(hash_of(one), kind, score)


def _key_of_uid(pair: PoolRow) -> tuple[str, bytes]:
    return pair.uid, key_of(pair)


def _by_uid(edge: CopyEdge) -> tuple[str, tuple[str, tuple[str, float]]]:
    return edge.uid, (edge.other_uid, (edge.kind, edge.score))


def _name(
    uid: str, group: dict[str, Iterable[tuple[object, object]]]
) -> Iterator[tuple[object, object]]:
    """Yields each edge that ends here by its other end, with the key of this one put before."""
    del uid
    key = next(iter(group["keys"]), None)
    if key is None:
        return
    for other, told in group["edges"]:
        yield other, (key, told)


def _verified(key: bytes, told: tuple[bytes, tuple[str, float]]) -> Iterator[Copies]:
    other, (kind, score) = told
    if key != other and is_hash(key) and is_hash(other):
        yield from _both_ways(key, other, kind, score)
