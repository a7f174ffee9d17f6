"""Memory of `crawl` and `download` for a list of a million rows, which must not grow with it.

Every address is refused, so that what is measured is the way of the rows and not the web.
"""

import os
import shutil
import sys
from pathlib import Path

from benchmarks.harness import Report, save
from benchmarks.process_tree import Watched, watch_command

MAX_MB = 600


def run(folder: Path, size: int = 1_000_000, rounds: int = 1) -> Report:
    """Runs both commands once, whatever the rounds, for a list of `size` rows and a tenth of it."""
    del rounds
    figures: dict[str, str | float] = {}
    problems = []
    for rows in (size // 10, size):
        for command, watched in _measure(folder / "list", rows).items():
            name = f"{command} of {rows:,} rows"
            figures[f"{name}: wall s"] = watched.wall_s
            figures[f"{name}: largest process MB"] = watched.largest_mb
            figures[f"{name}: all processes MB"] = watched.sum_mb
            if watched.returncode:
                problems.append(f"{name} ended with {watched.returncode}")
            if watched.largest_mb > MAX_MB:
                problems.append(f"{name} needs more than {MAX_MB} MB")
    report = Report(name="download_list_memory", figures=figures, problems=problems)
    save(report)
    return report


def _measure(folder: Path, rows: int) -> dict[str, Watched]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _write_list(folder / "list.csv", rows)
    return {
        "crawl": _watch("crawl", folder / "list.csv", folder / "crawled"),
        "download": _watch("download", folder / "crawled", folder / "pool"),
    }


def _write_list(path: Path, rows: int) -> None:
    with path.open("w") as stream:
        stream.write("url,text\n")
        for number in range(rows):
            url = f"http://10.0.{number % 200}.1/pictures/of/the/web/{number:08d}.jpg"
            stream.write(f"{url},a photo of the red boat number {number}\n")


def _watch(command: str, source: Path, out: Path) -> Watched:
    words = [sys.executable, "-m", "cli", command, str(source), "--out", str(out), "--quiet"]
    return watch_command(words, os.environ)
