"""Chooses which pictures the site and the benchmarks hold, so that no two look alike by chance.

Every planted copy must then be found, and nothing else: that is what makes the demo's counts exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import imagehash
import numpy as np
import scipy.fftpack
from numpy.typing import NDArray
from PIL import Image

from demo.canvas import noise
from demo.pictures import CONCEPTS, FORMATS, decode, encode, paint

# Above the recipe's limits (4 for near-duplicates, 6 for benchmarks) by more than a copy moves.
MIN_DISTANCE = 12
NUM_SITE = 170
NUM_BENCHMARK = 60
NUM_DIGITS = 40
DIGIT_PX = 96
SMALL_SIZES = ((48, 60), (63, 180), (60, 45), (120, 63), (32, 32))  # shorter side under 64
LONG_SIZES = ((640, 200), (150, 500), (480, 150))  # longer side over 3 times the shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One encoded picture.

    Attributes:
        concept: What it shows; a digit for the second benchmark.
        body: The encoded bytes.
        extension: Of its file name, without the dot.
        phash: `imagehash.phash`, 64 bits.
    """

    concept: str
    body: bytes
    extension: str
    phash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Pictures whose pHashes lie more than `MIN_DISTANCE` apart, flipped and turned ones too.

    The digits keep that distance from the rest, not from each other.
    """

    site: tuple[Picture, ...]
    benchmark: tuple[Picture, ...]
    digits: tuple[Picture, ...]
    small: tuple[Picture, ...]
    long: tuple[Picture, ...]


def phash(image: Image.Image) -> int:
    """Returns `imagehash.phash` as an unsigned 64-bit number."""
    return int(str(imagehash.phash(image)), 16)


def turned_phashes(image: Image.Image) -> NDArray[np.uint64]:
    """Returns the pHashes of `image` in its 8 orientations; the first is `phash(image)`."""
    grey = image.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    pixels: NDArray[Any] = np.asarray(grey)
    turned = [np.rot90(side, turns) for side in (pixels, pixels[:, ::-1]) for turns in range(4)]
    return np.array([_hash_pixels(side) for side in turned], np.uint64)


def _hash_pixels(pixels: NDArray[Any]) -> int:
    spectrum = scipy.fftpack.dct(scipy.fftpack.dct(pixels, axis=0), axis=1)[:8, :8]
    bits = (spectrum > np.median(spectrum)).flatten()
    return int("".join("1" if bit else "0" for bit in bits), 2)


class _Taken:
    """The pHashes that are in use, in all orientations."""

    def __init__(self) -> None:
        self._hashes = np.empty(0, np.uint64)

    def add(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes = np.concatenate([self._hashes, hashes])

    def is_far(self, value: int) -> bool:
        distances = np.bitwise_count(self._hashes ^ np.uint64(value))
        return bool((distances > MIN_DISTANCE).all())


def _encode_picture(concept: str, image: Image.Image, extension: str) -> Picture:
    body = encode(image, extension)
    value = phash(decode(body))
    return Picture(concept=concept, body=body, extension=extension, phash=value)


def _choose(
    taken: _Taken, concept: str, seeds: Iterator[int], extension: str, size: tuple[int, int] | None
) -> Picture:
    """Returns the next picture of `concept` that is far from all before it."""
    while True:
        picture = _encode_picture(concept, paint(concept, next(seeds), size), extension)
        if taken.is_far(picture.phash):
            taken.add(turned_phashes(decode(picture.body)))
            return picture


@lru_cache(maxsize=1)
def draw_gallery(seed: int = 0) -> Gallery:
    """Paints everything, about 6 s on one core; equal seeds give equal pictures."""
    taken = _Taken()
    digits = tuple(_draw_digits(seed))
    for digit in digits:
        taken.add(turned_phashes(decode(digit.body)))
    seeds = {concept: iter(range(seed * 1_000_000, (seed + 1) * 1_000_000)) for concept in CONCEPTS}

    def choose(position: int, extension: str, size: tuple[int, int] | None = None) -> Picture:
        concept = CONCEPTS[position % len(CONCEPTS)]
        return _choose(taken, concept, seeds[concept], extension, size)

    return Gallery(
        site=tuple(choose(n, FORMATS[n % len(FORMATS)]) for n in range(NUM_SITE)),
        benchmark=tuple(choose(n, "png") for n in range(NUM_BENCHMARK)),
        digits=digits,
        small=tuple(choose(n * 3, "png", size) for n, size in enumerate(SMALL_SIZES)),
        long=tuple(choose(n * 3, "jpg", size) for n, size in enumerate(LONG_SIZES)),
    )


def _draw_digits(seed: int) -> Iterator[Picture]:
    for position in range(NUM_DIGITS):
        rng = np.random.default_rng((seed, 99, position))
        digit = str(position % 10)
        page = noise(rng, DIGIT_PX, DIGIT_PX, cells=(2, 2), octaves=3) * 120
        pixels = np.ascontiguousarray(page.astype(np.uint8))
        corner = (int(rng.integers(8, 40)), int(rng.integers(60, 88)))
        scale, ink = float(rng.uniform(1.6, 2.4)), int(rng.integers(200, 255))
        cv2.putText(pixels, digit, corner, cv2.FONT_HERSHEY_DUPLEX, scale, ink, 5, cv2.LINE_AA)
        yield _encode_picture(digit, Image.fromarray(pixels).convert("RGB"), "png")
