import json
from pathlib import Path

import pytest

from cli.calibrated import named, settle_contamination, use_calibration
from dedup.contamination.calibration import Calibrations, Wanted, calibrate
from dedup.contamination.calibration_file import calibration_json
from dedup.contamination.records import DEFAULT_MIN_SCORE
from pipeline.recipe.dedupe import Contamination
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError

FOUND = Calibrations(
    pool_images=10,
    pool_size=10,
    max_distance=4,
    benchmarks={"b": calibrate([0.5] * 100, {"grey": [1.0]}, Wanted(min_score=0.83), 1)},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "c.json"
    path.write_text(calibration_json(FOUND))
    return path


def test_a_calibration_sets_distance_scores_and_rates(file: Path) -> None:
    section = Contamination(benchmarks={"b": "images"}, calibration=str(file))
    settled, rates = use_calibration(section, named(section))
    assert (settled.max_distance, settled.verify) == (4, True)
    assert (settled.least_score("b"), settled.least_score("other")) == (0.83, DEFAULT_MIN_SCORE)
    assert (rates["b"].found, rates["b"].queries) == (1, 100)


def test_without_alignment_there_is_no_least_score() -> None:
    assert Contamination(verify=False).least_score("b") is None


def test_what_a_calibration_sets_cannot_be_chosen_beside_it(file: Path) -> None:
    section = Contamination(benchmarks={"b": "i"}, calibration=str(file), max_distance=6)
    with pytest.raises(UserError, match="leave out max_distance"):
        use_calibration(section, named(section))


def test_counts_alone_leave_the_settings(file: Path) -> None:
    counts = {"recall": {"found": 1, "planted": 2}, "false_positives": {"hits": 0, "queries": 9}}
    file.write_text(json.dumps(counts))
    section = Contamination(benchmarks={"b": "i"}, calibration=str(file), max_distance=3)
    settled, rates = use_calibration(section, named(section))
    assert settled == section
    assert rates["b"].planted == 2


def test_rates_are_part_of_what_decides_a_dataset(file: Path) -> None:
    recipe = Recipe(contamination=Contamination(benchmarks={"b": "i"}, calibration=str(file)))
    settled, evidence, claimed = settle_contamination(recipe)
    assert evidence.calibration["b"].found == 1
    assert settled.contamination.min_scores == {"b": 0.83}
    assert claimed["calibration"]["b"]["queries"] == 100
    assert settled.contamination.max_distance == 4
    assert settle_contamination(Recipe())[2] == {}
