"""Stage 3: candidates to the pool: fetch, decode, hash, resize and write in one fused step a shard.

Neither image bytes nor candidates cross a shuffle: a worker gets the places of a shard's rows in
sorted tables and writes its tar.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.download.earlier import mark_images
from pipeline.download.earlier_pool import EarlierPool, find_previous
from pipeline.download.img2dataset_engine import URLS_PER_CALL, download_by_img2dataset
from pipeline.download.options import DownloadOptions
from pipeline.download.refused import load_refused
from pipeline.download.rounds import Round
from pipeline.download.shard import download_shard
from pipeline.download.shard_plan import (
    RowGroup,
    ShardPlan,
    list_row_groups,
    plan_shards,
    read_candidates,
)
from pipeline.download.url_budget import over_budget
from pipeline.progress import writer_for
from pipeline.recipe import Download, Web
from pipeline.shards.accounting import CountKey
from pipeline.shards.claim import WORK
from pipeline.shards.manifest import FileEntry
from pipeline.shards.storage import join
from pipeline.stages.filter_records import drop
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
    """

    pool: str
    download: Download
    web: Web
    progress: str | None = None

    def expand(self, candidates: beam.PCollection) -> StageResult:
        sorted_files = candidates | "SortCandidates" >> WriteTable(
            join(self.pool, WORK, "candidates"), CANDIDATES, candidate_to_row, self.pool
        )
        paths = sorted_files | "Paths" >> beam.Map(_path_of, self.pool)
        return paths | DownloadTables(self.pool, self.download, self.web, self.progress)


@dataclass
class DownloadTables(Stage):
    """Does what `DownloadShards` does, for paths of tables whose row groups are sorted by uid."""

    pool: str
    download: Download
    web: Web
    progress: str | None = None

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
        came_in = groups | "CountIn" >> beam.Map(_count_rows)
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
                per_shard = self.download.number_sample_per_shard
                num_shards = beam.pvalue.AsSingleton(
                    groups
                    | "Rows" >> beam.Map(_rows_of)
                    | "AllRows" >> beam.CombineGlobally(sum)
                    | "NumShards" >> beam.Map(_num_shards, per_shard)
                )
                sizes = beam.pvalue.AsDict(places | CountShards(last_of_host, num_shards))
        return last_of_host, sizes

    def _download(self, plans: beam.PCollection, budgets: tuple[Any, Any]) -> beam.PCollection:
        if self.download.engine == "ours":
            # A shard takes minutes: each worker gets its own.
            download = beam.ParDo(_DownloadShard(self), *budgets)
            return plans | beam.Reshuffle() | "Download" >> download
        per_call = max(1, URLS_PER_CALL // self.download.number_sample_per_shard)
        return (
            plans
            | "KeyByCall" >> beam.Map(_key_by_call, per_call)
            | beam.GroupByKey()
            | "DownloadByImg2dataset" >> beam.ParDo(_DownloadByImg2dataset(self))
        )


def _path_of(entry: FileEntry, folder: str) -> str:
    return join(folder, entry.path)


def _plan(per_shard: int, groups: Sequence[RowGroup], progress: str | None) -> Iterator[ShardPlan]:
    if progress:
        writer_for(progress).add(Stages.DOWNLOAD, "in", sum(group.rows for group in groups))
        writer_for(progress).flush()
    return plan_shards(groups, per_shard)


def _rows_of(group: RowGroup) -> int:
    return group.rows


def _num_shards(rows: int, per_shard: int) -> int:
    return max(1, -(-rows // per_shard))


def _count_rows(group: RowGroup) -> tuple[CountKey, int]:
    return (str(Stages.DOWNLOAD), "in", ""), group.rows


def _key_by_call(plan: ShardPlan, per_call: int) -> tuple[int, ShardPlan]:
    return plan.shard // per_call, plan


class _Download(beam.DoFn):
    def __init__(self, stage: DownloadTables) -> None:
        self._pool = stage.pool
        self._options = DownloadOptions(**stage.download.model_dump())
        self._web = WebOptions(**stage.web.model_dump(), turns=turns_file(stage.pool))
        self._progress = stage.progress

    def _tick(self, count: int) -> None:
        if self._progress:
            writer_for(self._progress).add(Stages.DOWNLOAD, "tried", count)


class _DownloadShard(_Download):
    def __init__(self, stage: DownloadTables) -> None:
        super().__init__(stage)
        self._earlier: EarlierPool | None = None
        if previous := stage.download.previous:
            mark = mark_images(self._options)
            self._earlier = EarlierPool(folder=find_previous(previous), image_mark=mark)

    def process(
        self, plan: ShardPlan, last_of_host: Mapping[str, str], sizes: Mapping[int, int]
    ) -> Iterator[PoolRow | LedgerRow]:
        candidates = read_candidates(plan)
        if not candidates:  # the footers told of a range, and no uid of it is in this shard
            return
        rows = download_shard(
            plan.shard,
            candidates,
            folder=self._pool,
            options=self._options,
            web=self._web,
            around=self._round(plan, candidates, last_of_host, sizes),
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)

    def _round(
        self,
        plan: ShardPlan,
        candidates: Sequence[Candidate],
        last_of_host: Mapping[str, str],
        sizes: Mapping[int, int],
    ) -> Round:
        options = self._options
        total = options.max_total_bytes
        return Round(
            pool=self._earlier.folder if self._earlier else None,
            earlier=self._earlier.find(candidates) if self._earlier else {},
            over=over_budget(plan.shard, candidates, last_of_host, sizes, options.max_total_urls),
            max_bytes=-(-total // plan.num_shards) if total else None,
        )


class _DownloadByImg2dataset(_Download):
    """Several shards a call, because a call takes long to start; each is still written whole."""

    def process(self, group: tuple[int, Iterable[ShardPlan]]) -> Iterator[PoolRow | LedgerRow]:
        plans = sorted(group[1], key=lambda plan: plan.shard)
        shards = {plan.shard: read_candidates(plan) for plan in plans}
        rows = download_by_img2dataset(
            {shard: candidates for shard, candidates in shards.items() if candidates},
            folder=self._pool,
            options=self._options,
            web=self._web,
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)


def to_settled(row: PoolRow) -> PoolRow | LedgerRow:
    """Returns a pool row that has its image, or the ledger row of one that has not."""
    if row.status == "success":
        return row
    return drop(row, Stages.DOWNLOAD, row.outcome, row.detail)
