"""The environment that other projects run in: made once, beside the benchmarks, not in ours."""

import subprocess
import sys
from collections.abc import Sequence
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
# The last six of them data-juicer imports, or installs while it runs, without asking for them.
CAPTION_FOLDER = FOLDER / "captions"
CAPTION_PACKAGES = (
    "py-data-juicer==1.6.1",
    "aiohttp==3.14.5",
    "ray==2.60.0",
    "msgpack==1.2.4",
    "fasttext-predict==0.9.2.4",
    "ftfy==6.3.1",
    "selectolax==1.0.2",
)
IMAGEDEDUP_FOLDER = FOLDER / "imagededup"
IMAGEDEDUP_PACKAGES = ("imagededup==0.3.3",)
DATATROVE_FOLDER = FOLDER / "datatrove"
# Its word count needs a tokenizer of English, its own default is spaCy's.
DATATROVE_PACKAGES = ("datatrove[processing,io]==0.10.1", "spacy==3.8.7", "aiohttp", "requests")


def peer_python() -> str:
    """Returns the interpreter of the peers' environment; makes it if it is not there."""
    return _make(FOLDER, PACKAGES, WITHOUT_DEPENDENCIES)


def caption_python() -> str:
    """Returns the interpreter of data-juicer's environment; makes it if it is not there."""
    return _make(CAPTION_FOLDER, CAPTION_PACKAGES, ())


def imagededup_python() -> str:
    """Returns the interpreter of imagededup's environment; makes it if it is not there."""
    return _make(IMAGEDEDUP_FOLDER, IMAGEDEDUP_PACKAGES, ())


def datatrove_python() -> str:
    """Returns the interpreter of datatrove's environment; makes it if it is not there."""
    return _make(DATATROVE_FOLDER, DATATROVE_PACKAGES, ())


def _make(folder: Path, packages: Sequence[str], without_dependencies: Sequence[str]) -> str:
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        if without_dependencies:
            subprocess.run([*pip, "--no-deps", *without_dependencies], check=True)
        (folder / "complete").touch()
    return str(python)
