"""Copies within a pool that hashes do not see: mirrored, turned, cropped, framed, with a bar.

Ways of looking at each picture are hashed and searched among the upright hashes of all; what is
near is aligned on thumbnails. These are read where they lie, shard by shard, and travel once a pair
that is to be aligned, 4 kB: never once a picture.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics
from numpy.typing import NDArray

from dedup.bands import Band, cut
from dedup.looks import Entries, Greys, hash_looks, look_at
from dedup.near_looks import MAX_BITS, Proposal, entries_of, find_near_looks, propose
from dedup.stars import part_by
from dedup.verify.align import BATCH, align
from dedup.verify.dihedral import turn_planes
from dedup.verify.thumbnail import SIDE
from pipeline.download.hash_image import fingerprint_image
from pipeline.recipe.dedupe import Dedupe
from pipeline.shards.fingerprints import read_fingerprints
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import join
from pipeline.stages.find_clusters import hash_of, is_hash, key_of
from pipeline.stages.stage import Stage
from schemas.records import CopyEdge, PoolImage, PoolRow

KIND = "aligned"

# A place is a pool's shard and the row there, among those that have a picture.
_ROW_BITS = 32

# Pictures looked at at a time: some 100 MB.
_BATCH_PICTURES = 512

_UPRIGHT, _PROBE = 0, 1
_Group = tuple[int, int]  # band and value


class _Half(NamedTuple):
    """A proposal whose first picture is known."""

    row: int
    look: int
    other_uid: str
    other_grey: bytes


@dataclass
class FindAlignedCopies(Stage):
    """Turns pairs into `CopyEdge` rows.

    Pairs with one pHash are one picture here, for which the one with the smallest uid stands.
    Flat pictures, and those that do not decode again, have no copies.

    Attributes:
        pool: Folder that holds the images; gets `fingerprints/` where they are missing.
        max_distance: Of pHashes, up to which two pictures are copies without this.
        min_score: Of an alignment, from which they are copies.
    """

    pool: str
    max_distance: int
    min_score: float

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        entries = (
            pairs
            | "Telling" >> beam.FlatMap(_telling)
            | "OneOfEqual" >> beam.CombinePerKey(min)
            | "ToShard" >> beam.MapTuple(_to_shard)
            | "SameShard" >> beam.GroupByKey()
            | "Look" >> beam.FlatMap(_look, self.pool)
        )
        proposals = (
            entries
            | "SameBand" >> beam.GroupByKey()
            | "Near" >> beam.FlatMap(_find_near, self.max_distance)
            | "SamePicture" >> beam.GroupByKey()
            | "Nearest" >> beam.FlatMapTuple(_propose)
            | "EachOnce" >> beam.Distinct()
            | "ByShard" >> beam.Map(_by_shard)
        )
        return (
            proposals
            | "FirstShard" >> beam.GroupByKey()
            | "Show" >> beam.FlatMap(_show, self.pool)
            | "SecondShard" >> beam.GroupByKey()
            | "Align" >> beam.FlatMap(_align, self.pool, self.min_score)
        )


def aligned_if_asked(
    pairs: beam.PCollection, dedupe: Dedupe, pool: str
) -> "beam.PCollection | None":
    """Returns `CopyEdge` rows if the recipe asks for them."""
    if not dedupe.verify:
        return None
    return pairs | FindAlignedCopies(pool, dedupe.max_distance, dedupe.min_score)


def read_shard(pool: str, shard: int) -> Iterator[PoolImage]:
    """Yields the pictures of a shard of a pool, with their thumbnails."""
    table = join(pool, f"{shard_name(shard)}.parquet")
    return read_fingerprints(pool, table, fingerprint_image)


def _telling(pair: PoolRow) -> Iterator[tuple[bytes, tuple[str, int]]]:
    key = key_of(pair)
    if is_hash(key):
        yield key, (pair.uid, pair.shard)


def _to_shard(key: bytes, where: tuple[str, int]) -> tuple[int, tuple[str, bytes]]:
    uid, shard = where
    return shard, (uid, key)


def _look(
    group: tuple[int, Iterable[tuple[str, bytes]]], pool: str
) -> Iterator[tuple[_Group, tuple[int, bytes]]]:
    """Yields the hashes of all looks at some pictures of a shard, by groups of near ones."""
    shard, keys = group[0], dict(group[1])
    uprights: list[Entries] = []
    probes: list[Entries] = []
    shown = (
        (hash_of(keys[image.uid]), (shard << _ROW_BITS) | row, image.thumbnail)
        for row, image in enumerate(read_shard(pool, shard))
        if image.uid in keys and image.thumbnail
    )
    while some := list(islice(shown, _BATCH_PICTURES)):
        hashes, places, thumbnails = zip(*some, strict=True)
        found = hash_looks(
            _greys(thumbnails), np.array(hashes, np.uint64), np.array(places, np.uint64)
        )
        uprights.append(found[0])
        probes.append(found[1])
    for kind, entries in ((_UPRIGHT, uprights), (_PROBE, probes)):
        if entries:
            yield from _grouped(kind, np.concatenate(entries))


def _grouped(kind: int, entries: Entries) -> Iterator[tuple[_Group, tuple[int, bytes]]]:
    for number, band in enumerate(_bands()):
        for value, part in part_by(band.keys(entries["hash"][:, np.newaxis]), entries):
            yield (number, value), (kind, part.tobytes())


def _bands() -> list[Band]:
    return cut(1, MAX_BITS + 1, MAX_BITS)


def _find_near(
    group: tuple[_Group, Iterable[tuple[int, bytes]]], max_distance: int
) -> Iterator[tuple[bytes, bytes]]:
    blocks = group[1]  # read twice, so that only what is searched is held
    upright = [entries_of(block) for kind, block in blocks if kind == _UPRIGHT]
    if upright:
        probes = (entries_of(block) for kind, block in blocks if kind == _PROBE)
        yield from find_near_looks(np.concatenate(upright), probes, max_distance)


def _propose(own: bytes, found: Iterable[bytes]) -> list[tuple[int | str, ...]]:
    proposals, is_cut = propose(own, found)
    if is_cut:
        Metrics.counter("find_aligned_copies", "pictures_near_too_many").inc()
    return [tuple(proposal) for proposal in proposals]  # which Beam can compare as bytes


def _by_shard(values: tuple[Any, ...]) -> tuple[int, Proposal]:
    proposal = Proposal(*values)
    return proposal.place >> _ROW_BITS, proposal


def _show(group: tuple[int, Iterable[Proposal]], pool: str) -> Iterator[tuple[int, _Half]]:
    """Yields each proposal with the first picture, turned, to the shard of the other."""
    shard, proposals = group
    images = list(read_shard(pool, shard))
    for some in _batched(proposals):
        rows = [_row(proposal.place) for proposal in some]
        looks = _looked_at(images, rows, [proposal.look for proposal in some])
        for proposal, row, grey in zip(some, rows, looks, strict=True):
            turned = turn_planes(grey, proposal.turn).tobytes()
            half = _Half(
                _row(proposal.other_place), proposal.other_look, images[row].uid or "", turned
            )
            yield proposal.other_place >> _ROW_BITS, half


def _align(group: tuple[int, Iterable[_Half]], pool: str, min_score: float) -> Iterator[CopyEdge]:
    shard, halves = group
    images = list(read_shard(pool, shard))
    for some in _batched(halves):
        rows = [half.row for half in some]
        looks = _looked_at(images, rows, [half.look for half in some])
        others = _greys([half.other_grey for half in some])
        for half, score in zip(some, align(others, looks).score.tolist(), strict=True):
            if score >= min_score:
                uid = images[half.row].uid or ""
                yield CopyEdge(uid=uid, other_uid=half.other_uid, kind=KIND, score=score)


def _batched(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, BATCH)):
        yield some


def _looked_at(images: list[PoolImage], rows: list[int], wanted: list[int]) -> Greys:
    """Returns a look at each of some pictures."""
    distinct = sorted(set(rows))
    looks = look_at(_greys([images[row].thumbnail or b"" for row in distinct]))
    found = zip(looks.row.tolist(), looks.look.tolist(), strict=True)
    at = {(distinct[place], look): number for number, (place, look) in enumerate(found)}
    numbers: NDArray[np.int64] = np.array([at[key] for key in zip(rows, wanted, strict=True)])
    return looks.grey[numbers]


def _greys(thumbnails: Iterable[bytes]) -> Greys:
    """Returns the grey planes of thumbnails, shape [N, SIDE, SIDE]."""
    planes = b"".join(thumbnail[: SIDE**2] for thumbnail in thumbnails)
    return np.frombuffer(planes, np.uint8).reshape(-1, SIDE, SIDE)


def _row(place: int) -> int:
    return place & ((1 << _ROW_BITS) - 1)
