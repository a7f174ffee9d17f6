"""How often the corrected overlap's 95 % interval holds the planted overlap, by simulation."""

import sys
from pathlib import Path

import numpy as np

from benchmarks.harness import Report, save
from dedup.contamination.corrected import DetectorRates, correct_overlap

TRUE_RATES = (0.0, 0.001, 0.01, 0.05, 0.20)
IMAGES = 5000
RECALL, FALSE_POSITIVES = 0.92, 0.001  # as of the second stage on CIFAR-10
PLANTED, QUERIES = 400, 5000
LEAST_COVERAGE = 0.93


def run(folder: Path, size: int = 500, rounds: int = 1) -> Report:
    """Simulates `size` data sets at each planted overlap."""
    del folder, rounds
    coverage = {rate: covered(rate, sets=size, seed=0) for rate in TRUE_RATES}
    report = Report(
        name="contamination_coverage",
        figures={f"overlap {rate:.1%}": f"{held:.1%}" for rate, held in coverage.items()},
        problems=[
            f"overlap {rate:.1%}: {held:.1%} covered, under {LEAST_COVERAGE:.0%}"
            for rate, held in coverage.items()
            if held < LEAST_COVERAGE
        ],
    )
    save(report)
    return report


def covered(rate: float, *, sets: int, seed: int) -> float:
    """Returns the share of simulated data sets whose interval holds `rate`.

    Each has its own benchmark, its own planted copies and its own calibration.
    """
    random = np.random.default_rng([seed, round(rate * 10_000)])
    held = 0
    for _ in range(sets):
        copies = random.binomial(IMAGES, rate)
        found = random.binomial(copies, RECALL)
        false = random.binomial(IMAGES - copies, FALSE_POSITIVES)
        calibration = DetectorRates(
            found=int(random.binomial(PLANTED, RECALL)),
            planted=PLANTED,
            hits=int(random.binomial(QUERIES, FALSE_POSITIVES)),
            queries=QUERIES,
        )
        interval = correct_overlap(int(found + false), IMAGES, calibration)
        held += interval.low <= rate <= interval.high
    return held / sets


if __name__ == "__main__":
    run(Path(), size=int(sys.argv[1]) if len(sys.argv) > 1 else 500)
