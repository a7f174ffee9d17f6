"""C6, often: how many of 100 small pools have their planted copies within their own interval.

Each has its own pictures, copies and calibration, and goes through both commands whole.
"""

import json
from pathlib import Path

import numpy as np

from benchmarks.contamination_planted import recovered
from benchmarks.harness import Report, save
from benchmarks.planted_pool import write_planted
from cli.main import main
from dedup.contamination.statistics import overlap_interval

POOL = 500
IMAGES = 300
COPIES = (0, 3, 15, 60)  # 0, 1, 5 and 20 % of the benchmark
LEAST_HELD = 0.93


def run(folder: Path, size: int = 100, rounds: int = 1) -> Report:
    """Plants, calibrates, measures and compares `size` times."""
    del rounds
    held: dict[int, list[bool]] = {copies: [] for copies in COPIES}
    recall = []
    for seed in range(size):
        copies = COPIES[seed % len(COPIES)]
        found = run_once(folder / str(seed), seed, copies)
        held[copies].append(found["interval holds it"] == "True")
        recall += [float(found["planted, found"]) / copies] if copies else []
    hits = sum(map(sum, held.values()))
    low, high = overlap_interval(hits, size)
    figures: dict[str, str | float] = {
        f"{copies} planted in {POOL}": f"held {sum(runs)} of {len(runs)} times"
        for copies, runs in held.items()
    }
    figures |= {"held": f"{hits} of {size} ({low:.1%}-{high:.1%})"}
    figures |= {"planted, found": f"{np.mean(recall):.1%}"}
    problems = [] if hits >= LEAST_HELD * size else [f"held {hits} of {size} times"]
    report = Report(name="contamination_recovered", figures=figures, problems=problems)
    save(report)
    return report


def run_once(folder: Path, seed: int, copies: int) -> dict[str, str | float]:
    """Runs both commands on one pool."""
    planted = write_planted(folder, POOL, images=IMAGES, copies=copies, seed=seed)
    given = ["--benchmark", f"planted={planted.benchmark}", "--quiet"]
    limits = ["--originals", "50", "--false-rate", "0.02"]
    calibration = folder / "calibration"
    report = folder / "report"
    pool = str(planted.pool)
    _run(["calibrate", pool, *given, *limits, "--out", str(calibration)])
    given += ["--calibration", str(calibration / "calibration.json"), "--direct_num_workers=1"]
    _run(["contamination", pool, *given, "--out", str(report)])
    return recovered(report, planted)


def _run(arguments: list[str]) -> None:
    if code := main(arguments):
        raise RuntimeError(f"{json.dumps(arguments)}: exit {code}")
