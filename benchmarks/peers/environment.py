"""The environment that other projects run in: made once, beside the benchmarks, not in ours."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".peers"
# cc2dataset asks for pyspark, pandas and more; its extraction needs the first three alone.
PACKAGES = (
    "loguru",
    "fsspec",
    "pysimdjson",
    "fastwarc==2.0.1",
    "warcio==1.8.1",
    "beautifulsoup4==4.14.3",
    "lxml==6.1.3",
    "selectolax==1.0.2",
    "brotli",
)
WITHOUT_DEPENDENCIES = ("cc2dataset==1.5.0",)


def peer_python() -> str:
    """Returns the interpreter of the peers' environment; makes it if it is not there."""
    python = FOLDER / "bin" / "python"
    if not (FOLDER / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True)
        subprocess.run([*pip, "--no-deps", *WITHOUT_DEPENDENCIES], check=True)
        (FOLDER / "complete").touch()
    return str(python)
