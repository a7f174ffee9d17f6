"""A/B/A/B in one run: CPU and wall time of whole commands, their ratio, and JSON to keep.

Machines are noisy and shared, so only ratios of what ran side by side count; medians, not means.
"""

import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from pipeline.shards.versions import versions

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: As the table shows it.
        command: A whole process; what it starts and waits for counts too.
        prepare: Runs before each round, outside the clock.
    """

    name: str
    command: Sequence[str]
    prepare: Callable[[], None] = lambda: None


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one run took, in seconds; `peak_rss_bytes` of its largest process."""

    cpu_s: float
    wall_s: float
    peak_rss_bytes: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two sides and what runs beside them, round by round.

    Attributes:
        notes: What was measured beside the time, such as the size of what was made.
    """

    name: str
    unit: str
    count: int
    sides: dict[str, list[Round]]
    notes: Mapping[str, float] = field(default_factory=dict)

    def cpu_s(self, side: str) -> float:
        """Median CPU seconds of a side."""
        return median(taken.cpu_s for taken in self.sides[side])

    def wall_s(self, side: str) -> float:
        """Median wall seconds of a side."""
        return median(taken.wall_s for taken in self.sides[side])

    def peak_mb(self, side: str) -> float:
        """Largest process of a side in any round, in MB."""
        return max(taken.peak_rss_bytes for taken in self.sides[side]) / 1e6

    def to_json(self) -> dict[str, object]:
        """Returns every round, the medians, the rates and the ratios of the first to the second."""
        first, second, *_ = self.sides
        return {
            "name": self.name,
            "unit": self.unit,
            "count": self.count,
            "rounds": {side: [asdict(r) for r in rounds] for side, rounds in self.sides.items()},
            "median_cpu_s": {side: self.cpu_s(side) for side in self.sides},
            "median_wall_s": {side: self.wall_s(side) for side in self.sides},
            "per_cpu_s": {side: self.count / self.cpu_s(side) for side in self.sides},
            "per_wall_s": {side: self.count / self.wall_s(side) for side in self.sides},
            "cpu_ratio": self.cpu_s(first) / self.cpu_s(second),
            "wall_ratio": self.wall_s(first) / self.wall_s(second),
            "notes": dict(self.notes),
            "machine": {"cores": os.cpu_count() or 1, "processor": platform.machine()},
            "versions": versions(),
        }


@dataclass(frozen=True, kw_only=True)
class Report:
    """Figures of a run that stands beside nothing.

    Attributes:
        figures: By name.
        problems: What is not as it must be, a line each.
    """

    name: str
    figures: Mapping[str, str | float]
    problems: Sequence[str] = ()

    def to_json(self) -> dict[str, object]:
        """Returns all of it, and where it ran."""
        machine = {"cores": os.cpu_count() or 1, "processor": platform.machine()}
        return {**asdict(self), "machine": machine, "versions": versions()}


def save(result: "Comparison | Report") -> None:
    """Writes the JSON under `benchmarks/results/`."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{result.name}.json").write_text(json.dumps(result.to_json(), indent=1) + "\n")


def compare(
    name: str,
    first: Side,
    second: Side,
    *,
    count: int,
    unit: str,
    rounds: int = 3,
    notes: Mapping[str, float] | None = None,
    beside: Sequence[Side] = (),
) -> Comparison:
    """Runs both sides, and others beside them, by turns; saves JSON in `benchmarks/results/`."""
    every = (first, second, *beside)
    sides: dict[str, list[Round]] = {side.name: [] for side in every}
    for _ in range(rounds):
        for side in every:
            side.prepare()
            sides[side.name].append(run_once(side.command))
    comparison = Comparison(name=name, unit=unit, count=count, sides=sides, notes=notes or {})
    save(comparison)
    return comparison


def run_once(command: Sequence[str]) -> Round:
    """Runs a command to its end; raises CalledProcessError with its output if it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        # Of this process and what it waited for; `RUSAGE_CHILDREN` keeps the peak of all that ran.
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, output.read())
    cpu_s = used.ru_utime + used.ru_stime
    return Round(cpu_s=cpu_s, wall_s=wall_s, peak_rss_bytes=used.ru_maxrss * 1024)
