import json
from collections.abc import Callable
from pathlib import Path

from pipeline.shards.table import read_rows
from schemas.uid import make_uid
from tests.cli.conftest import Chain, run


def test_candidates_ledger_and_summary_are_written(chain: Chain) -> None:
    rows = list(read_rows(str(chain.crawled / "candidates/00000.parquet")))
    assert len(rows) == 10
    assert all(row["uid"] == make_uid(row["url"], row["text"]) for row in rows)
    assert all(row["image_source"] == str(chain.archive) for row in rows)
    (dropped,) = read_rows(str(chain.crawled / "ledger/00000.parquet"))
    assert dropped["outcome"] == "no_alt"
    summary = json.loads((chain.crawled / "summary.json").read_text())
    assert summary["stages"]["crawl"] == {
        "in": 11,
        "kept": 10,
        "rejected": {"no_alt": 1},
        "failed": {},
    }
    assert summary["command"] == "crawl"
    assert summary["versions"]["apache-beam"]
    assert summary["seconds"] > 0


def test_columns_of_a_list_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("where,what\nhttp://e.org/a.jpg,a red boat\n")
    flags = ("--url-column", "where", "--text-column", "what")
    assert run("crawl", tmp_path / "list.csv", *flags, "--out", tmp_path / "out", "--quiet") == 0
    (row,) = read_rows(str(tmp_path / "out/candidates/00000.parquet"))
    assert (row["url"], row["text"], row["text_source"]) == (
        "http://e.org/a.jpg",
        "a red boat",
        "list",
    )


def test_a_list_without_a_url_column_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    said = complaint("crawl", tmp_path / "list.csv", "--out", tmp_path / "out")
    assert "list.csv" in said
    assert "--url-column" in said
