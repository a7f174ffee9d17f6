"""Stage 3 by img2dataset itself; see `pipeline.download.img2dataset_engine`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import apache_beam as beam

from pipeline.download.img2dataset_engine import URLS_PER_CALL, download_by_img2dataset
from pipeline.download.shard_plan import ShardPlan, read_candidates
from pipeline.stages.download_shards import DownloadDoFn, DownloadTables, to_settled
from pipeline.stages.stage import Stage
from schemas.records import Candidate, LedgerRow, PoolRow


class DownloadByImg2dataset(Stage):
    """Plans of shards to settled rows."""

    def __init__(self, stage: DownloadTables) -> None:
        super().__init__()
        self._stage = stage

    def expand(self, plans: beam.PCollection) -> beam.PCollection:
        per_call = max(1, URLS_PER_CALL // self._stage.download.number_sample_per_shard)
        return (
            plans
            | "KeyByCall" >> beam.Map(_key_by_call, per_call)
            | beam.GroupByKey()
            | "ReadCall" >> beam.FlatMapTuple(_read_call)
            | "DownloadByImg2dataset" >> beam.ParDo(_DownloadByImg2dataset(self._stage))
        )


def _key_by_call(plan: ShardPlan, per_call: int) -> tuple[int, ShardPlan]:
    return plan.shard // per_call, plan


def _read_call(
    call: int, plans: Iterable[ShardPlan]
) -> Iterator[tuple[int, list[tuple[int, Candidate]]]]:
    found = [(plan.shard, candidate) for plan in plans for candidate in read_candidates(plan)]
    if found:
        yield call, found


class _DownloadByImg2dataset(DownloadDoFn):
    """Several shards a call, because a call takes long to start; each is still written whole."""

    def process(
        self, group: tuple[int, Iterable[tuple[int, Candidate]]]
    ) -> Iterator[PoolRow | LedgerRow]:
        shards: dict[int, list[Candidate]] = defaultdict(list)
        for shard, candidate in group[1]:
            shards[shard].append(candidate)
        rows = download_by_img2dataset(
            {shard: sorted(shards[shard], key=_uid) for shard in sorted(shards)},
            folder=self.pool,
            options=self.options,
            web=self.web,
            on_progress=self.tick,
        )
        for row in rows:
            yield to_settled(row)


def _uid(candidate: Candidate) -> str:
    return candidate.uid
