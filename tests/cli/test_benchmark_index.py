import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from tests.cli.conftest import Chain, run


def test_an_index_replaces_its_pictures(chain: Chain, tmp_path: Path) -> None:
    index = tmp_path / "b.parquet"
    assert run("benchmark-index", chain.benchmark, "--name", "b", "--out", index) == 0
    assert pq.read_table(index).column_names == [
        *("benchmark", "key", "sha256", "phash", "label"),
        "thumbnail",
    ]
    flags = ("--benchmark", f"b={index}", "--quiet")
    assert run("contamination", chain.pool, *flags, "--out", tmp_path / "report") == 0
    report = json.loads((tmp_path / "report/report.json").read_text())
    assert report["benchmarks"]["b"]["overlap"] == 2
    assert (tmp_path / "report/report.html").is_file()


def test_an_index_without_thumbnails_is_matched_by_its_hashes(chain: Chain, tmp_path: Path) -> None:
    index = tmp_path / "b.parquet"
    assert run("benchmark-index", chain.benchmark, "--no-thumbnails", "--out", index) == 0
    assert pq.read_table(index)["thumbnail"].null_count == 3
    flags = ("--benchmark", f"b={index}", "--quiet")
    assert run("contamination", chain.pool, *flags, "--out", tmp_path / "report") == 0
    matches = pq.read_table(tmp_path / "report/matches.parquet").to_pylist()
    assert [match["score"] for match in matches] == [None] * 2


def test_an_index_is_a_parquet_file(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert ".parquet" in complaint("benchmark-index", chain.benchmark, "--out", tmp_path / "x")


def test_a_benchmark_without_a_picture_is_named(
    tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/1.jpg").write_bytes(b"no image")
    said = complaint("benchmark-index", tmp_path / "broken", "--out", tmp_path / "x.parquet")
    assert "none of its 1 images can be decoded" in said
