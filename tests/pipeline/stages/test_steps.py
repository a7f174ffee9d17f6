from pathlib import Path

import apache_beam as beam

from pipeline.recipe.recipe import Recipe
from pipeline.shards.storage import list_files
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.step import StepPlan
from pipeline.stages.steps import dedupe_step, is_stored, read_pool_images, select_step
from schemas.tables import CANDIDATES, POOL, candidate_to_row, pool_to_row
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate, make_pair


def run_step(step: object) -> None:
    run(lambda root: step(root) or {})  # type: ignore[operator]


def test_select_leaves_candidates_and_ledger(tmp_path: Path) -> None:
    table = str(tmp_path / "in.parquet")
    rows = [make_candidate(1), make_candidate(2, text="x")]
    write_table(table, map(candidate_to_row, rows), CANDIDATES)
    plan = StepPlan(recipe=Recipe(), out=str(tmp_path / "out"))
    run_step(lambda root: select_step(root, plan, [table]))
    (kept,) = read_rows(str(tmp_path / "out/candidates/00000.parquet"))
    (dropped,) = read_rows(str(tmp_path / "out/ledger/00000.parquet"))
    assert kept["uid"] == rows[0].uid
    assert (dropped["uid"], dropped["outcome"]) == (rows[1].uid, "text_too_short")


def test_dedupe_leaves_kept_rows_and_clusters_with_their_head(tmp_path: Path) -> None:
    table = str(tmp_path / "00000.parquet")
    same = [make_pair(n, sha256="a" * 64, phash=5) for n in (1, 2, 3)]
    lost = make_pair(9, status="failed_to_download", outcome="dns", phash=None)
    write_table(table, map(pool_to_row, [*same, make_pair(4), lost]), POOL)
    plan = StepPlan(recipe=Recipe(), out=str(tmp_path / "out"))
    run_step(lambda root: dedupe_step(root, plan, [table], str(tmp_path)))
    kept = [row["uid"] for row in read_rows(str(tmp_path / "out/kept/00000.parquet"))]
    head = min(pair.uid for pair in same)
    assert sorted(kept) == sorted([head, make_pair(4).uid])
    clusters = list(read_rows(str(tmp_path / "out/clusters/00000.parquet")))
    assert {row["cluster"] for row in clusters} == {head}
    assert [row["uid"] for row in clusters if row["kept"]] == [head]
    assert len(clusters) == 3


def test_a_pools_images_are_read_from_its_tables(tmp_path: Path) -> None:
    pairs = [make_pair(1), make_pair(2, status="failed_to_resize", outcome="decode", phash=None)]
    write_table(str(tmp_path / "00000.parquet"), map(pool_to_row, pairs), POOL)
    assert list_files(str(tmp_path), ".parquet")

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        return {"images": read_pool_images(root, str(tmp_path))}

    assert [image.uid for image in run(construct)["images"]] == [pairs[0].uid]
    assert [is_stored(pair) for pair in pairs] == [True, False]
