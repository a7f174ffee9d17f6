import json
from collections.abc import Callable
from pathlib import Path

from pipeline.shards.table import read_rows
from schemas.uid import make_uid
from tests.cli.conftest import Chain, run
from tests.servers import Answer, serve


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


def test_seeds_are_crawled_into_archives_and_again_conditionally(tmp_path: Path) -> None:
    html = {"Content-Type": "text/html", "ETag": '"1"'}
    image = b'<img src="/a.jpg" alt="a red boat">'
    answers = {"/": Answer(image + b'<a href="/b">b</a><a href="/c">c</a>', headers=html)}
    answers["/b"] = Answer(image, headers=html)
    with serve(answers) as site:
        flags = ("--allow-address", site.address, "--max-pages", 2, "--quiet")
        assert run("crawl", site.origin, "--out", tmp_path / "one", *flags) == 0
        again = ("--recrawl-from", tmp_path / "one", *flags)
        assert run("crawl", site.origin, "--out", tmp_path / "two", *again) == 0
    for name in ("one", "two"):
        rows = list(read_rows(str(tmp_path / name / "candidates/00000.parquet")))
        assert sorted(row["page_url"] for row in rows) == [f"{site.origin}/", f"{site.origin}/b"]
        archive = tmp_path / name / "crawl/000/crawl-000-00000.warc.gz"
        assert {row["source"] for row in rows} == {str(archive)}
        (dropped,) = read_rows(str(tmp_path / name / "ledger/00000.parquet"))
        assert (dropped["outcome"], dropped["detail"]) == (
            "budget",
            "URLs found and not fetched: pages 1",
        )
    summary = json.loads((tmp_path / "two/crawl/000/crawl.json").read_text())
    assert summary["recrawl"] == {"same": 2, "changed": 0, "new": 0, "gone": 0}


def test_a_scope_that_is_none_is_the_users_mistake(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    said = complaint("crawl", "http://e.org/", "--out", tmp_path, "--scope", "planet")
    assert "--scope planet" in said


def test_seeds_need_a_local_folder(complaint: Callable[..., str]) -> None:
    said = complaint("crawl", "http://e.org/", "--out", "memory://bucket/out")
    assert "memory://bucket/out" in said
    assert "local folder" in said
