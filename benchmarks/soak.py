"""`webimagetext download` on a server that misbehaves: in = out, and nothing is left behind.

Every URL's outcome is known beforehand (`benchmarks.soak_cases`). Memory and files of all processes
are sampled every second; afterwards no process and no temporary file may be left.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import Report, save
from benchmarks.inputs import write_candidates
from benchmarks.process_tree import Watched, processes_with, watch_command
from benchmarks.soak_cases import expected, expected_sha256, kind_of, make_url
from pipeline.shards.storage import TEMPORARY_PREFIX
from pipeline.shards.table import read_rows

SEED = 5
HOST_CONNECTIONS = 4
# A machine that others use as well misses a deadline of a second now and then, and ten in a row
# leave the host.
LATE = frozenset({"deadline", "host_left"})
MAX_LATE_RATIO = 0.002
MAX_GROWTH = 1.1  # of the last quarter over the second; the first has the start in it
MIN_WALL_S = 100.0

RECIPE = """
[download]
deadline_s = {deadline_s}
max_bytes = 1048576
max_pixels = 1000000
number_sample_per_shard = {per_shard}
"""


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What a run left.

    Attributes:
        watched: The command; None if nobody sampled it.
        outcomes: How many URLs ended so.
        late: Kinds that missed the deadline although their answer was not slow, with their number.
        problems: Everything that is not as it must be, a line each.
        server: What the server saw.
    """

    watched: Watched
    outcomes: Counter[str]
    late: Counter[str]
    problems: Sequence[str]
    server: dict[str, Any]


@dataclass
class SoakServer:
    """A running `benchmarks.soak_server`; `seen` is what it saw, once it has ended."""

    port: int
    seen: dict[str, Any] = field(default_factory=dict)


@contextmanager
def serve(seed: int) -> Iterator[SoakServer]:
    """Runs the server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak_server", str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    server = SoakServer(port=int(process.stdout.readline()))
    try:
        yield server
    finally:
        said, _ = process.communicate()
        server.seen = json.loads(said)


def run(folder: Path, size: int = 20_000, rounds: int = 1) -> Report:
    """Soaks once, whatever the rounds, and reports; the long one has 200,000 URLs."""
    del rounds
    soaked = soak(folder / "soak", size, per_shard=max(1500, size // 40))
    watched = soaked.watched
    figures: dict[str, str | float] = {
        "URLs": str(size),
        "wall s": watched.wall_s,
        "URLs/s": size / watched.wall_s,
        "requests at the server": str(soaked.server["requests"]),
        "most at one host at once": str(soaked.server["most"]),
        "largest process MB": watched.largest_mb,
        "all processes MB": watched.sum_mb,
        "MB by quarter": _joined(watched.quarters_mb),
        "open files by quarter": _joined(watched.quarters_files),
        "late": str(soaked.late.total()),
    }
    outcomes = {f"outcome {name}": str(n) for name, n in soaked.outcomes.most_common()}
    report = Report(name="soak", figures=figures | outcomes, problems=soaked.problems)
    save(report)
    return report


def _joined(values: Sequence[float]) -> str:
    return "  ".join(f"{value:,.0f}" for value in values)


def soak(
    folder: Path,
    size: int,
    *,
    per_shard: int,
    deadline_s: float = 1.0,
    max_late_ratio: float = MAX_LATE_RATIO,
    without: Collection[str] = (),
    seed: int = SEED,
) -> Soaked:
    """Runs the command on `size` URLs, less those of some kinds, and checks what it left."""
    for name in ("candidates", "pool", "temporary"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    (folder / "recipe.toml").write_text(RECIPE.format(deadline_s=deadline_s, per_shard=per_shard))
    with serve(seed) as server:
        made = (make_url(seed, number, server.port) for number in range(size))
        urls = [url for url in made if kind_of(url) not in without]
        write_candidates(folder / "candidates/00000.parquet", urls)
        mark = f"{os.getpid()}-{server.port}"
        environment = os.environ | {"SOAK": mark, "TMPDIR": str(folder / "temporary")}
        watched = watch_command(_command(folder), environment)
        orphans = processes_with(f"SOAK={mark}")
    rows = _pool_rows(folder / "pool")
    outcomes = Counter(row["outcome"] for row in rows)
    wrong, late = _judge(seed, rows)
    problems = [*wrong, *_left_behind(folder, orphans), *_miscounted(urls, rows)]
    if watched.returncode:
        problems.append(f"the command ended with {watched.returncode}")
    if late.total() > size * max_late_ratio:
        problems.append(f"{late.total()} URLs missed the deadline that were not slow")
    problems += [*_rude(server.seen), *_grown(watched)]
    return Soaked(
        watched=watched, outcomes=outcomes, late=late, problems=problems, server=server.seen
    )


def _command(folder: Path) -> list[str]:
    flags = ("--recipe", folder / "recipe.toml", "--allow-address", "127.0.0.0/8", "--quiet")
    limits = ("--host-connections", HOST_CONNECTIONS)
    names = ("download", folder / "candidates", "--out", folder / "pool", *flags, *limits)
    return [sys.executable, "-m", "cli", *map(str, names)]


def _pool_rows(pool: Path) -> list[dict[str, Any]]:
    columns = ("uid", "url", "outcome", "sha256")
    return [
        row for path in sorted(pool.glob("0*.parquet")) for row in read_rows(str(path), columns)
    ]


def _judge(seed: int, rows: Sequence[dict[str, Any]]) -> tuple[list[str], Counter[str]]:
    """Returns a line for each way to be wrong, and what was only late."""
    wrong: dict[str, list[str]] = defaultdict(list)
    late: Counter[str] = Counter()
    for row in rows:
        url, outcome = row["url"], row["outcome"]
        if outcome not in expected(url):
            if outcome in LATE:
                late[kind_of(url)] += 1
            else:
                wrong[f"{kind_of(url)} ended as {outcome}"].append(url)
        elif outcome == "ok" and row["sha256"] != expected_sha256(seed, url):
            wrong[f"{kind_of(url)} brought other bytes"].append(url)
    return [f"{len(urls)} of {what}, as {urls[0]}" for what, urls in wrong.items()], late


def _miscounted(urls: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    missing = Counter(urls)
    missing.subtract(row["url"] for row in rows)
    lost = [url for url, count in missing.items() if count > 0]
    invented = [url for url, count in missing.items() if count < 0]
    return [f"{url} has no row" for url in lost] + [f"{url} has too many" for url in invented]


def _left_behind(folder: Path, orphans: Sequence[int]) -> list[str]:
    files = [*(folder / "temporary").rglob("*"), *(folder / "pool").rglob(f"{TEMPORARY_PREFIX}*")]
    return [f"process {process} was left" for process in orphans] + [
        f"{path} was left" for path in files
    ]


def _grown(watched: Watched) -> list[str]:
    """Returns whether memory or files grew; short runs are all start, and tell nothing."""
    if watched.wall_s < MIN_WALL_S:
        return []
    problems = []
    for what, quarters in (("memory", watched.quarters_mb), ("files", watched.quarters_files)):
        if quarters[3] > MAX_GROWTH * quarters[1]:
            problems.append(f"{what} grew from {quarters[1]:,.0f} to {quarters[3]:,.0f}")
    return problems


def _rude(seen: dict[str, Any]) -> list[str]:
    problems = []
    if seen["most"] > HOST_CONNECTIONS:
        problems.append(f"{seen['most']} requests at one host at once")
    if seen["forbidden"]:
        problems.append(f"{seen['forbidden']} requests for what robots.txt forbids")
    return problems
