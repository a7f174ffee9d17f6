"""Copies within a folder: `contamination` of it against itself, over imagededup 0.3.3's hashes.

Two sets: real copies with truth (near-dup), and photos with copies altered in each of the ways of
`calibrate`. Every side is a whole process and takes its own default limit. imagededup's CNN is not
here: its weights come from a server that no package registry stands for.
"""

import csv
import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from benchmarks.harness import Report, Round, Side, run_once, save
from benchmarks.peers.environment import imagededup_python
from dedup.verify.plant import PLANTS, plant

DATA = Path("../shared/data")
ORIGINALS = ("benchmark-images/imagenet-samples", "benchmark-images/grocerystore-test")

PEER = Path(__file__).parent / "peers" / "imagededup_pairs.py"
_SECONDS = ("wall_s", "cpu_s")

Pairs = set[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Copies:
    """What is true of a set.

    Attributes:
        wanted: Pairs that should be found.
        group: By file; two files of one group are no false pair.
    """

    wanted: Pairs
    group: Mapping[str, str]

    def judge(self, found: Pairs) -> str:
        """Returns recall and precision as text."""
        true = {pair for pair in found if self.group[pair[0]] == self.group[pair[1]]}
        recall = len(found & self.wanted) / len(self.wanted)
        precision = len(true) / max(1, len(found))
        false = len(found) - len(true)
        return f"recall {recall:.3f}, precision {precision:.4f} ({false} false)"


def run(folder: Path, size: int = 100, rounds: int = 1) -> Report:
    """Finds copies in both sets; `size` originals in the planted one."""
    sets = {
        "near-dup": copy_near_dup(folder / "near-dup"),
        "planted": plant_photos(folder / "planted", size),
    }
    figures: dict[str, str | float] = {}
    for name, copies in sets.items():
        figures[f"{name}: pairs"] = len(copies.wanted)
        for side, file in sides(folder / name, folder / f"{name}-out"):
            taken = [_run(side) for _ in range(rounds)]
            wall_s, cpu_s = (median(getattr(one, kind) for one in taken) for kind in _SECONDS)
            figures[f"{name}: {side.name}"] = (
                f"{copies.judge(_read(file))}, {wall_s:.1f} s, {cpu_s:.1f} s CPU,"
                f" {max(one.peak_rss_bytes for one in taken) / 1e6:.0f} MB"
            )
    report = Report(name="find_copies", figures=figures)
    save(report)
    return report


def sides(images: Path, out: Path) -> list[tuple[Side, Path]]:
    """Returns what to run, each with the file that its pairs will be in."""
    out.mkdir()
    every = []
    for name, flags in {"ours, aligned": (), "ours, hashes": ("--no-verify",)}.items():
        report = out / name.split()[-1]
        command = ["contamination", str(images), "--benchmark", f"self={images}", "--quiet"]
        side = Side(
            name=name,
            command=[sys.executable, "-m", "cli", *command, *flags, "--out", str(report)],
            prepare=partial(shutil.rmtree, report, ignore_errors=True),
        )
        every.append((side, report / "matches.parquet"))
    for method in ("PHash", "DHash"):
        file = out / f"{method}.json"
        command = [imagededup_python(), str(PEER), method, str(images), str(file)]
        every.append((Side(name=f"imagededup {method}", command=command), file))
    return every


def copy_near_dup(folder: Path) -> Copies:
    """Copies the set's pictures, without its tables."""
    with (DATA / "near-dup/groups.tsv").open() as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    groups: dict[str, list[str]] = {}
    for row in rows:
        (folder / row["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / "near-dup" / row["file"], folder / row["file"])
        if row["group"]:
            groups.setdefault(row["group"], []).append(row["file"])
    return Copies(
        wanted={pair for files in groups.values() for pair in combinations(sorted(files), 2)},
        group={row["file"]: row["group"] or row["file"] for row in rows},
    )


def plant_photos(folder: Path, size: int) -> Copies:
    """Writes originals with altered copies; each copy is to be found from its original."""
    folder.mkdir(parents=True)
    files = [file for name in ORIGINALS for file in sorted((DATA / name).rglob("*.*"))]
    wanted: Pairs = set()
    group = {}
    for number, file in enumerate(files[1::2][:size]):
        pixels = np.asarray(Image.open(file).convert("RGB"))
        made = {"original": pixels} | {name: plant(name, pixels, number) for name in PLANTS}
        names = [f"{number:03}-{place:02}.jpg" for place in range(len(made))]
        for name, altered in zip(names, made.values(), strict=True):
            Image.fromarray(altered).save(folder / name, quality=90)
        wanted |= {(names[0], name) for name in names[1:]}
        group |= dict.fromkeys(names, str(number))
    return Copies(wanted=wanted, group=group)


def _run(side: Side) -> Round:
    side.prepare()
    return run_once(side.command)


def _read(file: Path) -> Pairs:
    if file.suffix == ".json":
        rows = json.loads(file.read_text())
    else:
        table = pq.read_table(file, columns=["benchmark_key", "pool_key"])
        rows = [tuple(row.values()) for row in table.to_pylist()]
    return {tuple(sorted(row)) for row in rows if row[0] != row[1]}
