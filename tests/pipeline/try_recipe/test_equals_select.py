"""A try of all candidates says, number by number, what `select` drops."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.shards.table import read_rows, write_table
from pipeline.stages.run import run_pipeline
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import select_step
from pipeline.try_recipe import spool
from pipeline.try_recipe.report import TryReport
from pipeline.try_recipe.sample import all_of_tables, sample_stream, sample_tables
from pipeline.try_recipe.try_recipe import try_select
from schemas.outcomes import Reject
from schemas.tables import CANDIDATES, candidate_from_row, candidate_to_row
from tests.pipeline.try_recipe.every_rule import make_candidates, make_recipe

CANDIDATES_IN = make_candidates()
OF_SELECT = {
    reason
    for reason in Reject
    if list(Reject).index(Reject.OPT_OUT)
    <= list(Reject).index(reason)
    <= list(Reject).index(Reject.OVER_QUERY_CAP)
}


def dropped(report: TryReport) -> Counter[str]:
    counts: Counter[str] = Counter()
    for drops in report.drops:
        counts[drops.outcome] += drops.in_order
    return +counts


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("candidates")
    paths = [str(folder / f"{part}.parquet") for part in range(3)]
    for part, path in enumerate(paths):
        write_table(path, map(candidate_to_row, CANDIDATES_IN[part::3]), CANDIDATES)
    return paths


@pytest.fixture(scope="module")
def whole(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> TryReport:
    recipe = make_recipe(tmp_path_factory.mktemp("recipe"))
    return try_select(recipe, all_of_tables(files, candidate_from_row), "there")


def test_every_reason_of_select_is_met(whole: TryReport) -> None:
    assert OF_SELECT - set(dropped(whole)) <= {Reject.TOXIC}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_try_of_all_equals_select_on_any_number_of_workers(
    workers: int, whole: TryReport, files: list[str], tmp_path: Path
) -> None:
    plan = StepPlan(recipe=make_recipe(tmp_path), out=str(tmp_path / "out"))
    run_pipeline(lambda root: select_step(root, plan, files), [f"--direct_num_workers={workers}"])
    stages = json.loads((tmp_path / "out/_work/stages.json").read_text())
    said = Counter(stages["select"]["rejected"]) + Counter(stages["balance"]["rejected"])
    assert dropped(whole) == said
    assert whole.num_kept == stages["balance"]["kept"]
    ledger = {
        (row["uid"], row["outcome"], row["detail"])
        for path in (tmp_path / "out/ledger").glob("*.parquet")
        for row in read_rows(str(path))
    }
    for drops in whole.drops:
        for shown in drops.examples[: drops.in_order]:
            assert (shown.candidate.uid, drops.outcome, shown.detail) in ledger


def test_a_sample_of_all_and_parts_on_disk_say_the_same(
    whole: TryReport, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(tmp_path)
    sample = sample_tables(files, candidate_from_row, len(CANDIDATES_IN))
    assert dropped(try_select(recipe, sample, "there")) == dropped(whole)
    monkeypatch.setattr(spool, "MEMORY_BYTES", 20_000)
    monkeypatch.setattr(spool, "_RECORDS_PER_PART", 50)
    by_parts = try_select(recipe, sample_stream(CANDIDATES_IN, None), "there")
    assert dropped(by_parts) == dropped(whole)
    assert by_parts.num_kept == whole.num_kept
