"""Brushes of the demo's painters: noise, gradients and anti-aliased shapes on float RGB canvases.

A canvas is float32 [height, width, 3], 0 to 1; positions and sizes are parts of its sides (0 to 1),
so that a painter knows no pixels.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.floating[Any]]
Field = NDArray[np.floating[Any]]
Colour = tuple[float, float, float]
Point = tuple[float, float]


def noise(
    rng: np.random.Generator,
    height: int,
    width: int,
    *,
    cells: tuple[int, int] = (3, 3),
    octaves: int = 5,
) -> Field:
    """Returns fractal noise [height, width], 0 to 1; `cells` are its coarsest rows and columns."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        shape = (cells[0] << octave, cells[1] << octave)
        grid = rng.random(shape, dtype=np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    low, high = float(total.min()), float(total.max())
    scaled: Field = (total - low) / np.float32(max(high - low, 1e-6))
    return scaled


def profile(rng: np.random.Generator, width: int, *, cells: int, octaves: int) -> Field:
    """Returns a skyline [width], 0 to 1."""
    line: Field = noise(rng, 4, width, cells=(1, cells), octaves=octaves)[0]
    return line


def gradient(height: int, width: int, top: Colour, bottom: Colour) -> Canvas:
    """Returns a canvas that runs from `top` to `bottom`."""
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    rows = np.array(top, np.float32) * (1 - down) + np.array(bottom, np.float32) * down
    return np.repeat(rows, width, axis=1).astype(np.float32)


def mix(canvas: Canvas, mask: Field, colour: Colour | Canvas) -> None:
    """Paints `colour` (one, or a canvas of them) where `mask` [height, width] is 1."""
    weight = mask[:, :, None]
    canvas += (np.asarray(colour, np.float32) - canvas) * weight


def fill_below(canvas: Canvas, top: Field, colour: Colour | Canvas) -> None:
    """Paints everything under the skyline `top` [width], measured from the canvas's upper edge."""
    height = canvas.shape[0]
    rows = np.arange(height, dtype=np.float32)[:, None]
    mix(canvas, np.clip(rows - top[None, :] * height, 0, 1).astype(np.float32), colour)


def polygon(canvas: Canvas, points: list[Point], colour: Colour) -> None:
    """Paints a filled polygon."""
    height, width = canvas.shape[:2]
    corners = np.array([(x * width * 16, y * height * 16) for x, y in points]).round()
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 255, cv2.LINE_AA, 4)
    mix(canvas, mask.astype(np.float32) / 255, colour)


def ellipse(
    canvas: Canvas, centre: Point, radii: Point, colour: Colour, *, degrees: float = 0.0
) -> None:
    """Paints an ellipse lit from the upper left; `radii` are parts of the canvas's shorter side."""
    height, width = canvas.shape[:2]
    side = min(height, width)
    middle = (centre[0] * width, centre[1] * height)
    axes = (max(1, radii[0] * side), max(1, radii[1] * side))
    mask = np.zeros((height, width), np.uint8)
    box = (middle, (2 * axes[0], 2 * axes[1]), degrees)
    cv2.ellipse(mask, box, 255, -1, cv2.LINE_AA)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(
        (columns - middle[0]) / axes[0] + 0.35, (rows - middle[1]) / axes[1] + 0.35
    ).astype(np.float32)
    shade = np.clip(1.18 - 0.38 * away, 0.45, 1.18)[:, :, None]
    mix(canvas, mask.astype(np.float32) / 255, np.array(colour, np.float32) * shade)


def glow(canvas: Canvas, centre: Point, radius: float, colour: Colour, strength: float) -> None:
    """Adds light around `centre`; `radius` is a part of the shorter side."""
    height, width = canvas.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(columns - centre[0] * width, rows - centre[1] * height)
    light = np.exp(-((away / (radius * min(height, width))) ** 2)) * strength
    canvas += np.array(colour, np.float32) * light[:, :, None].astype(np.float32)
