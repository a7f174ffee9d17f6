"""Memory and open files of a command and all that it starts, second by second, from /proc."""

import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of one process at one moment; in `pss_bytes` a page that n processes share counts 1/n."""

    rss_bytes: int
    pss_bytes: int
    files: int


# Every process of a tree at one moment, by its id.
Sample = Mapping[int, Usage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A command that has ended.

    Attributes:
        returncode: Its exit status.
        wall_s: Time it took.
        samples: Its tree, every `INTERVAL_S`.
    """

    returncode: int
    wall_s: float
    samples: Sequence[Sample]

    @property
    def largest_mb(self) -> float:
        """Memory of the largest process at any moment."""
        return max(use.rss_bytes for sample in self.samples for use in sample.values()) / 1e6

    @property
    def sum_mb(self) -> float:
        """Memory of all processes at the worst moment, shared pages counted once."""
        return max(_pss_mb(sample.values()) for sample in self.samples)

    @property
    def quarters_mb(self) -> list[float]:
        """Memory of all processes, shared pages counted once: mean of each quarter of the run."""
        return self._quarters(_pss_mb)

    @property
    def quarters_files(self) -> list[float]:
        """Open files of all processes: mean of each quarter of the run."""
        return self._quarters(lambda uses: sum(use.files for use in uses))

    def _quarters(self, measure: Callable[[Collection[Usage]], float]) -> list[float]:
        values = [measure(sample.values()) for sample in self.samples]
        size = len(values) / 4
        return [mean(values[int(n * size) : int((n + 1) * size)] or values) for n in range(4)]


def watch_command(command: Sequence[str], environment: Mapping[str, str]) -> Watched:
    """Runs a command to its end and samples its tree meanwhile."""
    started = time.monotonic()
    samples: list[Sample] = []
    process = subprocess.Popen(command, env=environment)
    while process.poll() is None:
        if sample := dict(_usages(process.pid)):
            samples.append(sample)
        time.sleep(INTERVAL_S)
    wall_s = time.monotonic() - started
    return Watched(returncode=process.returncode, wall_s=wall_s, samples=samples)


def processes_with(variable: str) -> list[int]:
    """Returns the processes whose environment holds `variable`, written NAME=VALUE."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def _usages(root: int) -> Iterator[tuple[int, Usage]]:
    for process in _tree(root):
        folder = Path("/proc", str(process))
        try:
            lines = (folder / "smaps_rollup").read_text().splitlines()
            files = len(os.listdir(folder / "fd"))
        except OSError:  # it has ended meanwhile
            continue
        sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
        if "Rss:" in sizes:
            yield process, Usage(rss_bytes=sizes["Rss:"], pss_bytes=sizes["Pss:"], files=files)


def _tree(root: int) -> list[int]:
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(folder.name))
    tree = [root]
    for process in tree:  # grows while it is walked
        tree += children[process]
    return tree


def _pss_mb(uses: Collection[Usage]) -> float:
    return sum(use.pss_bytes for use in uses) / 1e6
