"""Rules and rewrites on a batch of records: one pass, whatever their number."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from pipeline.rules import Rewrite, Rule, filter_record
from schemas.records import LedgerRow

Pass = Callable[[list[Any]], tuple[list[Any], list[LedgerRow]]]


def run_batch(
    steps: Sequence[Rule | Rewrite], stage: str, records: Sequence[Any]
) -> tuple[list[Any], list[LedgerRow]]:
    """Returns the records that are kept, and the ledger rows of the others.

    Args:
        steps: In their order; rules in a row go through a record together.
        stage: For the ledger.
        records: No ledger rows among them.
    """
    kept, dropped = list(records), list[LedgerRow]()
    for is_rule, group in groupby(steps, lambda step: isinstance(step, Rule)):
        if is_rule:
            filters = [step.decide for step in group if isinstance(step, Rule)]
            settled = [filter_record(record, stage, filters) for record in kept]
            kept = [item for item in settled if not isinstance(item, LedgerRow)]
            dropped += [item for item in settled if isinstance(item, LedgerRow)]
            continue
        for step in group:
            assert isinstance(step, Rewrite)
            kept = list(rewritten(step, kept))
    return kept, dropped


def rewritten(step: Rewrite, records: Sequence[Any]) -> Iterator[Any]:
    """Yields the records after a rewrite, in their order."""
    for start in range(0, len(records), step.batch):
        yield from step.rewrite(records[start : start + step.batch])
