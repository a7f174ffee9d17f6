"""Stage 3: candidates to the pool: fetch, decode, hash, resize and write in one fused step a shard.

Image bytes never cross a shuffle: a worker gets the rows of one pool shard and writes its tar.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.download.downloads import Downloads
from pipeline.download.options import DownloadOptions
from pipeline.download.session import DECODERS
from pipeline.progress import writer_for
from pipeline.recipe import Download, Web
from pipeline.stages.filter_records import drop
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
        decoders: Processes that decode at once, for each worker of the engine.
    """

    pool: str
    download: Download
    web: Web
    progress: str | None = None
    decoders: int = DECODERS

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
        # It loads decoders into this process, which our own engine does without.
        from pipeline.stages.download_by_img2dataset import DownloadByImg2dataset

        return keyed | DownloadByImg2dataset(self)


def _key_by_shard(candidate: Candidate, count: int, per_shard: int) -> tuple[int, Candidate]:
    # The uid is uniform, so its even parts are even shards, whoever else is in the run.
    return uid_bucket(candidate.uid, max(1, -(-count // per_shard))), candidate


class DownloadDoFn(beam.DoFn):
    """What both engines keep of the stage."""

    def __init__(self, stage: DownloadShards) -> None:
        self.pool = stage.pool
        self.options = DownloadOptions(**stage.download.model_dump())
        self.web = WebOptions(**stage.web.model_dump(), turns=turns_file(stage.pool))
        self.progress = stage.progress

    def tick(self, count: int) -> None:
        """Counts URLs that were settled."""
        if self.progress:
            writer_for(self.progress).add(Stages.DOWNLOAD, "tried", count)


class _DownloadShard(DownloadDoFn):
    """Rows of a shard may come out while another one is put in: both are of the global window."""

    def __init__(self, stage: DownloadShards) -> None:
        super().__init__(stage)
        self._decoders = stage.decoders
        self._downloads: Downloads | None = None

    def start_bundle(self) -> None:
        self._downloads = Downloads(
            self.pool,
            self.options,
            self.web,
            decoders=self._decoders,
            on_progress=self.tick,
        )

    def process(self, group: tuple[int, Iterable[Candidate]]) -> Iterator[PoolRow | LedgerRow]:
        assert self._downloads
        shard, candidates = group
        for row in self._downloads.add(shard, sorted(candidates, key=uid_of)):
            yield to_settled(row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        assert self._downloads
        for row in self._downloads.finish():
            yield GlobalWindows.windowed_value(to_settled(row))
        self._downloads = None

    def teardown(self) -> None:
        if self._downloads:  # the bundle failed elsewhere
            self._downloads.close()


def uid_of(candidate: Candidate) -> str:
    """Returns what the candidates of a shard are sorted by."""
    return candidate.uid


def to_settled(row: PoolRow) -> PoolRow | LedgerRow:
    """Returns a pool row that has its image, or the ledger row of one that has not."""
    if row.status == "success":
        return row
    return drop(row, Stages.DOWNLOAD, row.outcome, row.detail)
