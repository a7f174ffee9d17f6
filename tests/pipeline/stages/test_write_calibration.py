import json
from pathlib import Path

import apache_beam as beam
import pytest

from dedup.contamination.calibration import Wanted
from dedup.contamination.calibration_page import ORIGINAL
from dedup.verify.plant import PLANTS
from pipeline.stages.calibrate_benchmarks import CalibrationParts
from pipeline.stages.write_calibration import WriteCalibration
from schemas.errors import UserError
from tests.pipeline.stages.runner import run

COPIES = [("a", "grey", 1.0), ("a", "grey", -1.0)]


def write(folder: Path, scores: list, pool_images: int, pool_size: int | None = None) -> list:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        parts = CalibrationParts(
            root | "Scores" >> beam.Create(scores),
            root | "Copies" >> beam.Create(COPIES),
            root | "Examples" >> beam.Create([(("a", ORIGINAL), b"a"), (("a", "grey"), b"b")]),
            root | "Size" >> beam.Create([pool_images]),
        )
        writer = WriteCalibration(str(folder), {"a": "images"}, 6, Wanted(), pool_size)
        return {"names": parts | writer}

    return run(construct)["names"]


def test_the_calibration_is_written_as_json_table_and_page(tmp_path: Path) -> None:
    scores = [(("a", str(number)), 0.5) for number in range(10)]
    names = write(tmp_path, scores, 5, 500)
    assert sorted(names) == ["calibration.html", "calibration.json", "calibration.md"]
    found = json.loads((tmp_path / "calibration.json").read_text())
    assert (found["pool_images"], found["pool_size"]) == (5, 500)
    assert found["benchmarks"]["a"]["recall"] == {"found": 1, "planted": 2}
    assert len(found["benchmarks"]["a"]["transforms"]) == len(PLANTS)
    assert "| grey | 2 | 1 |" in (tmp_path / "calibration.md").read_text()
    assert (tmp_path / "calibration.html").read_text().count("data:image/jpeg") == 2


def test_without_pictures_on_either_side_nothing_can_be_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="images: no thumbnails"):
        write(tmp_path, [], 5)
    with pytest.raises(UserError, match="no pictures"):
        write(tmp_path, [(("a", "0"), 0.5)], 0)
