"""Live counts of a local run: every worker process writes its own, the command line adds them up.

Engines show metrics only when a step has ended, and the local workers are processes of their own;
a small file each is what both sides always have.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path

FLUSH_INTERVAL_S = 0.3

Counts = dict[tuple[str, str], int]


class ProgressWriter:
    """Counts of this process, written to `folder` now and then."""

    def __init__(self, folder: str) -> None:
        self._path = Path(folder) / f"{os.getpid()}.json"
        self._counts: Counter[str] = Counter()
        self._written_at = 0.0

    def add(self, stage: str, kind: str, count: int = 1) -> None:
        """Adds to `(stage, kind)`."""
        self._counts[f"{stage}/{kind}"] += count
        if time.monotonic() - self._written_at > FLUSH_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        """Writes what has been counted so far."""
        self._written_at = time.monotonic()
        if self._path.parent.is_dir():  # the reader may have gone
            temporary = self._path.with_suffix(".tmp")
            temporary.write_text(json.dumps(self._counts))
            temporary.replace(self._path)


_writers: dict[tuple[int, str], ProgressWriter] = {}


def writer_for(folder: str) -> ProgressWriter:
    """Returns this process's writer; threads share it, and a fork gets its own."""
    return _writers.setdefault((os.getpid(), folder), ProgressWriter(folder))


def read_progress(folder: str) -> Counts:
    """Returns the counts of all processes, added up by `(stage, kind)`."""
    total: Counter[tuple[str, str]] = Counter()
    for path in Path(folder).glob("*.json"):
        for name, count in json.loads(path.read_text()).items():
            stage, kind = name.split("/", 1)
            total[stage, kind] += count
    return dict(total)
