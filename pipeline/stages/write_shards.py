"""Stage 7: what is kept to tars and tables, in the order of uids, every shard but the last full."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam

from pipeline.recipe.recipe import Shards
from pipeline.shards.manifest import FileEntry
from pipeline.shards.pack import pack_shard
from pipeline.stages.stage import Stage, StageResult, settle
from schemas.outcomes import Stage as Stages
from schemas.records import PoolRow


class Packed(NamedTuple):
    """A stage result with the entries of the files that were written.

    Attributes:
        files: `FileEntry` of tars and metadata tables.
    """

    result: StageResult
    files: "beam.PCollection[FileEntry]"


@dataclass
class WriteShards(Stage):
    """Packs pairs, with their images from the pool.

    Pool shards are even parts of the uid space, so the rank of a pair among all is its pool
    shard's offset plus its rank there: only the sizes of the pool shards are needed, and a dataset
    shard reads one or two pool tars.
    """

    shards: Shards
    pool: str
    dataset: str
    progress: str | None = None

    def expand(self, pairs: beam.PCollection) -> Packed:
        by_shard = pairs | "KeyByPoolShard" >> beam.Map(_key_by_pool_shard)
        sizes = by_shard | beam.combiners.Count.PerKey()
        packed = (
            by_shard
            | "PoolShards" >> beam.GroupByKey()
            | "Rank"
            >> beam.FlatMap(rank_pairs, beam.pvalue.AsDict(sizes), self.shards.samples_per_shard)
            | "Shards" >> beam.GroupByKey()
            | "Pack" >> beam.ParDo(_Pack(self.pool, self.dataset)).with_outputs("file", main="pair")
        )
        result = settle(Stages.SHARDS, pairs, packed.pair, self.progress)
        return Packed(result, packed.file)


def rank_pairs(
    group: tuple[int, Iterable[PoolRow]], sizes: Mapping[int, int], per_shard: int
) -> Iterator[tuple[int, PoolRow]]:
    """Yields `(dataset shard, pair)` for the pairs of one pool shard."""
    pool_shard, pairs = group
    offset = sum(size for shard, size in sizes.items() if shard < pool_shard)
    for rank, pair in enumerate(sorted(pairs, key=lambda pair: pair.uid), start=offset):
        yield rank // per_shard, pair


class _Pack(beam.DoFn):
    def __init__(self, pool: str, dataset: str) -> None:
        self._pool = pool
        self._dataset = dataset

    def process(self, group: tuple[int, Iterable[PoolRow]]) -> Iterator[Any]:
        number, pairs = group
        rows = sorted(pairs, key=lambda pair: (pair.shard, pair.uid))
        for entry in pack_shard(number, rows, pool=self._pool, dataset=self._dataset):
            yield beam.TaggedOutput("file", entry)
        yield from rows


def _key_by_pool_shard(pair: PoolRow) -> tuple[int, PoolRow]:
    return pair.shard, pair
