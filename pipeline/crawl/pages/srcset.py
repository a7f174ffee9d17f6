"""The `srcset` attribute to the URL of its largest image.

Reads what WHATWG's "parse a srcset attribute" reads, and guesses nothing more.
"""

import re
from collections.abc import Iterator

_URL = re.compile(r"[\s,]*([^\s]+)")
_DESCRIPTORS = re.compile(r"(?:[^,(]+|\([^)]*(?:\)|$))*")
_WIDTH = re.compile(r"(\d{1,9})w")
_DENSITY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})x")
_HEIGHT = re.compile(r"\d{1,9}h")

MAX_CANDIDATES = 100  # ours: the longest of the real pages has 28


def largest_image(srcset: str) -> str:
    """Returns the URL with the greatest width, else density; empty if there is none."""
    best, best_size = "", (-1.0, -1.0)
    for number, (url, width, density) in enumerate(parse_srcset(srcset)):
        if number == MAX_CANDIDATES:
            break
        if (width, density) > best_size:
            best, best_size = url, (width, density)
    return best


def parse_srcset(srcset: str) -> Iterator[tuple[str, float, float]]:
    """Yields URL, width (0 if it has none) and density of each image candidate, in its order."""
    position = 0
    while found := _URL.match(srcset, position):
        url, position = found[1], found.end()
        descriptors = ""
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            rest = _DESCRIPTORS.match(srcset, position)
            descriptors = rest[0] if rest else ""
            position += len(descriptors)
        size = _read_descriptors(descriptors.split())
        if url and size:
            yield url, *size


def _read_descriptors(words: list[str]) -> tuple[float, float] | None:
    """Returns width and density, None where WHATWG drops the candidate."""
    width: float = 0
    density: float = 0
    for word in words:
        if (found := _WIDTH.fullmatch(word)) and int(found[1]) and not width and not density:
            width = int(found[1])
        elif (found := _DENSITY.fullmatch(word)) and not width and not density:
            density = float(found[1])
        elif not _HEIGHT.fullmatch(word):
            return None
    return width, density or 1.0
