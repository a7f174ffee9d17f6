import csv
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageOps

from tests.cli.conftest import Chain, run
from tests.dedup.verify.photos import make_photo
from tests.samples import make_image


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


def _measure_train_and_test(folder: Path, pool: Path, *flags: object) -> dict:
    source = f"test={folder / 'test'}"
    assert run("contamination", pool, "--benchmark", source, *flags, "--quiet") == 0
    return report_of(flags[flags.index("--out") + 1])["benchmarks"]["test"]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["folder", "tar", "parquet"])
def test_train_and_test_of_a_benchmark_are_compared(tmp_path: Path, kind: str) -> None:
    for split, numbers in (("test", (1, 2, 3)), ("train", (3, 4))):
        (tmp_path / split / "cat").mkdir(parents=True)
        for number in numbers:
            (tmp_path / split / f"cat/{number}.jpg").write_bytes(make_image(number))
    pool = tmp_path / "train"
    if kind == "tar":
        pool = tmp_path / "train.tar"
        with tarfile.open(pool, "w") as tar:
            tar.add(tmp_path / "train/cat", "cat")
    if kind == "parquet":
        bodies = [file.read_bytes() for file in sorted(pool.rglob("*.jpg"))]
        pool = tmp_path / "train.parquet"
        pq.write_table(pa.table({"image": bodies}), pool)
    answers = tmp_path / "answers.csv"
    answers.write_text("benchmark_key,correct\ncat/1.jpg,0\ncat/2.jpg,1\ncat/3.jpg,1\n")
    verdicts = tmp_path / "verdicts.json"
    evidence = ("--predictions", f"test={answers}", "--recall", "9/10", "--false-positives", "0/99")
    found = _measure_train_and_test(tmp_path, pool, *evidence, "--out", tmp_path / "report")
    assert (found["overlap"], found["classes"]["cat"]["overlap"]) == (1, 1)
    accuracy = found["accuracy"]
    assert (accuracy["clean"], accuracy["overlap"], accuracy["p_value"]) == (0.5, 1.0, 0.5)
    assert accuracy["within_classes"]["p_value"] == pytest.approx(2 / 3)
    assert found["corrected"]["rate"] == pytest.approx(1 / 3 / 0.9)
    pair = pq.read_table(tmp_path / "report/matches.parquet").to_pylist()[0]
    names = ("benchmark", "benchmark_key", "pool_key")
    verdicts.write_text(json.dumps([{name: pair[name] for name in names} | {"verdict": "same"}]))
    flags = ("--verdicts", verdicts, "--out", tmp_path / "judged")
    assert _measure_train_and_test(tmp_path, pool, *flags)["judged"]["precision"] == 1.0


def _as_source(folder: Path, kind: str) -> object:
    """Returns a folder of class folders as another kind of source."""
    if kind == "folder":
        return folder
    path = folder.with_suffix(".tar")
    if kind == "tar":
        with tarfile.open(path, "w") as tar:
            tar.add(folder, ".")
        return path
    if kind.startswith("index"):
        path = folder.with_suffix(f".{kind}.parquet")
        flags = ("--no-thumbnails",) if kind == "index without thumbnails" else ()
        assert run("benchmark-index", folder, "--out", path, *flags, "--quiet") == 0
        return path
    bodies = [file.read_bytes() for file in sorted(folder.rglob("*.jpg"))]
    if kind == "hf":
        data = folder.parent / f"hub-{folder.name}/data"
        data.mkdir(parents=True)
        pq.write_table(pa.table({"image": bodies}), data / "test-00000-of-00001.parquet")
        return f"hf:{data.parent}"
    path = folder.with_suffix(".parquet")
    pq.write_table(pa.table({"image": bodies}), path)
    return path


@pytest.mark.parametrize(
    "kind", ["folder", "tar", "parquet", "hf", "index", "index without thumbnails"]
)
def test_every_kind_of_source_serves_as_pool_and_as_benchmark(tmp_path: Path, kind: str) -> None:
    photos = {number: Image.fromarray(make_photo(number)) for number in range(4)}
    crop = photos[3].crop((25, 25, 175, 175))  # of both classes, and of both splits
    for split, shown in (("train", {3: photos[3], 4: photos[0]}), ("test", {**photos, 5: crop})):
        (tmp_path / split / "cat").mkdir(parents=True)
        for number, photo in shown.items():
            photo.save(tmp_path / split / f"cat/{number}.jpg", quality=90)
    train, test = (_as_source(tmp_path / split, kind) for split in ("train", "test"))
    both = ("--benchmark", f"test={test}", "--benchmark", f"train={train}", "--within")
    assert run("contamination", train, *both, "--quiet", "--out", tmp_path / "r") == 0
    found = report_of(tmp_path / "r")
    is_aligned = kind != "index without thumbnails"
    assert found["benchmarks"]["test"]["overlap"] == (3 if is_aligned else 2)
    assert found["benchmarks"]["train"]["overlap"] == 2  # it is the pool
    assert found["between"] == {
        "test": {
            "test": {"images": 2 if is_aligned else 0, "pairs": 2 if is_aligned else 0},
            "train": {"images": 3 if is_aligned else 2, "pairs": 3 if is_aligned else 2},
        },
        "train": {
            "test": {"images": 2, "pairs": 3 if is_aligned else 2},
            "train": {"images": 0, "pairs": 0},
        },
    }
    assert pq.read_metadata(tmp_path / "r/between.parquet").num_rows == (8 if is_aligned else 4)
    assert "within and between" in (tmp_path / "r/report.html").read_text()


def test_predictions_of_another_benchmark_are_the_users_mistake(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("benchmark_key,correct\nother,1\n")
    flags = ("--benchmark", f"b={chain.benchmark}", "--predictions", f"b={answers}")
    said = complaint("contamination", chain.pool, *flags, "--out", tmp_path / "report")
    assert "'other'" in said
