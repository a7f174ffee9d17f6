import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from tests.cli.conftest import Chain, run


def report_of(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text())


@pytest.mark.parametrize("step", ["pool", "dataset", "benchmark"])
def test_a_pool_a_dataset_and_a_plain_folder_can_be_measured(
    chain: Chain, tmp_path: Path, step: str
) -> None:
    flags = ("--benchmark", f"b={chain.benchmark}", "--quiet")
    assert run("contamination", getattr(chain, step), *flags, "--out", tmp_path / "report") == 0
    found = report_of(tmp_path / "report")
    assert found["pool"]["samples"] == {"pool": 9, "dataset": 8, "benchmark": 3}[step]
    assert found["benchmarks"]["b"]["overlap"] == (3 if step == "benchmark" else 2)
    assert set(found) == {
        "pool",
        "benchmarks",
        "median_overlap_rate",
        "mean_overlap_rate",
        "hash",
    }
    keys = {"images", "overlap", "overlap_rate", "ci95", "pool_matches", "methods", "max_distance"}
    assert set(found["benchmarks"]["b"]) == keys
    page = (tmp_path / "report/report.html").read_text()
    assert page.count("data:image/jpeg;base64") == 2 * found["benchmarks"]["b"]["overlap"]
    columns = ["benchmark", "benchmark_key", "uid", "pool_key", "url", "method", "distance"]
    assert pq.read_table(tmp_path / "report/matches.parquet").column_names == [
        *columns,
        "transform",
    ]


def test_tars_of_a_dataset_are_a_pool_too(chain: Chain, tmp_path: Path) -> None:
    flags = ("--benchmark", f"b={chain.benchmark}", "--quiet")
    assert run("contamination", chain.dataset / "shards", *flags, "--out", tmp_path / "r") == 0
    found = report_of(tmp_path / "r")["benchmarks"]["b"]
    assert found["methods"] == {"sha256": 0, "phash": 2}  # the tars hold re-encoded images


def test_images_of_cifar10_are_found_re_encoded_and_byte_for_byte(
    shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "cifar10/test-dev.parquet"
    images = pq.read_table(source, columns=["image"]).slice(100, 10).to_pylist()
    (tmp_path / "images").mkdir()
    for number, row in enumerate(images):
        body = row["image"]["bytes"]
        if number % 2:
            stream = io.BytesIO()
            Image.open(io.BytesIO(body)).save(stream, "PNG")
            body = stream.getvalue()
        (tmp_path / f"images/{number}.jpg").write_bytes(body)
    flags = ("--benchmark", f"cifar10={source}", "--quiet")
    assert run("contamination", tmp_path / "images", *flags, "--out", tmp_path / "report") == 0
    found = report_of(tmp_path / "report")["benchmarks"]["cifar10"]
    assert found["images"] == 5000
    assert found["pool_matches"] == 10
    assert found["methods"]["sha256"] == 5


def test_what_cannot_be_measured_is_named(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    (tmp_path / "empty").mkdir()
    out = ("--out", tmp_path / "report")
    assert "--benchmark" in complaint("contamination", chain.pool, *out)
    assert "NAME=SOURCE" in complaint("contamination", chain.pool, "--benchmark", "x", *out)
    said = complaint("contamination", chain.pool, "--benchmark", f"b={tmp_path / 'empty'}", *out)
    assert "empty" in said
    flags = ("--benchmark", f"b={chain.benchmark}")
    said = complaint("contamination", tmp_path / "none", *flags, *out)
    assert "none" in said
