"""Alters pictures as the web does, to measure what a detector finds.

The list is that of our hash measurements and of what people do to pictures: recompress, shrink,
crop, frame, caption, tint, blur, mirror, turn, take a screenshot, make a meme, and two or three of
these after each other.
"""

import io
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Random = np.random.Generator
Alter = Callable[[Pixels, Random], Pixels]


def plant(name: str, pixels: Pixels, seed: int) -> Pixels:
    """Returns a picture altered by one of `PLANTS`, the same for the same seed.

    Args:
        name: Of the alteration.
        pixels: `[height, width, 3]`, RGB.
        seed: For what is chosen at random.
    """
    return np.ascontiguousarray(PLANTS[name](pixels, np.random.default_rng(seed)))


def _jpeg(quality: int) -> Alter:
    def alter(pixels: Pixels, _: Random) -> Pixels:
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
        return np.asarray(Image.open(stream))

    return alter


def _squeezed(width: int, height: int) -> Alter:
    def alter(pixels: Pixels, _: Random) -> Pixels:
        return _uint8(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))

    return alter


def _cropped(left: float, top: float, right: float, bottom: float) -> Alter:
    """Cuts off shares of the sides."""

    def alter(pixels: Pixels, _: Random) -> Pixels:
        height, width = pixels.shape[:2]
        rows = slice(round(top * height), height - round(bottom * height))
        return pixels[rows, round(left * width) : width - round(right * width)]

    return alter


def _cropped_corner(pixels: Pixels, random: Random) -> Pixels:
    across, down = random.integers(0, 2, 2)
    cut = (0.15 * across, 0.15 * down, 0.15 * (1 - across), 0.15 * (1 - down))
    return _cropped(*cut)(pixels, random)


def _light(factor: float, offset: float = 0) -> Alter:
    def alter(pixels: Pixels, _: Random) -> Pixels:
        return _uint8(pixels * factor + offset)

    return alter


def _grey(pixels: Pixels, _: Random) -> Pixels:
    return _uint8(np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2))


def _tinted(pixels: Pixels, _: Random) -> Pixels:
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + 20) % 180  # 40 degrees: OpenCV counts in twos
    return _uint8(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))


def _blurred(pixels: Pixels, _: Random) -> Pixels:
    return _uint8(
        cv2.GaussianBlur(pixels, (0, 0), max(0.7, *(side / 250 for side in pixels.shape[:2])))
    )


def _rotated(degrees: float) -> Alter:
    def alter(pixels: Pixels, _: Random) -> Pixels:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
        return _uint8(cv2.warpAffine(pixels, matrix, (width, height)))

    return alter


def _turned(times: int) -> Alter:
    return lambda pixels, _: np.rot90(pixels, times)


def _mirrored(pixels: Pixels, _: Random) -> Pixels:
    return pixels[:, ::-1]


def _framed(share: float) -> Alter:
    def alter(pixels: Pixels, random: Random) -> Pixels:
        height, width = pixels.shape[:2]
        rows, columns = round(height * share / 2), round(width * share / 2)
        colour = int(random.choice([0, 128, 255]))
        return np.pad(pixels, ((rows,) * 2, (columns,) * 2, (0, 0)), constant_values=colour)

    return alter


def _captioned(pixels: Pixels, random: Random) -> Pixels:
    """Covers the lowest 18 % by a black bar with white text."""
    barred = pixels.copy()
    height = round(0.18 * len(pixels))
    barred[-height:] = _bar(height, pixels.shape[1], 0, random)
    return barred


def _meme(pixels: Pixels, random: Random) -> Pixels:
    """Puts a white bar with text above, and text onto the picture."""
    height, width = pixels.shape[:2]
    below = pixels.copy()
    _write(below, round(0.9 * height), 0.12 * height, 255, random)
    return np.concatenate([_bar(max(8, height // 4), width, 255, random), below])


def _screenshot(pixels: Pixels, random: Random) -> Pixels:
    """Shows the picture in a page: a bar of a browser above, margins, lines of text below."""
    height, width = pixels.shape[:2]
    margin = max(2, width // 12)
    page = np.pad(pixels, ((margin,) * 2, (margin,) * 2, (0, 0)), constant_values=250)
    above = np.full((max(6, height // 10), page.shape[1], 3), 225, np.uint8)
    below = [_bar(max(6, height // 12), page.shape[1], 250, random) for _ in range(2)]
    return np.concatenate([above, page, *below])


def _bar(height: int, width: int, colour: int, random: Random) -> Pixels:
    bar = np.full((height, width, 3), colour, np.uint8)
    _write(bar, round(0.7 * height), 0.5 * height, 255 - colour, random)
    return bar


def _write(pixels: Pixels, baseline: int, size_px: float, colour: int, random: Random) -> None:
    letters = "".join(random.choice(list("ABCDEFGHIKLMNOPRSTUVW "), 12))
    scale, width = size_px / 24, pixels.shape[1]  # OpenCV's letters are about 24 px high
    place, thickness = (width // 10, baseline), max(1, round(size_px / 8))
    cv2.putText(
        pixels, letters, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (colour,) * 3, thickness,
    )  # fmt: skip


def _blended(count: int) -> Alter:
    def alter(pixels: Pixels, random: Random) -> Pixels:
        for name in random.choice(BLENDED, count, replace=False):
            pixels = np.ascontiguousarray(PLANTS[name](pixels, random))
        return pixels

    return alter


def _uint8(pixels: NDArray[np.generic]) -> Pixels:
    clipped: Pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    return clipped


PLANTS: Final[dict[str, Alter]] = {
    "jpeg 75": _jpeg(75),
    "jpeg 30": _jpeg(30),
    "jpeg 10": _jpeg(10),
    "64 x 64": _squeezed(64, 64),
    "256 x 256": _squeezed(256, 256),
    "grey": _grey,
    "contrast 0.5": _light(0.5, 64),
    "brightness 1.5": _light(1.5),
    "hue +40": _tinted,
    "blur": _blurred,
    "text bar 18 %": _captioned,
    "crop 5 %": _cropped(0.025, 0.025, 0.025, 0.025),
    "crop 10 %": _cropped(0.05, 0.05, 0.05, 0.05),
    "crop 25 %": _cropped(0.125, 0.125, 0.125, 0.125),
    "corner crop 15 %": _cropped_corner,
    "rotated 5": _rotated(5),
    "framed 20 %": _framed(0.2),
    "mirrored": _mirrored,
    "turned 90": _turned(1),
    "turned 180": _turned(2),
    "screenshot": _screenshot,
    "meme": _meme,
    "two of these": _blended(2),
    "three of these": _blended(3),
}
# What is blended: one of each kind, so that the order matters little.
BLENDED: Final = (
    "jpeg 30",
    "brightness 1.5",
    "hue +40",
    "blur",
    "crop 10 %",
    "framed 20 %",
    "mirrored",
)
