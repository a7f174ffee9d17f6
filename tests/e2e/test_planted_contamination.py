"""Copies planted in a pool, found through Beam: the same report from every engine."""

from pathlib import Path

import pytest

from benchmarks.contamination_planted import engines, recovered, report_digest
from benchmarks.planted_pool import PlantedPool, shuffled, write_planted
from cli.main import main

POOL, IMAGES, COPIES = 1000, 120, 48
ENGINES = engines()


@pytest.fixture(scope="module")
def planted(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> PlantedPool:
    folder = tmp_path_factory.mktemp("planted")
    cifar = shared_data / "cifar10"
    return write_planted(folder, POOL, images=IMAGES, copies=COPIES, cifar=cifar)


@pytest.fixture(scope="module")
def given(planted: PlantedPool) -> list[str]:
    """The benchmark and the detector's rates, measured on it."""
    flags = ["--benchmark", f"planted={planted.benchmark}", "--quiet"]
    out = planted.pool.parent / "calibration"
    limits = ["--originals", "25", "--false-rate", "0.03"]
    assert main(["calibrate", str(planted.pool), *flags, *limits, "--out", str(out)]) == 0
    return [*flags, "--calibration", str(out / "calibration.json")]


@pytest.fixture(scope="module")
def report(planted: PlantedPool, given: list[str]) -> Path:
    out = planted.pool.parent / "report"
    command = ["contamination", str(planted.pool), *given, "--out", str(out)]
    assert main([*command, *ENGINES["1 worker"]]) == 0
    return out


def test_what_was_planted_lies_within_the_reports_own_interval(
    planted: PlantedPool, report: Path
) -> None:
    found = recovered(report, planted)
    assert found["planted, found"] >= 0.7 * COPIES
    assert found["found beside"] <= 0.1 * IMAGES
    assert found["interval holds it"] == "True"


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "1 worker"])
def test_another_engine_or_order_writes_the_same_bytes(
    planted: PlantedPool, given: list[str], report: Path, tmp_path: Path, engine: str
) -> None:
    pool = planted.pool
    if engine == "another order":
        pool = shuffled(pool, tmp_path / "shuffled.parquet")
    command = ["contamination", str(pool), *given, "--out", str(tmp_path / "report")]
    assert main([*command, *ENGINES[engine]]) == 0
    assert report_digest(tmp_path / "report") == report_digest(report)
