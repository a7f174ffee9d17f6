"""Stage 3: candidates to the pool: fetch, decode, hash, resize and write in one fused step a shard.

Image bytes never cross a shuffle: a worker gets the rows of one pool shard and writes its tar.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.download.earlier import find_previous, mark_images
from pipeline.download.img2dataset_engine import URLS_PER_CALL, download_by_img2dataset
from pipeline.download.options import DownloadOptions
from pipeline.download.refused import load_refused
from pipeline.download.rounds import Asked, Round
from pipeline.download.shard import download_shard
from pipeline.progress import writer_for
from pipeline.recipe import Download, Web
from pipeline.stages.filter_records import drop
from pipeline.stages.limit_urls import LimitHosts, is_fetched, over_total
from pipeline.stages.meet_earlier import MeetEarlier
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
        """Builds the graph.

        Raises:
            UserError: The earlier pool or the hash list cannot be read.
        """
        load_refused(self.download.reject_hashes)  # a wrong line must show before hours of work
        count = beam.pvalue.AsSingleton(candidates | beam.combiners.Count.Globally())
        asked = self._ask(candidates)
        keyed = asked | "KeyByShard" >> beam.Map(
            _key_by_shard, count, self.download.number_sample_per_shard
        )
        settled = self._download(keyed, count)
        return settle(Stages.DOWNLOAD, candidates, settled, self.progress)

    def _ask(self, candidates: beam.PCollection) -> beam.PCollection:
        if previous := self.download.previous:
            mark = mark_images(DownloadOptions(**self.download.model_dump()))
            asked = candidates | MeetEarlier(find_previous(previous), mark)
        else:
            asked = candidates | "Ask" >> beam.Map(_ask)
        limit = self.download.max_host_urls
        return asked | LimitHosts(limit) if limit else asked

    def _download(self, keyed: beam.PCollection, count: beam.pvalue.AsSingleton) -> Any:
        if self.download.engine == "ours":
            known: Any = {}
            if self.download.max_total_urls:  # only a total needs to know of all shards
                fetched = keyed | "Fetched" >> beam.Filter(_is_fetched)
                known = beam.pvalue.AsDict(fetched | "Sizes" >> beam.combiners.Count.PerKey())
            download = beam.ParDo(_DownloadShard(self), count, known)
            return keyed | beam.GroupByKey() | "Download" >> download
        per_call = max(1, URLS_PER_CALL // self.download.number_sample_per_shard)
        return (
            keyed
            | "KeyByCall" >> beam.Map(_key_by_call, per_call)
            | beam.GroupByKey()
            | "DownloadByImg2dataset" >> beam.ParDo(_DownloadByImg2dataset(self))
        )


def _ask(candidate: Candidate) -> Asked:
    return Asked(candidate=candidate)


def _key_by_shard(asked: Asked, count: int, per_shard: int) -> tuple[int, Asked]:
    # The uid is uniform, so its even parts are even shards, whoever else is in the run.
    return uid_bucket(asked.candidate.uid, max(1, -(-count // per_shard))), asked


def _is_fetched(keyed: tuple[int, Asked]) -> bool:
    return is_fetched(keyed[1])


def _key_by_call(keyed: tuple[int, Asked], per_call: int) -> tuple[int, tuple[int, Candidate]]:
    shard, asked = keyed
    return shard // per_call, (shard, asked.candidate)


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
    def __init__(self, stage: DownloadShards) -> None:
        super().__init__(stage)
        self._previous = find_previous(stage.download.previous) if stage.download.previous else None

    def process(
        self, group: tuple[int, Iterable[Asked]], count: int, sizes: Mapping[int, int]
    ) -> Iterator[PoolRow | LedgerRow]:
        shard, asked = group
        limit = self._options.max_total_urls
        settled = over_total(shard, asked, sizes, limit) if limit else sorted(asked, key=_asked_uid)
        rows = download_shard(
            shard,
            [item.candidate for item in settled],
            folder=self._pool,
            options=self._options,
            web=self._web,
            around=self._round(settled, count),
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)

    def _round(self, asked: list[Asked], count: int) -> Round:
        total = self._options.max_total_bytes
        return Round(
            pool=self._previous,
            earlier={item.candidate.uid: item.earlier for item in asked if item.earlier},
            over={item.candidate.uid: item.over for item in asked if item.over},
            max_bytes=total * len(asked) // count if total else None,
        )


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


def _asked_uid(asked: Asked) -> str:
    return asked.candidate.uid


def to_settled(row: PoolRow) -> PoolRow | LedgerRow:
    """Returns a pool row that has its image, or the ledger row of one that has not."""
    if row.status == "success":
        return row
    return drop(row, Stages.DOWNLOAD, row.outcome, row.detail)
