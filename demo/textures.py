"""Painters of materials seen close: one function a concept, (rng, height, width) to a canvas."""

import cv2
import numpy as np

from demo.canvas import Canvas, mix, noise


def cloth(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a woven tartan."""
    base, stripe = rng.uniform(0.2, 0.9, 3), rng.uniform(0.05, 0.95, 3)
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = base
    for axis, length in ((0, height), (1, width)):
        threads = np.repeat(rng.random(9) > 0.5, -(-length // 9))[:length].astype(np.float32)
        mask = threads[:, None] if axis == 0 else threads[None, :]
        mix(canvas, np.broadcast_to(mask * 0.5, (height, width)), tuple(stripe))
    rows, columns = np.mgrid[0:height, 0:width]
    weave = (((rows + columns) // 2 % 2) * 0.12 - 0.06).astype(np.float32)
    folds = noise(rng, height, width, cells=(2, 2), octaves=2) * 0.5 - 0.25
    canvas += (weave + folds)[:, :, None]
    return canvas


def wood(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints boards with grain."""
    grain = noise(rng, height, width, cells=(1, 9), octaves=5)
    bend = noise(rng, height, width, cells=(2, 2), octaves=3)
    rings = 0.5 + 0.5 * np.sin(grain * 18 + bend * float(rng.uniform(6, 20)))
    tint = np.array((0.62, 0.4, 0.22), np.float32) * float(rng.uniform(0.7, 1.2))
    canvas = tint * (0.65 + 0.5 * rings[:, :, None]).astype(np.float32)
    boards = int(rng.integers(3, 6))
    for board, shade in enumerate(rng.uniform(0.7, 1.15, boards)):
        left, right = board * width // boards, (board + 1) * width // boards
        canvas[:, left:right] *= np.float32(shade)
        canvas[:, left : left + 3] *= np.float32(0.35)
    return canvas.astype(np.float32)


def marble(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints polished stone with veins."""
    bend = noise(rng, height, width, cells=(3, 3), octaves=6)
    slope = rng.uniform(-2, 2, 2)
    rows, columns = np.mgrid[0 : 1 : complex(height), 0 : 1 : complex(width)]
    phase = rows * slope[0] + columns * slope[1] + bend * 3.5
    veins = (1 - np.abs(np.sin(phase * np.pi))) ** 3
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = rng.uniform(0.7, 0.95, 3)
    mix(canvas, veins.astype(np.float32), tuple(rng.uniform(0.1, 0.4, 3)))
    return canvas


def bricks(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a wall of uneven bricks."""
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = (0.78, 0.75, 0.7)
    courses = int(rng.integers(7, 11))
    tall, wide = height / courses, width / int(rng.integers(4, 7))
    for course in range(courses):
        left = -wide * float(rng.uniform(0.1, 0.9))
        while left < width:
            shade = float(rng.uniform(0.45, 1.15))
            colour = (0.68 * shade, 0.3 * shade, 0.22 * shade)
            top = (round(max(0, left) + 2), round(course * tall + 2))
            cv2.rectangle(
                canvas, top, (round(left + wide - 2), round((course + 1) * tall - 2)), colour, -1
            )
            left += wide
    rough = noise(rng, height, width, cells=(3, 3), octaves=7)
    return canvas * (0.65 + 0.6 * rough[:, :, None])
