"""Live figures of a local run: every worker process writes its own, the command line adds them up.

Engines show metrics only when a step has ended, and the local workers are processes of their own;
a small file each is what both sides always have.
"""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

FLUSH_INTERVAL_S = 0.3
# A kind of count: pictures that benchmarks were looked for in.
SEARCHED = "searched"

# By stage and kind.
Counts = Mapping[tuple[str, str], int]


class Waiting(NamedTuple):
    """What a host holds: the time that its URLs have been in flight, added up, and how many."""

    seconds: float
    urls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts that only grow, and the hosts that hold most right now."""

    counts: Counts = field(default_factory=dict)
    hosts: Mapping[str, Waiting] = field(default_factory=dict)


class ProgressWriter:
    """Figures of this process, written to `folder` now and then; for all its threads."""

    def __init__(self, folder: str) -> None:
        self._path = Path(folder) / f"{os.getpid()}.json"
        self._counts: Counter[tuple[str, str]] = Counter()
        self._source: Callable[[], Figures] | None = None
        self._written_at = 0.0
        self._lock = threading.Lock()

    def add(self, stage: str, kind: str, count: int = 1) -> None:
        """Adds to `(stage, kind)`."""
        self._counts[stage, kind] += count
        if time.monotonic() - self._written_at > FLUSH_INTERVAL_S:
            self.flush()

    def show(self, source: Callable[[], Figures]) -> None:
        """Writes what `source` counts from now on as well, even while nothing is added."""
        with self._lock:
            if self._source is None:
                self._source = source
                self._counts.subtract(source().counts)  # of runs before this one
                threading.Thread(target=self._beat, daemon=True).start()

    def flush(self) -> None:
        """Writes the figures as they are."""
        with self._lock:
            self._written_at = time.monotonic()
            text = json.dumps(_to_json(self._counts, self._source() if self._source else Figures()))
            temporary = self._path.with_suffix(".tmp")
            try:
                temporary.write_text(text)
                temporary.replace(self._path)
            except FileNotFoundError:  # the reader has gone, with its folder
                return

    def _beat(self) -> None:
        while self._path.parent.is_dir():
            self.flush()
            time.sleep(FLUSH_INTERVAL_S)


_writers: dict[tuple[int, str], ProgressWriter] = {}


def writer_for(folder: str) -> ProgressWriter:
    """Returns this process's writer; threads share it, and a fork gets its own."""
    key = os.getpid(), folder
    return _writers.get(key) or _writers.setdefault(key, ProgressWriter(folder))


def read_progress(folder: str) -> Figures:
    """Returns the figures of all processes, added up."""
    counts: Counter[tuple[str, str]] = Counter()
    seconds: Counter[str] = Counter()
    urls: Counter[str] = Counter()
    for content in _read_files(folder):
        for stage, kind, count in content["counts"]:
            counts[stage, kind] += count
        for host, held_s, held in content["hosts"]:
            seconds[host] += held_s
            urls[host] += held
    return Figures(
        counts=dict(counts), hosts={host: Waiting(seconds[host], urls[host]) for host in urls}
    )


def _to_json(counts: Counts, found: Figures) -> dict[str, Any]:
    together = Counter(counts)
    together.update(found.counts)
    return {
        "counts": [[str(stage), kind, count] for (stage, kind), count in together.items()],
        "hosts": [[host, held.seconds, held.urls] for host, held in found.hosts.items()],
    }


def _read_files(folder: str) -> Iterator[dict[str, Any]]:
    for path in Path(folder).glob("*.json"):
        yield json.loads(path.read_text())
