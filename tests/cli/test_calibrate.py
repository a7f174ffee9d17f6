import json
from collections.abc import Callable
from pathlib import Path

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
    assert (found["images"], found["pool_images"], found["pool_size"]) == (12, 9, 1000)
    assert found["threshold"]["is_extrapolated"]
    assert {row["planted"] for row in found["transforms"]} == {3}
    assert "| mirrored | 3 | 3 | 1.000 |" in (tmp_path / "c/calibration.md").read_text()
    given = ("--calibration", tmp_path / "c/calibration.json", "--out", tmp_path / "r")
    assert run("contamination", chain.pool, *flags, *given) == 0
    report = json.loads((tmp_path / "r/report.json").read_text())
    assert report["benchmarks"]["b"]["min_score"] == found["threshold"]["min_score"]
    corrected = report["benchmarks"]["b"]["corrected"]
    assert corrected["calibration"] == {**found["recall"], **found["false_positives"]}


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
    threshold = json.loads((tmp_path / "c/calibration.json").read_text())["threshold"]
    assert (threshold["min_score"], threshold["false_rate"]) == (0.8, 0)
    assert threshold["upper"] == pytest.approx(0.221, abs=0.001)


def test_it_takes_one_benchmark(
    photos: Path, tmp_path: Path, complaint: Callable[..., str]
) -> None:
    assert "one benchmark" in complaint("calibrate", photos, "--out", tmp_path / "c")
