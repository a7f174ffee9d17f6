"""Decodes files in a process of its own: outcome, seconds and growth of memory of each.

Usage: python -m tests.pipeline.download.measured FILE..., prints JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from schemas.errors import RecordFailed
from tests.samples import make_image

LIMIT = 25_000_000


def measure(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Returns what became of each file, by name."""
    command = [sys.executable, "-m", "tests.pipeline.download.measured", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(paths: list[str]) -> None:
    """Prints one JSON object."""
    for image_format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"):  # what is imported late
        process_image(make_image(1, 300, 200, image_format), DownloadOptions())
    found = {Path(path).name: _one(Path(path).read_bytes()) for path in paths}
    sys.stdout.write(json.dumps(found) + "\n")


def _one(body: bytes) -> dict[str, Any]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew (proc(5))
    before, started = _peak_bytes(), time.monotonic()
    try:
        decoded = decode_image(body, LIMIT, BENCHMARK_FORMATS)
        found = {"outcome": "ok", "size": list(decoded.pixels.shape[1::-1])}
        found["first"] = decoded.pixels[0, 0].tolist()
    except RecordFailed as error:
        found = {"outcome": error.outcome}
    grown = _peak_bytes() - before
    return found | {"seconds": time.monotonic() - started, "grown_bytes": grown}


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
