from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.shards.storage import list_files
from pipeline.shards.table import read_rows
from pipeline.stages.table import ReadTable, WriteTable
from schemas.tables import CANDIDATES, candidate_from_row, candidate_to_row
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate


def write(folder: Path, candidates: list, rows_per_file: int = 3) -> list:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        table = WriteTable(
            f"{folder}/candidates", CANDIDATES, candidate_to_row, str(folder), rows_per_file
        )
        return {"files": root | beam.Create(candidates) | table}

    return run(construct)["files"]


def test_rows_survive_writing_and_reading(tmp_path: Path) -> None:
    candidates = [make_candidate(n) for n in range(10)]
    files = write(tmp_path, candidates)
    assert sorted(f.path for f in files) == [f"candidates/0000{n}.parquet" for n in range(4)]
    assert sum(f.samples for f in files) == 10

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        paths = list_files(f"{tmp_path}/candidates")
        return {"rows": root | ReadTable(paths, candidate_from_row)}

    read = run(construct)["rows"]
    assert sorted(read, key=lambda c: c.uid) == sorted(candidates, key=lambda c: c.uid)


def test_files_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    candidates = [make_candidate(n) for n in range(10)]
    once = write(tmp_path / "a", candidates)
    again = write(tmp_path / "b", candidates[::-1])
    assert sorted(once, key=lambda f: f.path) == sorted(again, key=lambda f: f.path)


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_table_is_still_a_table(tmp_path: Path, count: int) -> None:
    files = write(tmp_path, [make_candidate(n) for n in range(count)])
    assert len(files) == 1
    assert len(list(read_rows(f"{tmp_path}/candidates/00000.parquet"))) == count


def test_rows_of_all_files_stand_in_uid_order(tmp_path: Path) -> None:
    write(tmp_path, [make_candidate(n) for n in range(20)])
    paths = list_files(f"{tmp_path}/candidates")
    uids = [row["uid"] for path in paths for row in read_rows(path)]
    assert uids == sorted(uids)


def test_several_collections_make_one_table_and_no_run_is_left(tmp_path: Path) -> None:
    candidates = [make_candidate(n) for n in range(9)]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        parts = tuple(root | f"Part {n}" >> beam.Create(candidates[n::2]) for n in range(2))
        table = WriteTable(f"{tmp_path}/together", CANDIDATES, candidate_to_row, str(tmp_path))
        return {"files": parts | table}

    (together,) = run(construct)["files"]
    (alone,) = write(tmp_path, candidates, 100)
    assert together.sha256 == alone.sha256
    assert list((tmp_path / "_work").iterdir()) == []
