"""What a stage that decides is made of: steps in their order, each under a name people know.

A stage runs them in Beam, `recipe try` runs them on a sample without it: the very same objects.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate, LedgerRow, PoolRow

Filter = Callable[[Any], Reject | Rejection | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Says no to a record, or nothing.

    Attributes:
        name: Of its file in `filters/`, unless that holds several.
    """

    name: str
    decide: Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Changes records or notes something on them, in batches; drops none and keeps their order.

    Attributes:
        rewrite: Takes and returns a batch; it travels to workers, so it loads models at first use.
        batch: Records a call.
    """

    name: str
    rewrite: Callable[[Sequence[Any]], Sequence[Any]]
    batch: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Decides among the records that share a key, whatever the order they come in.

    Attributes:
        choose: Takes the key and its records; yields each, or the ledger row in its place.
        needs_all: Whether records of several uids share a key, so that a sample, which is drawn by
            uid, shows less than a full run.
    """

    name: str
    key: Callable[[Any], str]
    choose: Callable[[str, Iterable[Any]], Iterator[Any]]
    needs_all: bool = True


Step = Rule | Rewrite | Choice


def filter_record(
    record: Candidate | PoolRow | LedgerRow, stage: str, filters: Iterable[Filter]
) -> Candidate | PoolRow | LedgerRow:
    """Returns the record, or why the first filter that says no rejects it; a ledger row passes."""
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
