"""Runs the command line as a user does: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def command(*arguments: object) -> list[str]:
    """Returns the command line of `webimagetext`."""
    return [sys.executable, "-m", "cli", *map(str, arguments)]


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `webimagetext` to its end."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd or ROOT,
        env=environment,
        timeout=300,
    )


def manifest_of(dataset: Path) -> dict[str, Any]:
    """Returns the manifest of a finished dataset."""
    content: dict[str, Any] = json.loads((dataset / "manifest.json").read_text())
    return content


def shard_hashes(dataset: Path) -> list[str]:
    """Returns the sha256 of every shard, in order."""
    return [shard["sha256"] for shard in manifest_of(dataset)["shards"]]


def fails_with_one_line(finished: subprocess.CompletedProcess[str], *words: str) -> None:
    """Asserts exit 2 and one line on stderr that holds `words`."""
    lines = finished.stderr.strip().splitlines()
    assert finished.returncode == 2, finished.stderr
    assert len(lines) == 1, finished.stderr
    assert lines[0].startswith("webimagetext: ")
    assert all(word in lines[0] for word in words), lines[0]
