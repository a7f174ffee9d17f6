"""CPU time of the whole local `build` over the sum of its pure cores on the same input."""

import shutil
import sys
from pathlib import Path

from benchmarks.harness import Comparison, Side, compare
from benchmarks.inputs import make_archive


def run(folder: Path, size: int = 2000, rounds: int = 3) -> Comparison:
    """Measures; the first side is the build with one worker, so that both use one process."""
    archive = folder / "bench.warc.gz"
    if not archive.exists():
        make_archive(archive, size)
    recipe = folder / "bench.toml"
    recipe.write_text(f'name = "bench"\n[crawl]\ninputs = ["{archive}"]\ntext_sources = ["alt"]\n')
    dataset, pure = folder / "dataset", folder / "pure"
    python = sys.executable
    build = Side(
        name="build, 1 worker",
        command=[
            *(python, "-m", "cli", "build", str(recipe), "--out", str(dataset), "--quiet"),
            "--direct_num_workers=1",
        ],
        prepare=lambda: shutil.rmtree(dataset, ignore_errors=True),
    )
    cores = Side(
        name="pure cores",
        command=[python, "-m", "benchmarks.pure_build", str(archive), str(pure)],
        prepare=lambda: shutil.rmtree(pure, ignore_errors=True),
    )
    return compare("beam_overhead", build, cores, count=size, unit="images", rounds=rounds)
