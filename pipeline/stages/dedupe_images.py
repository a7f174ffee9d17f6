"""Stage 5: exact (sha256) and near (pHash) duplicates; one of each kept, whatever the order.

Near-duplicates are connected components: two hashes within `max_distance` share at least one of
`max_distance + 1` bands (multi-index hashing, arXiv 1307.2982), so only hashes that meet in a band
are compared. Hashes that featureless pictures share match nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import apache_beam as beam
import numpy as np

from dedup.clusters import cluster
from dedup.hamming import band_keys
from dedup.near_roots import near_roots
from dedup.phash_value import is_featureless
from dedup.placeholders import TooManyUrls
from pipeline.recipe.dedupe import Dedupe
from pipeline.rules import drop
from pipeline.stages.find_placeholders import DropPlaceholders
from pipeline.stages.stage import Split, Stage, StageResult, settle
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow


@dataclass
class DedupeImages(Stage):
    """Keeps one pair of every cluster of copies: the largest original, then the smallest uid."""

    dedupe: Dedupe
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> StageResult:
        judged = pairs
        if self.dedupe.max_urls_per_image:
            too_many = TooManyUrls(
                max_urls=self.dedupe.max_urls_per_image,
                max_captions=self.dedupe.max_captions_per_image,
            )
            judged = pairs | DropPlaceholders(too_many)
        real, placeholders = judged | "Judged" >> Split()
        exact = (
            real
            | "KeyBySha256" >> beam.Map(_key_by_sha256)
            | "SameBytes" >> beam.GroupByKey()
            | "DropCopies" >> beam.FlatMapTuple(drop_copies)
        )
        distinct, copies = exact | Split()
        roots = distinct | FindNearDuplicates(self.dedupe.max_distance)
        near = (
            distinct
            | "KeyByCluster" >> beam.Map(_key_by_cluster, beam.pvalue.AsDict(roots))
            | "SamePicture" >> beam.GroupByKey()
            | "DropNear" >> beam.FlatMapTuple(drop_near_duplicates)
        )
        settled = (near, copies, placeholders) | "Settled" >> beam.Flatten()
        return settle(Stages.DEDUPE, pairs, settled, self.progress)


@dataclass
class FindNearDuplicates(Stage):
    """Maps every pHash that has a neighbour to the root of its cluster."""

    max_distance: int

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | beam.FlatMap(_telling_phash)
            | beam.Distinct()
            | "Bands" >> beam.FlatMap(_banded, self.max_distance)
            | "SameBand" >> beam.GroupByKey()
            | beam.Values()
            | "Compare" >> beam.FlatMap(_neighbours, self.max_distance)
            | "DistinctEdges" >> beam.Distinct()
            | "Edges" >> beam.combiners.ToList()
            | "Cluster" >> beam.FlatMap(_roots)
        )


def better_first(pair: PoolRow) -> tuple[int, str]:
    """Sort key: the largest original first, the uid to break ties."""
    return -(pair.original_width or 0) * (pair.original_height or 0), pair.uid


def drop_copies(sha256: str, group: Iterable[PoolRow]) -> Iterator[PoolRow | LedgerRow]:
    """Yields one pair of those with the same bytes, and a ledger row for each other."""
    del sha256
    first, *others = sorted(group, key=better_first)
    yield first
    for other in others:
        yield drop(other, Stages.DEDUPE, Reject.DUPLICATE_SHA256, f"of {first.uid}")


def drop_near_duplicates(root: str, group: Iterable[PoolRow]) -> Iterator[PoolRow | LedgerRow]:
    """Yields one pair of a cluster; the ledger rows say how far the others are from it."""
    del root
    first, *others = sorted(group, key=better_first)
    yield first
    for other in others:
        distance = ((first.phash or 0) ^ (other.phash or 0)).bit_count()
        detail = f"of {first.uid} at distance {distance}"
        yield drop(other, Stages.DEDUPE, Reject.NEAR_DUPLICATE, detail)


class Near(NamedTuple):
    """What a ledger row of this stage says."""

    kept_uid: str
    distance: int


def parse_detail(detail: str) -> Near:
    """Reads back the detail of a duplicate's ledger row."""
    words = detail.split()
    return Near(words[1], int(words[-1]) if "distance" in words else 0)


def _key_by_sha256(pair: PoolRow) -> tuple[str, PoolRow]:
    return pair.sha256 or "", pair


# Between steps a pHash is hex: Beam's integer coder is signed and stops at 63 bits.
def _telling_phash(pair: PoolRow) -> Iterator[str]:
    if pair.phash is not None and not is_featureless(pair.phash):
        yield f"{pair.phash:016x}"


def _key_by_cluster(pair: PoolRow, roots: dict[str, str]) -> tuple[str, PoolRow]:
    telling = next(_telling_phash(pair), None)
    return (f"uid:{pair.uid}" if telling is None else roots.get(telling, telling)), pair


def _banded(phash: str, max_distance: int) -> Iterator[tuple[tuple[int, int], str]]:
    for band in band_keys(int(phash, 16), max_distance):
        yield band, phash


def _neighbours(group: Iterable[str], max_distance: int) -> Iterator[tuple[str, str]]:
    """Yields enough edges to connect what is near, not all: a band may hold a large family."""
    names = sorted(group)
    hashes = np.array([int(name, 16) for name in names], dtype=np.uint64)
    roots = near_roots(hashes, max_distance)
    for child in np.flatnonzero(roots != np.arange(len(roots))).tolist():
        yield names[roots[child]], names[child]


def _roots(edges: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield from cluster(edges, rank=lambda name: (name,)).items()
