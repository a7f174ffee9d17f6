"""C1: the known copies of CIFAR-10's test images in its training images, by the two commands alone.

`calibrate` chooses the score without the known pairs, `contamination` uses it. The pair list
(ciFAIR, arXiv 1902.00423) is incomplete, so a false match is one between two classes.
"""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.harness import Report, save
from dedup.contamination.statistics import overlap_interval

DATA = Path("../shared/data/cifar10")
TEST_IMAGES = 5000
MIN_RECALL = 0.90
MAX_FALSE_RATE = 0.001


def run(folder: Path, rounds: int = 1, size: int | None = None) -> Report:
    """Measures recall of the known copies, and test images matched with another class.

    Args:
        folder: For the outputs.
        rounds: Not used: nothing is timed against a peer.
        size: Training images, at most; all if absent.
    """
    del rounds
    pool = DATA / "train.parquet"
    if size:
        pool = folder / "train.parquet"
        pq.write_table(pq.read_table(DATA / "train.parquet").slice(0, size), pool)
    benchmark = ("--benchmark", f"cifar10={DATA / 'test-dev.parquet'}", "--quiet")
    started = time.monotonic()
    _command("calibrate", str(pool), *benchmark, "--out", str(folder / "calibration"))
    calibrated = time.monotonic()
    given = ("--calibration", str(folder / "calibration/calibration.json"))
    _command("contamination", str(pool), *benchmark, *given, "--out", str(folder / "report"))
    figures = {
        **measure(folder / "report/matches.parquet", pool),
        "least score": _score(folder / "calibration/calibration.json"),
        "calibrate s": calibrated - started,
        "contamination s": time.monotonic() - calibrated,
    }
    report = Report(name="contamination_cifar", figures=figures, problems=_problems(figures))
    save(report)
    return report


def measure(matches: Path, pool: Path) -> dict[str, float | str]:
    """Returns recall by judgment, and the share of test images matched with another class."""
    labels = {
        row["key"]: row["label"] for row in _labels(pool) + _labels(DATA / "test-dev.parquet")
    }
    rows = pq.read_table(matches, columns=["benchmark_key", "pool_key"]).to_pylist()
    found = {(row["benchmark_key"], row["pool_key"]) for row in rows}
    with (DATA / "pairs-dev.csv").open() as stream:
        pairs = [row for row in csv.DictReader(stream) if row["train_key"] in labels]
    figures: dict[str, float | str] = {}
    for judgment in sorted({pair["judgment"] for pair in pairs}):
        wanted = [(p["test_key"], p["train_key"]) for p in pairs if p["judgment"] == judgment]
        hits = sum(pair in found for pair in wanted)
        low, high = overlap_interval(hits, len(wanted))
        figures[f"recall of {judgment}"] = f"{hits / len(wanted):.4f}"
        figures[f"{judgment}, 95 %"] = f"{hits} of {len(wanted)}: {low:.3f}-{high:.3f}"
    crossed = {one for one, other in found if labels[one] != labels[other]}
    figures["matched with another class"] = f"{len(crossed) / TEST_IMAGES:.4f}"
    return figures


def _labels(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = pq.read_table(path, columns=["key", "label"]).to_pylist()
    return rows


def _problems(figures: dict[str, float | str]) -> list[str]:
    recall, crossed = figures["recall of near-duplicate"], figures["matched with another class"]
    problems = []
    if float(recall) < MIN_RECALL:
        problems.append(f"recall {recall} is below {MIN_RECALL}")
    if float(crossed) > MAX_FALSE_RATE:
        problems.append(f"{crossed} matched with another class is above {MAX_FALSE_RATE}")
    return problems


def _score(path: Path) -> str:
    return str(json.loads(path.read_text())["benchmarks"]["cifar10"]["threshold"]["min_score"])


def _command(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "cli", *arguments], check=True)
