"""One transform runs every filter: the first that rejects decides, and nothing disappears."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.stages.stage import Stage
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate, LedgerRow, PoolRow

Filter = Callable[[Any], Reject | Rejection | None]


@dataclass
class FilterRecords(Stage):
    """Replaces each record that a filter rejects by its ledger row."""

    stage: str
    filters: tuple[Filter, ...]

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        return items | beam.Map(filter_record, self.stage, self.filters)


def filter_record(
    record: Candidate | PoolRow | LedgerRow, stage: str, filters: tuple[Filter, ...]
) -> Candidate | PoolRow | LedgerRow:
    """Returns the record, or why it is rejected; a ledger row passes."""
    if isinstance(record, LedgerRow):
        return record
    for decide in filters:
        if said := decide(record):
            reason, detail = said if isinstance(said, Rejection) else (said, "")
            return drop(record, stage, reason, detail)
    return record


def drop(record: Candidate | PoolRow, stage: str, outcome: str, detail: str = "") -> LedgerRow:
    """Returns the ledger row of a record that goes no further."""
    candidate = record.candidate if isinstance(record, PoolRow) else record
    return LedgerRow(
        uid=candidate.uid, url=candidate.url, stage=str(stage), outcome=str(outcome), detail=detail
    )
