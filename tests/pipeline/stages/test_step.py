from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.recipe.recipe import Recipe
from pipeline.shards.table import read_rows
from pipeline.stages.stage import settle
from pipeline.stages.step import StepPlan, end_step, write_rows
from schemas.errors import RunError
from schemas.outcomes import Reject, Stage
from schemas.records import LedgerRow
from schemas.tables import LEDGER, ledger_to_row
from tests.pipeline.stages.runner import run

DROPPED = LedgerRow(uid="1", url="http://a.invalid/", stage=Stage.DOWNLOAD, outcome=Reject.URL)


def test_a_step_ends_with_its_ledger_and_its_counts(tmp_path: Path) -> None:
    plan = StepPlan(recipe=Recipe(), out=str(tmp_path))

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        records = root | beam.Create([DROPPED])
        result = settle(Stage.DOWNLOAD, records, records, None)
        table = records | write_rows(plan, "more", LEDGER, ledger_to_row)
        end_step(plan, [result], [table])
        return {}

    run(construct)
    for folder in ("ledger", "more"):
        (row,) = read_rows(str(tmp_path / folder / "00000.parquet"))
        assert row["outcome"] == "url"


def test_accounts_that_do_not_add_up_stop_the_run(tmp_path: Path) -> None:
    plan = StepPlan(recipe=Recipe(), out=str(tmp_path))

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        records = root | beam.Create([DROPPED])
        nothing = root | "Nothing" >> beam.Create([])
        end_step(plan, [settle(Stage.DOWNLOAD, records, nothing, None)], [])
        return {}

    with pytest.raises(RunError):
        run(construct)
