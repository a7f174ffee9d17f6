"""Stage 3: candidates to the pool: fetch, decode, hash, resize and write in one fused step a shard.

Neither image bytes nor candidates cross a shuffle: a worker gets the places of a shard's rows in
sorted tables and writes its tar.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.download.downloads import Downloads
from pipeline.download.options import DownloadOptions
from pipeline.download.plan_round import PlanRound
from pipeline.download.refused import load_refused
from pipeline.download.rounds import Round
from pipeline.download.session import DECODERS
from pipeline.download.shard_plan import (
    RowGroup,
    ShardPlan,
    list_row_groups,
    plan_shards,
    read_candidates,
)
from pipeline.download.tally import tally
from pipeline.progress import writer_for
from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.rules import drop
from pipeline.shards.accounting import CountKey
from pipeline.shards.claim import WORK
from pipeline.shards.manifest import FileEntry
from pipeline.shards.storage import join
from pipeline.stages.limit_urls import CountShards, LastOfHosts, ReadPlaces
from pipeline.stages.stage import Split, Stage, StageResult, count_records
from pipeline.stages.table import WriteTable
from pipeline.web.options import WebOptions
from pipeline.web.turns_file import turns_file
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow, PoolRow
from schemas.tables import CANDIDATES, candidate_to_row


@dataclass
class DownloadShards(Stage):
    """Writes the pool; a shard that an earlier run finished with equal rows is not fetched again.

    The candidates are sorted into tables in the pool's work folder first.

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
        sorted_files = candidates | "SortCandidates" >> WriteTable(
            join(self.pool, WORK, "candidates"), CANDIDATES, candidate_to_row, self.pool
        )
        paths = sorted_files | "Paths" >> beam.Map(_path_of, self.pool)
        return paths | DownloadTables(
            self.pool, self.download, self.web, self.progress, self.decoders
        )


@dataclass
class DownloadTables(Stage):
    """Does what `DownloadShards` does, for paths of tables whose row groups are sorted by uid."""

    pool: str
    download: Download
    web: Web
    progress: str | None = None
    decoders: int = DECODERS

    def expand(self, paths: beam.PCollection) -> StageResult:
        """Builds the graph.

        Raises:
            UserError: The earlier pool or the hash list cannot be read.
        """
        load_refused(self.download.reject_hashes)  # a wrong line must show before hours of work
        groups = paths | "RowGroups" >> beam.FlatMap(list_row_groups)
        plans = (
            paths.pipeline
            | "PerShard" >> beam.Create([self.download.number_sample_per_shard])
            | "PlanShards" >> beam.FlatMap(_plan, beam.pvalue.AsList(groups), self.progress)
        )
        kept, dropped = self._download(plans, self._budgets(paths, groups)) | Split()
        came_in = groups | "CountRows" >> beam.Map(_count_rows)
        records = {"kept": [kept], "dropped": [dropped]}
        counts = count_records(Stages.DOWNLOAD, records, self.progress)
        return StageResult(kept, dropped, (came_in, counts) | "AllCounts" >> beam.Flatten())

    def _budgets(self, paths: beam.PCollection, groups: beam.PCollection) -> tuple[Any, Any]:
        """Returns the last uids of hosts and the sizes of shards, as far as budgets need them."""
        max_host, max_total = self.download.max_host_urls, self.download.max_total_urls
        last_of_host: Any = {}
        sizes: Any = {}
        if max_host or max_total:
            places = paths | ReadPlaces()
            if max_host:
                last_of_host = beam.pvalue.AsDict(places | LastOfHosts(max_host))
            if max_total:
                count = CountShards(last_of_host, self.download.number_sample_per_shard)
                sizes = beam.pvalue.AsDict((places, groups) | count)
        return last_of_host, sizes

    def _download(self, plans: beam.PCollection, budgets: tuple[Any, Any]) -> beam.PCollection:
        if self.download.engine == "ours":
            plan_round = PlanRound.of(DownloadOptions(**self.download.model_dump()))
            return (
                plans
                | beam.Reshuffle()  # a shard takes minutes: each worker gets its own
                | "ReadShard" >> beam.FlatMap(_read_shard, plan_round, *budgets)
                | "Download" >> beam.ParDo(_DownloadShard(self))
            )
        # It loads decoders into this process, which our own engine does without.
        from pipeline.stages.download_by_img2dataset import DownloadByImg2dataset

        return plans | DownloadByImg2dataset(self)


def _path_of(entry: FileEntry, folder: str) -> str:
    return join(folder, entry.path)


def _plan(per_shard: int, groups: Sequence[RowGroup], progress: str | None) -> Iterator[ShardPlan]:
    if progress:
        writer_for(progress).add(Stages.DOWNLOAD, "in", sum(group.rows for group in groups))
        writer_for(progress).flush()
    return plan_shards(groups, per_shard)


def _count_rows(group: RowGroup) -> tuple[CountKey, int]:
    return (str(Stages.DOWNLOAD), "in", ""), group.rows


def _read_shard(
    plan: ShardPlan,
    plan_round: PlanRound,
    last_of_host: Mapping[str, str],
    sizes: Mapping[int, int],
) -> Iterator[tuple[int, list[Candidate], Round]]:
    # The footers may tell of a range of which no uid is in this shard.
    if candidates := read_candidates(plan):
        yield plan.shard, candidates, plan_round(plan, candidates, last_of_host, sizes)


class DownloadDoFn(beam.DoFn):
    """What both engines keep of the stage."""

    def __init__(self, stage: DownloadTables) -> None:
        self.pool = stage.pool
        self.options = DownloadOptions(**stage.download.model_dump())
        self.web = WebOptions(**stage.web.model_dump(), turns=turns_file(stage.pool))
        self.progress = stage.progress

    def setup(self) -> None:
        if self.progress:
            writer_for(self.progress).show(tally.figures)

    def tick(self, count: int) -> None:
        """Counts URLs that were settled."""
        if self.progress:
            writer_for(self.progress).add(Stages.DOWNLOAD, "tried", count)


class _DownloadShard(DownloadDoFn):
    """Rows of a shard may come out while another one is put in: both are of the global window."""

    def __init__(self, stage: DownloadTables) -> None:
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

    def process(
        self, read: tuple[int, Sequence[Candidate], Round]
    ) -> Iterator[PoolRow | LedgerRow]:
        assert self._downloads
        for row in self._downloads.add(*read):
            yield to_settled(row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        assert self._downloads
        for row in self._downloads.finish():
            yield GlobalWindows.windowed_value(to_settled(row))
        self._downloads = None

    def teardown(self) -> None:
        if self._downloads:  # the bundle failed elsewhere
            self._downloads.close()


def to_settled(row: PoolRow) -> PoolRow | LedgerRow:
    """Returns a pool row that has its image, or the ledger row of one that has not."""
    if row.status == "success":
        return row
    return drop(row, Stages.DOWNLOAD, row.outcome, row.detail)
