"""Stage 3 again: what failed in a pool and may pass now; the rest of the pool stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from pipeline.download.options import DownloadOptions
from pipeline.download.refused import load_refused
from pipeline.download.retry import retry_shard
from pipeline.download.tally import tally
from pipeline.progress import writer_for
from pipeline.recipe.download import Download
from pipeline.recipe.web import Web
from pipeline.shards.storage import list_files
from pipeline.stages.download_shards import to_settled
from pipeline.stages.stage import Stage, StageResult, settle
from pipeline.web.options import WebOptions
from pipeline.web.turns_file import turns_file
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow

_MARK = "_stats.json"


@dataclass
class RetryShards(Stage):
    """Tries the URLs of some outcomes again, shard by shard.

    Attributes:
        pool: Folder of a finished pool.
        outcomes: Of the rows to try again.
    """

    pool: str
    outcomes: frozenset[str]
    download: Download
    web: Web
    progress: str | None = None

    def expand(self, root: beam.Pipeline) -> StageResult:
        load_refused(self.download.reject_hashes)  # a wrong line must show before hours of work
        settled = (
            root
            | beam.Create(shard_numbers(self.pool))
            | beam.Reshuffle()  # a shard takes minutes
            | "Retry" >> beam.ParDo(_RetryShard(self))
        )
        return settle(Stages.DOWNLOAD, settled, settled, self.progress)


def shard_numbers(pool: str) -> list[int]:
    """Returns the numbers of a pool's finished shards."""
    names = (path.rsplit("/", 1)[-1] for path in list_files(pool, _MARK))
    return [int(name.removesuffix(_MARK)) for name in names]


class _RetryShard(beam.DoFn):
    def __init__(self, stage: RetryShards) -> None:
        self._pool = stage.pool
        self._outcomes = stage.outcomes
        self._options = DownloadOptions(**stage.download.model_dump())
        self._web = WebOptions(**stage.web.model_dump(), turns=turns_file(stage.pool))
        self._progress = stage.progress

    def setup(self) -> None:
        if self._progress:
            writer_for(self._progress).show(tally.figures)

    def process(self, shard: int) -> Iterator[PoolRow | LedgerRow]:
        rows = retry_shard(
            shard,
            self._outcomes,
            folder=self._pool,
            options=self._options,
            web=self._web,
            on_progress=self._tick,
        )
        for row in rows:
            yield to_settled(row)

    def _tick(self, count: int) -> None:
        if self._progress:
            writer_for(self._progress).add(Stages.DOWNLOAD, "tried", count)
