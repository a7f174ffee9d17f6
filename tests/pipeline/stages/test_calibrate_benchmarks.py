from pathlib import Path

import apache_beam as beam
import pytest
from PIL import Image

from dedup.contamination.calibration_page import ORIGINAL
from dedup.verify.plant import PLANTS
from pipeline.recipe.dedupe import Contamination
from pipeline.stages.calibrate_benchmarks import CalibrateBenchmarks
from pipeline.stages.measure_contamination import hash_pool_part, list_parts
from tests.dedup.verify.photos import make_photo
from tests.pipeline.stages.runner import run


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    for name, seeds in (("a", range(4)), ("b", range(10, 13)), ("pool", range(20, 26))):
        (tmp_path / name).mkdir()
        for seed in seeds:
            Image.fromarray(make_photo(seed)).save(tmp_path / name / f"{seed}.png")
    (tmp_path / "a/broken.png").write_bytes(b"no picture")
    return {name: str(tmp_path / name) for name in ("a", "b", "pool")}


def measure(folders: dict[str, str], names: tuple[str, ...], originals: int) -> dict[str, list]:
    section = Contamination(benchmarks={name: folders[name] for name in names})
    images = [
        image
        for part in list_parts({"pool": folders["pool"]})
        for image in hash_pool_part(part, True)
    ]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        return (root | beam.Create(images) | CalibrateBenchmarks(section, originals))._asdict()

    return run(construct)


def test_each_picture_has_a_score_and_each_original_its_copies(folders: dict[str, str]) -> None:
    found = measure(folders, ("a", "b"), originals=2)
    keys = {("a", f"{n}.png") for n in range(4)} | {("b", f"{n}.png") for n in range(10, 13)}
    scores = dict(found["scores"])
    assert set(scores) == keys
    assert len(found["scores"]) == 7
    assert all(-1 <= score < 0.7 for score in scores.values())
    assert found["pool_size"] == [6]
    assert sorted((name, transform) for name, transform, _ in found["copies"]) == sorted(
        (name, transform) for name in "ab" for transform in PLANTS for _ in range(2)
    )
    easy = [limit for _, transform, limit in found["copies"] if transform == "jpeg 75"]
    assert min(easy) > 0.9
    shown = {key for key, _ in found["examples"]}
    assert shown == {(name, what) for name in "ab" for what in (ORIGINAL, *PLANTS)}


def test_a_benchmark_is_measured_as_if_it_were_alone(folders: dict[str, str]) -> None:
    together, alone = (measure(folders, names, 1) for names in (("a", "b"), ("b",)))
    for kind in ("scores", "copies", "examples"):
        of_b = [item for item in together[kind] if "b" in (item[0], item[0][0])]
        assert sorted(of_b) == sorted(alone[kind])
