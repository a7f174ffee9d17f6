import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.queries.query_list import read_list
from pipeline.shards.table import read_rows
from tests.cli.conftest import Chain, run

PAGE = """<mediawiki><page><title>Boat</title><ns>0</ns><revision>
<text>A red boat. A red [[boat]]; the red boat</text></revision></page></mediawiki>"""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.xml.bz2"
    path.write_bytes(bz2.compress(PAGE.encode()))
    return path


def test_a_list_is_built_counted_and_used(
    chain: Chain, dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    views = tmp_path / "pageviews-20220829-120000.gz"
    views.write_bytes(gzip.compress(b"en Boat 80 0\nen Ship 90 0\n"))
    out = tmp_path / "queries"
    limits = ("--min-word-count", 2, "--min-bigram-count", 3, "--numbers")
    sources = ("--wikipedia", dump, "--pageviews", views)
    assert run("queries", *sources, *limits, "--out", out) == 0
    assert "1 articles" in " ".join(capsys.readouterr().out.split())
    assert read_list(str(out / "queries.parquet"))[:5] == ("boat", "red", "a", "red boat", "0")
    summary = json.loads((out / "summary.json").read_text())
    assert summary["counts"]["queries"] == {"word": 3, "bigram": 1, "number": 100}
    assert not (out / "_work/runs").exists()

    selected = tmp_path / "selected"
    assert run("select", chain.crawled, "--queries", out, "--out", selected, "--quiet") == 0
    rows = list(read_rows(str(selected / "candidates/00000.parquet")))
    assert len(rows) == 9
    assert {"boat", "red", "a", "red boat"} <= set(rows[0]["queries"])
    assert (selected / "queries/report.html").is_file()
    assert "balance" in json.loads((selected / "summary.json").read_text())["stages"]


def test_queries_travel_to_the_dataset_and_its_report_is_in_the_manifest(
    chain: Chain, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("red boat\nphoto\n")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[queries]\nlist = "list.txt"\nmax_pairs = 3\n[images]\nmin_side_px = 16\n')
    dataset = tmp_path / "dataset"
    assert run("build", recipe, "--input", chain.archive, "--out", dataset, "--quiet") == 0
    rows = list(read_rows(str(dataset / "metadata/00000.parquet")))
    assert rows
    assert all(row["queries"] for row in rows)
    manifest = json.loads((dataset / "manifest.json").read_text())
    assert "queries/counts.parquet" in {file["path"] for file in manifest["files"]}
    assert manifest["stages"]["balance"]["in"] == manifest["stages"]["select"]["kept"]
    assert run("verify", dataset) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to make queries from"),
        (("--wikipedia", "missing.bz2"), "no such file"),
        (("--pageviews", "missing.gz"), "no such file"),
        (("--wordnet", "."), "no WordNet"),
        (("--wordnet", "missing.xml"), "no WordNet"),
        (("--case", "upper"), "--case upper"),
        (("--bigram-score", "chi2"), "--bigram-score chi2"),
    ],
)
def test_mistakes_are_named(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    complaint: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in complaint("queries", *arguments, "--out", tmp_path / "out")


def test_an_empty_dump_is_the_users_mistake(tmp_path: Path, complaint: Callable[..., str]) -> None:
    (tmp_path / "d.bz2").touch()
    assert "empty" in complaint(
        "queries", "--wikipedia", tmp_path / "d.bz2", "--out", tmp_path / "out"
    )


def test_a_missing_list_is_named_before_anything_runs(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    said = complaint("select", chain.crawled, "--queries", tmp_path, "--out", tmp_path / "o")
    assert "no query list" in said
