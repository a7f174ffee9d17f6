"""pHashes of decoded pictures of 256 px: ours, many at a time, against `imagehash.phash`.

Both sides run by turns in one process on one thread, greyscale and resize included; compiling and
importing is outside the clock. The pictures are RGB arrays, as decoders give them.
"""

import io
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.harness import Report, save
from benchmarks.inputs import make_photo

SIDE_PX = 256
BATCH = 64
GOAL_RATIO = 10

Pixels = NDArray[np.uint8]


def run(folder: Path, size: int = 2000, rounds: int = 5) -> Report:
    """Hashes `size` pictures, in every round by every way."""
    del folder
    pictures = [_make_picture(number) for number in range(min(size, 200))]
    pictures = [pictures[number % len(pictures)] for number in range(size)]
    found = {name: way(pictures[:200]) for name, way in WAYS.items()}
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            taken[name].append(_cpu_s(way, pictures))
    rates = {name: size / median(seconds) for name, seconds in taken.items()}
    figures: dict[str, str | float] = {f"{name}: images/CPU s": r for name, r in rates.items()}
    problems = []
    for bits in (64, 256):
        ratio = rates[f"ours {bits}"] / rates[f"imagehash {bits}"]
        figures[f"ours / imagehash, {bits} bits"] = ratio
        if _as_hex(found[f"ours {bits}"]) != _as_hex(found[f"imagehash {bits}"]):
            problems.append(f"the hashes of {bits} bits differ")
        if ratio < GOAL_RATIO:
            problems.append(f"{bits} bits: not {GOAL_RATIO} times as fast")
    report = Report(name="hash_images", figures=figures, problems=problems)
    save(report)
    return report


def _make_picture(number: int) -> Pixels:
    photo = Image.open(io.BytesIO(make_photo(number))).convert("RGB")
    return np.asarray(photo.resize((SIDE_PX, SIDE_PX)))


def _cpu_s(way: Callable[[list[Pixels]], list[Any]], pictures: list[Pixels]) -> float:
    started = time.process_time()
    way(pictures)
    return time.process_time() - started


def ours_64(pictures: list[Pixels]) -> list[Any]:
    """Hashes as `dedup.phash_batch` does, a batch at a time."""
    from dedup.phash_batch import phashes

    return [words for batch in _batches(pictures) for words in phashes(batch)[:, np.newaxis]]


def ours_256(pictures: list[Pixels]) -> list[Any]:
    """Hashes as `dedup.phash_batch` does, a batch at a time."""
    from dedup.phash_batch import phashes_256

    return [words for batch in _batches(pictures) for words in phashes_256(batch)]


def theirs_64(pictures: list[Pixels]) -> list[Any]:
    """Hashes one by one."""
    import imagehash

    return [imagehash.phash(Image.fromarray(pixels)) for pixels in pictures]


def theirs_256(pictures: list[Pixels]) -> list[Any]:
    """Hashes one by one."""
    import imagehash

    return [imagehash.phash(Image.fromarray(pixels), hash_size=16) for pixels in pictures]


WAYS = {
    "ours 64": ours_64,
    "imagehash 64": theirs_64,
    "ours 256": ours_256,
    "imagehash 256": theirs_256,
}


def _as_hex(hashes: list[Any]) -> list[str]:
    """Returns the hashes of either side in imagehash's form."""
    return [
        "".join(f"{word:016x}" for word in one) if isinstance(one, np.ndarray) else str(one)
        for one in hashes
    ]


def _batches(pictures: list[Pixels]) -> list[list[Pixels]]:
    return [pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH)]
