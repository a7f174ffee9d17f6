"""Stage 3: candidates to the pool: fetch, decode, hash, resize and write in one fused step a shard.

Image bytes never cross a shuffle: a worker gets the rows of one pool shard and writes its tar.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from pipeline.download.img2dataset_engine import URLS_PER_CALL, download_by_img2dataset
from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.progress import writer_for
from pipeline.recipe import Download, Web
from pipeline.rules import drop
from pipeline.stages.stage import Stage, StageResult, settle
from pipeline.web.options import WebOptions
from pipeline.web.shared_turns import turns_file
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow, PoolRow
from schemas.uid import uid_bucket


@dataclass
class DownloadShards(Stage):
    """Writes the pool; a shard that an earlier run finished with equal rows is not fetched again.

    Attributes:
        pool: Folder of the pool.
    """

    pool: str
    download: Download
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        count = candidates | beam.combiners.Count.Globally()
        keyed = candidates | "KeyByShard" >> beam.Map(
            _key_by_shard,
            beam.pvalue.AsSingleton(count),
            self.download.number_sample_per_shard,
        )
        settled = self._download(keyed)
        return settle(Stages.DOWNLOAD, candidates, settled, self.progress)

    def _download(self, keyed: beam.PCollection) -> beam.PCollection:
        if self.download.engine == "ours":
            return keyed | beam.GroupByKey() | "Download" >> beam.ParDo(_DownloadShard(self))
        per_call = max(1, URLS_PER_CALL // self.download.number_sample_per_shard)
        return (
            keyed
            | "KeyByCall" >> beam.Map(_key_by_call, per_call)
            | beam.GroupByKey()
            | "DownloadByImg2dataset" >> beam.ParDo(_DownloadByImg2dataset(self))
        )


def _key_by_shard(candidate: Candidate, count: int, per_shard: int) -> tuple[int, Candidate]:
    # The uid is uniform, so its even parts are even shards, whoever else is in the run.
    return uid_bucket(candidate.uid, max(1, -(-count // per_shard))), candidate


def _key_by_call(keyed: tuple[int, Candidate], per_call: int) -> tuple[int, tuple[int, Candidate]]:
    return keyed[0] // per_call, keyed


class _Download(beam.DoFn):
    def __init__(self, stage: DownloadShards) -> None:
        self._pool = stage.pool
        self._options = DownloadOptions(**stage.download.model_dump())
        self._web = WebOptions(**stage.web.model_dump(), turns=turns_file(stage.pool))
        self._progress = stage.progress

    def _tick(self, count: int) -> None:
        if self._progress:
            writer_for(self._progress).add(Stages.DOWNLOAD, "tried", count)


class _DownloadShard(_Download):
    def process(self, group: tuple[int, Iterable[Candidate]]) -> Iterator[PoolRow | LedgerRow]:
        shard, candidates = group
        rows = download_shard(
            shard,
            sorted(candidates, key=_uid),
            folder=self._pool,
            options=self._options,
            web=self._web,
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)


class _DownloadByImg2dataset(_Download):
    """Several shards a call, because a call takes long to start; each is still written whole."""

    def process(
        self, group: tuple[int, Iterable[tuple[int, Candidate]]]
    ) -> Iterator[PoolRow | LedgerRow]:
        shards: dict[int, list[Candidate]] = defaultdict(list)
        for shard, candidate in group[1]:
            shards[shard].append(candidate)
        rows = download_by_img2dataset(
            {shard: sorted(shards[shard], key=_uid) for shard in sorted(shards)},
            folder=self._pool,
            options=self._options,
            web=self._web,
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)


def _uid(candidate: Candidate) -> str:
    return candidate.uid


def to_settled(row: PoolRow) -> PoolRow | LedgerRow:
    """Returns a pool row that has its image, or the ledger row of one that has not."""
    if row.status == "success":
        return row
    return drop(row, Stages.DOWNLOAD, row.outcome, row.detail)
