import json
from collections.abc import Callable
from pathlib import Path

from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain


def test_duplicates_are_dropped_and_the_earlier_ledger_goes_on(chain: Chain) -> None:
    rows = list(read_rows(str(chain.selected / "candidates/00000.parquet")))
    assert len(rows) == 9
    assert {row["language"] for row in rows} == {"en"}
    summary = json.loads((chain.selected / "summary.json").read_text())
    assert summary["languages"] == {"en": {"selected": 9, "share": 1.0}}
    outcomes = [row["outcome"] for row in read_rows(str(chain.selected / "ledger/00000.parquet"))]
    assert sorted(outcomes) == ["duplicate_url_text", "no_alt"]


def test_what_is_no_candidates_table_is_named(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert "no such file" in complaint("select", tmp_path / "none", "--out", tmp_path / "o")
    assert "no Parquet table" in complaint("select", tmp_path, "--out", tmp_path / "o")
