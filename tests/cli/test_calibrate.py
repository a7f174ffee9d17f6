import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from tests.cli.conftest import Chain, run
from tests.dedup.verify.photos import make_photo


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(12):
        Image.fromarray(make_photo(seed)).save(folder / f"{seed}.png")
    return folder


def test_a_calibration_sets_what_contamination_uses(
    photos: Path, chain: Chain, tmp_path: Path
) -> None:
    flags = ("--benchmark", f"b={photos}", "--quiet")
    sizes = ("--originals", 3, "--pool-size", 1000, "--false-rate", 0.01)
    assert run("calibrate", chain.pool, *flags, *sizes, "--out", tmp_path / "c") == 0
    found = json.loads((tmp_path / "c/calibration.json").read_text())
    assert (found["pool_images"], found["pool_size"]) == (9, 1000)
    b = found["benchmarks"]["b"]
    assert b["images"] == 12
    assert b["threshold"]["is_extrapolated"]
    assert {row["planted"] for row in b["transforms"]} == {3}
    assert "| mirrored | 3 | 3 | 1.000 |" in (tmp_path / "c/calibration.md").read_text()
    given = ("--calibration", tmp_path / "c/calibration.json", "--out", tmp_path / "r")
    assert run("contamination", chain.pool, *flags, *given) == 0
    report = json.loads((tmp_path / "r/report.json").read_text())
    assert report["benchmarks"]["b"]["min_score"] == b["threshold"]["min_score"]
    corrected = report["benchmarks"]["b"]["corrected"]
    assert corrected["calibration"] == {**b["recall"], **b["false_positives"]}
    assert (tmp_path / "c/calibration.html").read_text().count("data:image/jpeg") == 25
    assert json.loads((tmp_path / "c/summary.json").read_text())["command"] == "calibrate"


def test_rates_hold_for_the_settings_they_were_measured_at(
    photos: Path, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    flags = ("--benchmark", f"b={photos}", "--quiet")
    assert run("calibrate", photos, *flags, "--originals", 2, "--out", tmp_path / "c") == 0
    given = ("--calibration", tmp_path / "c/calibration.json", "--min-score", 0.5)
    said = complaint("contamination", photos, *flags, *given, "--out", tmp_path / "r")
    assert "leave out --min-score" in said


def test_a_score_that_was_chosen_is_measured(photos: Path, tmp_path: Path) -> None:
    flags = ("--benchmark", f"b={photos}", "--quiet", "--originals", 2, "--min-score", 0.8)
    assert run("calibrate", photos, *flags, "--out", tmp_path / "c") == 0
    found = json.loads((tmp_path / "c/calibration.json").read_text())
    threshold = found["benchmarks"]["b"]["threshold"]
    assert (threshold["min_score"], threshold["false_rate"]) == (0.8, 0)
    assert threshold["upper"] == pytest.approx(0.221, abs=0.001)


def test_each_benchmark_is_calibrated_by_itself_and_used_by_its_name(
    photos: Path, chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    both = ("--benchmark", f"b={photos}", "--benchmark", f"c={chain.benchmark}", "--quiet")
    sizes = ("--originals", 1, "--false-pictures", 0.01, "--distractors", 5)
    assert run("calibrate", chain.pool, *both, *sizes, "--out", tmp_path / "c") == 0
    found = json.loads((tmp_path / "c/calibration.json").read_text())
    assert found["pool_images"] == 5
    assert [found["benchmarks"][name]["max_rate"] for name in "bc"] == [0.01 / 12, 0.01 / 3]
    found["benchmarks"]["c"]["threshold"]["min_score"] = 0.95
    scores = {n: row["threshold"]["min_score"] for n, row in found["benchmarks"].items()}
    (tmp_path / "c/calibration.json").write_text(json.dumps(found))
    given = ("--calibration", tmp_path / "c/calibration.json")
    assert run("contamination", chain.pool, *both, *given, "--out", tmp_path / "r") == 0
    report = json.loads((tmp_path / "r/report.json").read_text())["benchmarks"]
    assert {name: report[name]["min_score"] for name in report} == scores
    other = ("--benchmark", f"d={photos}", "--quiet", *given)
    assert "'d'" in complaint("contamination", chain.pool, *other, "--out", tmp_path / "d")


def test_a_dataset_is_built_with_what_a_calibration_says(
    chain: Chain, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    flags = ("--benchmark", f"b={chain.benchmark}", "--originals", 1, "--quiet")
    assert run("calibrate", chain.pool, *flags, "--out", tmp_path / "c") == 0
    recipe = tmp_path / "recipe.toml"
    source = f'[contamination.benchmarks]\nb = "{chain.benchmark}"\n'
    settings = '[contamination]\naction = "remove"\ncalibration = "c/calibration.json"\n'
    recipe.write_text(settings + source)
    arguments = ("shards", chain.unique, "--recipe", recipe, "--quiet")
    assert run(*arguments, "--out", tmp_path / "d") == 0
    report = json.loads((tmp_path / "d/contamination/report.json").read_text())["benchmarks"]["b"]
    found = json.loads((tmp_path / "c/calibration.json").read_text())["benchmarks"]["b"]
    assert report["min_score"] == found["threshold"]["min_score"]
    assert report["corrected"]["calibration"]["planted"] == found["recall"]["planted"]
    rows = pq.read_table(tmp_path / "d/ledger/00000.parquet").to_pylist()
    dropped = [row["detail"] for row in rows if row["outcome"] == "benchmark_overlap"]
    assert sorted(detail.partition(",")[0] for detail in dropped) == [
        "b image 1.jpg",
        "b image 2.jpg",
    ]
    assert all(", sha256 distance 0, score " in detail for detail in dropped)
    assert (chain.pool / "fingerprints/00000.parquet").exists()
    recipe.write_text(settings + "max_distance = 4\n" + source)
    assert "leave out max_distance" in complaint(*arguments, "--out", tmp_path / "e")


def test_what_is_asked_for_in_two_ways_or_not_at_all_is_refused(
    photos: Path, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    out = ("--out", tmp_path / "c")
    assert "no benchmark" in complaint("calibrate", photos, *out)
    twice = ("--false-rate", 0.1, "--min-score", 0.9)
    flags = ("--benchmark", f"b={photos}")
    assert "give one of" in complaint("calibrate", photos, *flags, *twice, *out)
    given = ("--calibration", "c.json", "--recall", "1/2", "--false-positives", "0/9")
    assert "both counts" in complaint("contamination", photos, *flags, *given, *out)
