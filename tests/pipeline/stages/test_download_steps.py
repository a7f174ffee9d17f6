import json
import subprocess
import sys
from pathlib import Path

from pipeline.recipe.recipe import Recipe
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.download_steps import download_step, retry_step
from pipeline.stages.step import StepPlan
from schemas.tables import CANDIDATES, candidate_to_row
from schemas.uid import name_picture
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate


def test_a_pool_and_its_ledger_are_left_and_can_be_tried_again(tmp_path: Path) -> None:
    table, out = str(tmp_path / "in.parquet"), tmp_path / "out"
    candidate = make_candidate(1, url=name_picture("00" * 32))  # nothing that can be fetched
    write_table(table, [candidate_to_row(candidate)], CANDIDATES)
    plan = StepPlan(recipe=Recipe(), out=str(out))
    run(lambda root: download_step(root, plan, [table]) or {})
    (row,) = read_rows(str(out / "00000.parquet"))
    assert (row["uid"], row["outcome"]) == (candidate.uid, "scheme")
    run(lambda root: retry_step(root, plan, frozenset({"dns"})) or {})
    (dropped,) = read_rows(str(out / "ledger/00000.parquet"))
    assert dropped["outcome"] == "scheme"
    stages = json.loads((out / "_work/stages.json").read_text())
    assert stages["download"]["rejected"] == {"scheme": 1}


def test_the_other_steps_are_not_loaded() -> None:
    """They take 0.4 s; so do the decoders, which have processes of their own."""
    code = (
        "import sys, pipeline.stages.download_steps;"
        "print([m for m in ('scipy', 'cv2', 'PIL', 'jinja2', 'pipeline.crawl.warc')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
