"""C6: copies planted in 50,000 pictures, found through Beam; one report from every engine.

`calibrate`, then `contamination` with one worker, with four, on Prism (if it is here) and with the
pictures in another order. Every report must have the same bytes, and its own corrected interval
must hold what was planted.
"""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.harness import Report, save
from benchmarks.planted_pool import PlantedPool, shuffled, write_planted
from benchmarks.prism import find_prism, prism_flags
from benchmarks.process_tree import watch_command
from dedup.verify.plant import PLANTS

IMAGES = 2500
COPIES = 240
FILES = ("report.json", "report.html", "report.md", "report.tex", "matches.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended; memory of its largest process, and of all with pages once."""

    wall_s: float
    cpu_s: float
    largest_mb: float
    sum_mb: float


def run(folder: Path, size: int = 50_000, rounds: int = 1) -> Report:
    """Measures `size` pictures by every engine."""
    del rounds
    share = min(1.0, size / 50_000)
    copies = max(len(PLANTS), round(COPIES * share))
    planted = write_planted(
        folder, size, images=max(4 * copies, int(IMAGES * share)), copies=copies
    )
    moved = shuffled(planted.pool, folder / "shuffled.parquet")
    given = ("--benchmark", f"planted={planted.benchmark}", "--quiet")
    calibration = folder / "calibration"
    calibrated = _command("calibrate", planted.pool, *given, "--out", calibration)
    given = (*given, "--calibration", calibration / "calibration.json")
    figures: dict[str, str | float] = {"calibrate s": calibrated.wall_s}
    digests = {}
    for engine, flags in engines().items():
        pool = moved if engine == "another order" else planted.pool
        out = folder / engine.replace(" ", "-")
        ran = _command("contamination", pool, *given, "--out", out, *flags)
        digests[engine] = report_digest(out)
        figures |= _figures(engine, ran, size)
    found = recovered(folder / "1-worker", planted)
    figures |= found | {"report": next(iter(digests.values()))[:16]}
    report = Report(
        name="contamination_planted", figures=figures, problems=_problems(digests, found)
    )
    save(report)
    return report


def engines() -> dict[str, tuple[str, ...]]:
    """Returns Beam's flags for every engine that is here."""
    prism = find_prism()
    return {
        "1 worker": ("--direct_num_workers=1",),
        "4 workers": ("--direct_num_workers=4",),
        "another order": ("--direct_num_workers=2",),
        **({"Prism": prism_flags(prism)} if prism else {}),
    }


def report_digest(folder: Path) -> str:
    """Returns the sha256 of all files of a report."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def recovered(report: Path, planted: PlantedPool) -> dict[str, str | float]:
    """Returns how much of what was planted a report has, and whether its interval holds it."""
    rows = pq.read_table(report / "matches.parquet", columns=["benchmark_key", "pool_key"])
    found = {(row["benchmark_key"], row["pool_key"]) for row in rows.to_pylist()}
    measured = json.loads((report / "report.json").read_text())["benchmarks"]["planted"]
    low, high = (end * measured["images"] for end in measured["corrected"]["ci95"])
    return {
        "planted": len(planted.truth),
        "planted, found": len(found & planted.truth),
        "found beside": len(found - planted.truth),
        "benchmark images found": measured["overlap"],
        "corrected": measured["corrected"]["rate"] * measured["images"],
        "interval": f"{low:.1f}-{high:.1f}",
        "interval holds it": str(low <= len(planted.truth) <= high),
    }


def _figures(engine: str, ran: Ran, size: int) -> dict[str, str | float]:
    return {
        f"{engine}: wall s": ran.wall_s,
        f"{engine}: CPU s": ran.cpu_s,
        f"{engine}: images/s": size / ran.wall_s,
        f"{engine}: largest process, MB": ran.largest_mb,
        f"{engine}: all processes, MB": ran.sum_mb,
    }


def _problems(digests: Mapping[str, str], found: Mapping[str, str | float]) -> list[str]:
    first, *others = digests
    problems = [f"{name}: another report" for name in others if digests[name] != digests[first]]
    if found["interval holds it"] != "True":
        problems.append("the interval does not hold what was planted")
    return problems


def _command(*arguments: object) -> Ran:
    before = _children_cpu_s()
    command: Sequence[str] = [sys.executable, "-m", "cli", *map(str, arguments)]
    watched = watch_command(command, dict(os.environ))
    if watched.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {watched.returncode}")
    return Ran(
        wall_s=watched.wall_s,
        cpu_s=_children_cpu_s() - before,
        largest_mb=watched.largest_mb,
        sum_mb=watched.sum_mb,
    )


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
