import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageOps

from tests.cli.conftest import Chain, run
from tests.dedup.verify.photos import make_photo


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
    keys = {
        "images",
        "overlap",
        "overlap_rate",
        "ci95",
        "pool_matches",
        "methods",
        "max_distance",
    } | {"min_score"}
    assert set(found["benchmarks"]["b"]) == keys
    page = (tmp_path / "report/report.html").read_text()
    assert page.count("data:image/jpeg;base64") == 2 * found["benchmarks"]["b"]["overlap"]
    columns = ["benchmark", "benchmark_key", "uid", "pool_key", "url", "method", "distance"]
    assert pq.read_table(tmp_path / "report/matches.parquet").column_names == [
        *columns,
        *("transform", "score", "crop"),
    ]


def test_tars_of_a_dataset_are_a_pool_too(chain: Chain, tmp_path: Path) -> None:
    flags = ("--benchmark", f"b={chain.benchmark}", "--quiet")
    assert run("contamination", chain.dataset / "shards", *flags, "--out", tmp_path / "r") == 0
    found = report_of(tmp_path / "r")["benchmarks"]["b"]
    assert found["methods"] == {
        "sha256": 0,
        "phash": 2,
        "aligned": 0,
    }  # the tars hold re-encoded images


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


def test_crops_frames_and_mirrored_copies_are_found_with_what_was_done_to_them(
    tmp_path: Path,
) -> None:
    photos = [Image.fromarray(make_photo(seed)) for seed in range(4)]
    altered = {
        "crop": photos[0].crop((30, 20, 190, 180)),
        "mirrored": photos[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "framed": ImageOps.expand(photos[2], 60, "white"),
        "other": Image.fromarray(make_photo(40)),
    }
    for folder, pictures in (("b", dict(enumerate(photos))), ("pool", altered)):
        (tmp_path / folder).mkdir()
        for name, picture in pictures.items():
            picture.save(tmp_path / folder / f"{name}.jpg", quality=80)
    flags = ("--benchmark", f"b={tmp_path / 'b'}", "--quiet")
    assert run("contamination", tmp_path / "pool", *flags, "--out", tmp_path / "r") == 0
    matches = pq.read_table(tmp_path / "r/matches.parquet").to_pylist()
    found = {m["pool_key"]: (m["benchmark_key"], m["method"], m["transform"]) for m in matches}
    assert found == {
        "crop.jpg": ("0.jpg", "aligned", "none"),
        "mirrored.jpg": ("1.jpg", "aligned", "flip"),
        "framed.jpg": ("2.jpg", "aligned", "none"),
    }
    crop = next(m["crop"] for m in matches if m["pool_key"] == "crop.jpg")
    assert crop == pytest.approx([0.15, 0.1, 0.95, 0.9], abs=0.04)
    assert (
        run("contamination", tmp_path / "pool", *flags, "--no-verify", "--out", tmp_path / "h") == 0
    )
    assert report_of(tmp_path / "h")["benchmarks"]["b"]["methods"] == {"sha256": 0, "phash": 0}


def test_known_copies_of_cifar10_are_found_and_no_picture_of_another_class(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "cifar10"
    with (folder / "pairs-dev.csv").open() as stream:
        pairs = [row for row in csv.DictReader(stream) if row["judgment"] == "near-duplicate"]
    train = pq.read_table(folder / "train.parquet")
    wanted = [int(row["train_key"].removeprefix("train-")) for row in pairs]
    pool = train.take(sorted({*wanted, *range(0, 50_000, 40)}))
    pq.write_table(pool, tmp_path / "pool.parquet")
    test = pq.read_table(folder / "test-dev.parquet")
    keys = {row["test_key"] for row in pairs}
    is_wanted = [key in keys or n % 8 == 0 for n, key in enumerate(test["key"].to_pylist())]
    pq.write_table(test.filter(is_wanted), tmp_path / "test.parquet")
    flags = ("--benchmark", f"b={tmp_path / 'test.parquet'}", "--min-score", "0.8", "--quiet")
    assert run("contamination", tmp_path / "pool.parquet", *flags, "--out", tmp_path / "r") == 0
    matches = pq.read_table(tmp_path / "r/matches.parquet").to_pylist()
    found = {(match["benchmark_key"], match["pool_key"]) for match in matches}
    hits = sum((row["test_key"], row["train_key"]) in found for row in pairs)
    assert hits >= 0.93 * len(pairs)
    labels = {r["key"]: r["label"] for r in [*pool.to_pylist(), *test.to_pylist()]}
    assert all(labels[one] == labels[other] for one, other in found)


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
