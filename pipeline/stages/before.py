"""What earlier commands did, when stages are run one by one: their counts and their ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import apache_beam as beam

from pipeline.shards.accounting import Stages
from pipeline.shards.storage import exists, join, list_files, read_bytes
from pipeline.stages.stage import StageResult
from pipeline.stages.table import ReadTable
from schemas.records import LedgerRow
from schemas.tables import ledger_from_row

SUMMARY = "summary.json"


@dataclass(frozen=True, kw_only=True)
class Before:
    """The accounts of a command's input.

    Attributes:
        stages: Counts of every stage so far.
        ledger: Files of the ledger so far.
        without: Stage whose rows in `ledger` do not count, because it is done again.
    """

    stages: Stages
    ledger: tuple[str, ...] = ()
    without: str | None = None


def read_before(folder: str) -> Before:
    """Returns the accounts that a command left in its output; none for a folder of others."""
    path = join(folder, SUMMARY)
    if not exists(path):
        return Before(stages={})
    stages = json.loads(read_bytes(path)).get("stages", {})
    return Before(stages=stages, ledger=tuple(list_files(join(folder, "ledger"), ".parquet")))


def before_stage(before: Before, stage: str) -> Before:
    """Returns the accounts without those of `stage`, the last one of `before`."""
    stages = {name: counts for name, counts in before.stages.items() if name != stage}
    return Before(stages=stages, ledger=before.ledger, without=stage)


def collect(
    results: Sequence[StageResult], before: Before | None, root: beam.Pipeline
) -> tuple[tuple[beam.PCollection, ...], beam.PCollection]:
    """Returns all ledger rows, those of `before` included, and the counts of `results`."""
    earlier = root | "EarlierLedger" >> ReadTable(before.ledger if before else (), ledger_from_row)
    if before and before.without:
        earlier = earlier | beam.Filter(_is_of_another_stage, before.without)
    dropped = [part for result in results for part in (result.dropped, *result.more_dropped)]
    counts = [result.counts for result in results] | "Counts" >> beam.Flatten()
    return (earlier, *dropped), counts


def _is_of_another_stage(row: LedgerRow, stage: str) -> bool:
    return row.stage != stage
