"""Which versions made a dataset."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "webimagetext",
    "apache-beam",
    "fastwarc",
    "selectolax",
    "fasttext",
    "imagehash",
    "img2dataset",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pyarrow",
)


def versions() -> dict[str, str]:
    """Returns the versions of Python and of every package that decides bytes or hashes."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
