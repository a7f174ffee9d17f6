import json
from pathlib import Path

import pytest

from dedup.contamination.calibration import Calibrations, Wanted, calibrate
from dedup.contamination.calibration_file import (
    Calibrated,
    calibration_json,
    calibration_table,
    read_calibration,
)
from dedup.contamination.corrected import DetectorRates
from schemas.errors import UserError

PLANTED = {"grey": [1.0, 1.0, 0.9999, -1.0]}
SCORES = [0.5 + 0.00004 * number for number in range(5000)]
FOUND = Calibrations(
    pool_images=50_000,
    pool_size=1_000_000,
    max_distance=6,
    benchmarks={
        "a": calibrate(SCORES, PLANTED, Wanted(), 20),
        "index": calibrate(SCORES, {"grey": []}, Wanted(min_score=0.75), 20),
    },
)
SIMPLE = {
    "recall": {"found": 230, "planted": 249},
    "false_positives": {"hits": 5, "queries": 5000},
    "more": 1,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "c.json"


def test_each_benchmark_gets_its_own_score_and_rates(file: Path) -> None:
    file.write_text(calibration_json(FOUND))
    assert read_calibration(str(file), ["index", "a"]) == Calibrated(
        max_distance=6,
        min_scores={"index": 0.75, "a": FOUND.benchmarks["a"].threshold.min_score},
        rates={"a": DetectorRates(found=3, planted=4, hits=0, queries=5000)},
    )


def test_counts_alone_stand_for_every_benchmark(file: Path) -> None:
    file.write_text(json.dumps(SIMPLE))
    rates = DetectorRates(found=230, planted=249, hits=5, queries=5000)
    assert read_calibration(str(file), ["a", "b"]) == Calibrated(rates={"a": rates, "b": rates})


def test_without_planted_copies_nothing_is_corrected(file: Path) -> None:
    file.write_text(json.dumps(SIMPLE | {"recall": {"found": 0, "planted": 0}}))
    assert read_calibration(str(file), ["a"]) == Calibrated()


def test_a_benchmark_that_was_not_measured_is_named(file: Path) -> None:
    file.write_text(calibration_json(FOUND))
    with pytest.raises(UserError, match="benchmark 'c'; it has a, index"):
        read_calibration(str(file), ["a", "c"])


@pytest.mark.parametrize(
    "text", ["", "1", "[]", '{"benchmarks": {}}', '{"recall": {"found": 3, "planted": 2}}']
)
def test_another_file_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(UserError, match=r"c\.json: not a calibration"):
        read_calibration(str(file), ["a"])


def test_another_version_is_refused(file: Path) -> None:
    file.write_text(json.dumps(json.loads(calibration_json(FOUND)) | {"version": 9}))
    with pytest.raises(UserError, match="version 9"):
        read_calibration(str(file), ["a"])


def test_the_file_tells_the_score_of_pools_of_other_sizes() -> None:
    sizes = json.loads(calibration_json(FOUND))["benchmarks"]["a"]["by_pool_size"]
    assert [row["pool_size"] for row in sizes] == [10**power for power in range(5, 11)]
    scores = [row["min_score"] for row in sizes]
    assert scores == sorted(scores)


def test_the_table_says_where_it_extrapolates() -> None:
    table = calibration_table(FOUND)
    assert "extrapolated by an exponential tail" in table
    assert "## index" in table
    assert "| grey | 4 | 3 | 0.750 | 0.194-0.994 |" in table
