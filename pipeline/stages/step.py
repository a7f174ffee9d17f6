"""What all steps share: their plan, how they write tables and how they end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import pyarrow as pa

from pipeline.recipe.recipe import Recipe
from pipeline.shards.storage import join
from pipeline.stages.before import Before, collect
from pipeline.stages.commit import CommitStep
from pipeline.stages.stage import StageResult
from pipeline.stages.table import WriteTable
from schemas.tables import LEDGER, Row, ledger_to_row


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """What every step needs to know.

    Attributes:
        out: Output folder.
        before: The accounts of the input.
        progress: Folder for live counts, if somebody watches.
    """

    recipe: Recipe
    out: str
    before: Before | None = None
    progress: str | None = None


def write_rows(
    plan: StepPlan, name: str, schema: pa.Schema, to_row: Callable[[Any], Row]
) -> beam.PTransform:
    """Returns what writes records to a table `name` of the output."""
    return f"Write {name}" >> WriteTable(join(plan.out, name), schema, to_row, plan.out)


def end_step(
    plan: StepPlan, results: Sequence[StageResult], tables: Sequence[beam.PCollection]
) -> None:
    """Writes the ledger of what was dropped and commits the output once all is there.

    Args:
        plan: Of the step.
        results: Of its stages, in their order.
        tables: What it wrote.
    """
    dropped, counts = collect(results, plan.before, results[0].kept.pipeline)
    ledger = dropped | write_rows(plan, "ledger", LEDGER, ledger_to_row)
    files = [*tables, ledger] | "Files" >> beam.Flatten()
    (counts, files) | CommitStep(plan.out, plan.before)
