"""What waiting costs the download: 50 hosts that answer after 20 ms over the same without delay.

With enough requests in flight others fill the time, so that both take the same.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import Comparison, Side, compare
from benchmarks.inputs import write_candidates
from benchmarks.serve_photos import serve_by_ours

HOSTS = 50
DELAY_MS = 20.0
CORES = os.cpu_count() or 1


def run(folder: Path, size: int = 4000, rounds: int = 3) -> Comparison:
    """Measures; the first side has the delay."""
    with serve_by_ours(folder, DELAY_MS) as late, serve_by_ours(folder) as prompt:
        sides = (
            _download(folder, f"{DELAY_MS:.0f} ms", late.port, size),
            _download(folder, "no delay", prompt.port, size),
        )
        comparison = compare(
            "download_latency", *sides, count=size, unit="images", rounds=rounds, notes={}
        )
    for side in sides:
        _check(_work(folder, side.name) / "pool", size)
        used = comparison.cpu_s(side.name) / comparison.wall_s(side.name) / CORES
        print(f"{side.name}: {used:.0%} of {CORES} cores, start included and the server not")
    return comparison


def _download(folder: Path, name: str, port: int, size: int) -> Side:
    work = _work(folder, name)
    (work / "candidates").mkdir(parents=True, exist_ok=True)
    urls = (f"http://127.0.1.{n % HOSTS + 1}:{port}/{n:06d}.jpg" for n in range(size))
    write_candidates(work / "candidates/00000.parquet", urls)
    recipe = work / "recipe.toml"
    recipe.write_text(f"[download]\nnumber_sample_per_shard = {max(1, size // (2 * CORES))}\n")
    flags = ("--recipe", recipe, "--allow-address", "127.0.0.0/8", "--quiet")
    words = ("download", work / "candidates", "--out", work / "pool", *flags)
    return Side(
        name=name,
        command=[sys.executable, "-m", "cli", *map(str, words)],
        prepare=_remover(work / "pool"),
    )


def _work(folder: Path, name: str) -> Path:
    return folder / "latency" / name.replace(" ", "-")


def _remover(pool: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(pool, ignore_errors=True)


def _check(pool: Path, size: int) -> None:
    found = sum(json.loads(path.read_text())["successes"] for path in pool.glob("*_stats.json"))
    if found != size:
        raise RuntimeError(f"{pool}: {found} images are stored, {size} are there")
