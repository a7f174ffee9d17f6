"""Painters of landscapes: one function a concept, (rng, height, width) to a canvas."""

import numpy as np

from demo.canvas import Canvas, fill_below, glow, gradient, mix, noise, polygon, profile


def _sky(rng: np.random.Generator, height: int, width: int, horizon: float) -> Canvas:
    blue = float(rng.uniform(0.75, 0.95))
    canvas = gradient(height, width, (0.28, 0.5, blue), (0.8, 0.88, 0.95))
    clouds = noise(rng, height, width, cells=(4, 2))
    fade = np.clip(1 - np.linspace(0, 1 / horizon, height, dtype=np.float32), 0, 1)[:, None]
    mix(canvas, np.clip(clouds * 2.6 - 1.3, 0, 1) * fade**0.4, (0.98, 0.98, 0.99))
    return canvas


def _level(width: int, height: float) -> Canvas:
    return np.full(width, height, np.float32)


def sea(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints waves under clouds."""
    horizon = float(rng.uniform(0.25, 0.6))
    canvas = _sky(rng, height, width, horizon)
    water = gradient(height, width, (0.35, 0.65, 0.78), (0.02, 0.22, 0.42))
    waves = noise(rng, height, width, cells=(14, 3), octaves=4)
    mix(water, np.clip(waves * 3 - 1.9, 0, 0.8), (0.85, 0.95, 0.97))
    fill_below(canvas, _level(width, horizon), water)
    return canvas


def mountains(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints ridges with snow on the farthest."""
    canvas = _sky(rng, height, width, 0.6)
    tops = np.sort(rng.uniform(0.1, 0.75, 3))
    for depth, top in enumerate(tops):
        skyline = profile(rng, width, cells=3 + depth, octaves=6) * 0.35 + np.array(top, np.float32)
        dark = 0.62 - 0.2 * depth
        rock = noise(rng, height, width, cells=(6, 6))[:, :, None] * 0.25
        fill_below(
            canvas, skyline, (np.array((dark, dark + 0.03, dark + 0.1), np.float32) + rock - 0.1)
        )
        if depth == 0:
            rows = np.arange(height, dtype=np.float32)[:, None] / height
            snow = (rows > skyline) & (rows < skyline + 0.05 + rock[:, :, 0] * 0.5)
            mix(canvas, snow.astype(np.float32), (0.96, 0.97, 1.0))
    return canvas


def forest(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints rows of fir trees in the mist."""
    canvas = gradient(height, width, (0.72, 0.82, 0.8), (0.85, 0.9, 0.82))
    for depth in range(3):
        ground = float(rng.uniform(0.5, 0.62)) + 0.18 * depth
        green = (0.36 - 0.12 * depth, 0.52 - 0.14 * depth, 0.4 - 0.13 * depth)
        for x in rng.uniform(-0.05, 1.05, 9 - 2 * depth):
            tall = float(rng.uniform(0.25, 0.5)) * (1 + 0.25 * depth)
            for part in (0.0, 0.25, 0.5):
                top, wide = ground - tall * (1 - part), tall * (0.13 + 0.16 * part)
                base = top + tall * 0.5
                polygon(canvas, [(x, top), (x - wide, base), (x + wide, base)], green)
        fill_below(canvas, _level(width, ground), green)
    return canvas


def desert(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints dunes of sand."""
    canvas = gradient(height, width, (0.4, 0.65, 0.9), (0.98, 0.9, 0.75))
    for depth in range(4):
        skyline = profile(rng, width, cells=2, octaves=2) * 0.25 + np.float32(0.3 + 0.16 * depth)
        ripples = noise(rng, height, width, cells=(20, 2), octaves=3)[:, :, None] * 0.12
        shade = float(rng.uniform(0.7, 1.05))
        fill_below(canvas, skyline, np.array((0.93, 0.7, 0.4), np.float32) * shade + ripples - 0.06)
    return canvas


def night_sky(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints stars, a milky band and a black ridge."""
    canvas = gradient(height, width, (0.01, 0.02, 0.1), (0.1, 0.1, 0.28))
    band = noise(rng, height, width, cells=(3, 3))
    mix(canvas, np.clip(band * 1.6 - 0.8, 0, 0.6), (0.55, 0.45, 0.75))
    stars = (rng.random((height, width)) > 0.995).astype(np.float32)
    mix(canvas, stars * rng.random((height, width), dtype=np.float32), (1.0, 1.0, 0.95))
    moon = (float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.1, 0.5)))
    glow(canvas, moon, 0.12, (1.0, 0.97, 0.85), 1.6)
    ridge = profile(rng, width, cells=4, octaves=5) * 0.2 + np.float32(rng.uniform(0.65, 0.8))
    fill_below(canvas, ridge, (0.01, 0.01, 0.03))
    return canvas


def sunset(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a low sun over a red horizon."""
    canvas = gradient(height, width, (0.25, 0.1, 0.35), (1.0, 0.55, 0.2))
    horizon = float(rng.uniform(0.55, 0.8))
    clouds = noise(rng, height, width, cells=(7, 2))
    mix(canvas, np.clip(clouds * 2.4 - 1.2, 0, 0.85), (0.75, 0.25, 0.3))
    sun = (float(rng.uniform(0.1, 0.9)), horizon - float(rng.uniform(0.05, 0.2)))
    glow(canvas, sun, 0.1, (1.0, 0.9, 0.5), 1.5)
    glow(canvas, sun, 0.45, (0.6, 0.3, 0.05), 0.8)
    ridge = profile(rng, width, cells=3, octaves=4) * 0.12 + np.float32(horizon)
    fill_below(canvas, ridge, (0.1, 0.04, 0.1))
    return canvas


def meadow(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints green hills with flowers."""
    canvas = _sky(rng, height, width, 0.5)
    for depth in range(3):
        skyline = profile(rng, width, cells=2, octaves=2) * 0.25 + np.float32(0.35 + 0.18 * depth)
        grass = noise(rng, height, width, cells=(12, 16), octaves=3)[:, :, None] * 0.25
        shade = float(rng.uniform(0.7, 1.0))
        fill_below(canvas, skyline, np.array((0.35, 0.66, 0.2), np.float32) * shade + grass - 0.1)
    flowers = (rng.random((height, width)) > 0.985) & (np.arange(height)[:, None] > 0.7 * height)
    mix(canvas, flowers.astype(np.float32), (0.95, 0.85, 0.3))
    return canvas


def city(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints towers with lit windows."""
    canvas = gradient(height, width, (0.15, 0.2, 0.4), (0.85, 0.65, 0.6))
    left = 0.0
    while left < 1:
        wide, top = float(rng.uniform(0.08, 0.2)), float(rng.uniform(0.1, 0.75))
        grey = float(rng.uniform(0.12, 0.38))
        corners = [(left, 1), (left, top), (left + wide * 0.92, top), (left + wide * 0.92, 1)]
        polygon(canvas, [(x, float(y)) for x, y in corners], (grey, grey, grey + 0.06))
        for row in np.arange(top + 0.04, 0.95, 0.08):
            for column in np.arange(left + 0.015, left + wide * 0.92 - 0.03, 0.035):
                if rng.random() < 0.5:
                    _window(canvas, float(column), float(row))
        left += wide
    return canvas


def _window(canvas: Canvas, x: float, y: float) -> None:
    height, width = canvas.shape[:2]
    rows = slice(int(y * height), int((y + 0.04) * height))
    canvas[rows, int(x * width) : int((x + 0.018) * width)] = (1.0, 0.85, 0.45)
