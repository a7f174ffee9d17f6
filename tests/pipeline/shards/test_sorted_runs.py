import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shards import sorted_runs
from pipeline.shards.sorted_runs import Run, RunBuffer, merge_runs, sort_key
from pipeline.shards.storage import TEMPORARY_PREFIX
from schemas.outcomes import Reject, Stage
from schemas.records import LedgerRow
from schemas.tables import CANDIDATES, LEDGER, Row, candidate_to_row, ledger_to_row
from schemas.uid import UID_END, bucket_range
from tests.samples import make_candidate

LOW = "0" * 16


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_runs, "ROWS_PER_BATCH", 4)
    monkeypatch.setattr(sorted_runs, "MAX_RUN_BYTES", 6000)


def write(rows: list[Row], folder: Path, schema: object = CANDIDATES) -> list[Run]:
    buffer = RunBuffer(str(folder), schema)
    return [run for run in (*map(buffer.add, rows), buffer.flush()) if run]


def merge(runs: list[Run], low: str = LOW, high: str = UID_END, parts: int = 1) -> list[Row]:
    return [row for table in merge_runs(runs, low, high, parts) for row in table.to_pylist()]


def test_what_went_in_comes_out_sorted_whatever_the_parts(tmp_path: Path) -> None:
    rows = [candidate_to_row(make_candidate(n)) for n in range(100)]
    runs = write(rows, tmp_path)
    assert len(runs) > 3
    assert sum(run.rows for run in runs) == 100
    wanted = sorted(rows, key=lambda row: row["uid"])
    for parts in (1, 3, 200):
        assert merge(runs, parts=parts) == wanted


def test_the_order_of_the_rows_tells_nothing_even_if_uids_are_equal(tmp_path: Path) -> None:
    rows = [
        candidate_to_row(make_candidate(n // 3, page_url=f"http://e.org/{n}")) for n in range(60)
    ]
    runs = write(rows, tmp_path)
    random.Random(1).shuffle(rows)
    assert merge(runs) == merge(write(rows, tmp_path), parts=7)
    assert len(merge(runs)) == 60


def test_buckets_part_the_rows(tmp_path: Path) -> None:
    runs = write([candidate_to_row(make_candidate(n)) for n in range(50)], tmp_path)
    parted = [row for n in range(7) for row in merge(runs, *bucket_range(n, 7))]
    assert parted == merge(runs)


def test_rows_without_a_uid_are_spread_and_none_is_lost(tmp_path: Path) -> None:
    rows = [
        ledger_to_row(LedgerRow(uid=None, url=f"u{n}", stage="crawl", outcome="no_alt"))
        for n in range(40)
    ]
    runs = write(rows, tmp_path, LEDGER)
    assert sorted(row["url"] for row in merge(runs)) == sorted(row["url"] for row in rows)
    assert merge(runs) == merge(write(rows[::-1], tmp_path, LEDGER))
    assert len({sort_key(row)[0] for row in rows}) > 5


def test_a_row_that_was_read_back_keeps_its_place(tmp_path: Path) -> None:
    row = LedgerRow(uid=None, url="u", stage=Stage.CRAWL, outcome=Reject.NO_ALT)
    (read,) = merge(write([ledger_to_row(row)], tmp_path, LEDGER))
    assert sort_key(read) == sort_key(ledger_to_row(row))


def test_runs_are_named_as_temporary_files(tmp_path: Path) -> None:
    write([candidate_to_row(make_candidate(1))], tmp_path)
    assert [path.name.startswith(TEMPORARY_PREFIX) for path in tmp_path.iterdir()] == [True]


def test_no_rows_are_no_run(tmp_path: Path) -> None:
    assert write([], tmp_path) == []
    assert merge([]) == []


@given(st.lists(st.text("0123456789abcdef", min_size=32, max_size=32), max_size=40))
def test_any_uids_come_out_sorted(
    tmp_path_factory: pytest.TempPathFactory, uids: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    rows = [
        ledger_to_row(LedgerRow(uid=uid, url=None, stage="crawl", outcome="url")) for uid in uids
    ]
    runs = write(rows, folder, LEDGER)
    assert [row["uid"] for row in merge(runs, parts=3)] == sorted(uids)
