"""Painters of things: one function a concept, (rng, height, width) to a canvas."""

import numpy as np

from demo.canvas import Canvas, Colour, Point, ellipse, fill_below, gradient, noise, polygon


def _pick(rng: np.random.Generator, *colours: Colour) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _room(rng: np.random.Generator, height: int, width: int, wall: Colour, table: Colour) -> Canvas:
    canvas = gradient(height, width, wall, (wall[0] * 0.75, wall[1] * 0.75, wall[2] * 0.75))
    edge = np.full(width, _between(rng, 0.45, 0.75), np.float32)
    grain = noise(rng, height, width, cells=(10, 2), octaves=4)[:, :, None] * 0.2
    fill_below(canvas, edge, np.array(table, np.float32) + grain - 0.1)
    return canvas


def apples(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints apples on a table."""
    canvas = _room(rng, height, width, (0.85, 0.82, 0.72), (0.5, 0.33, 0.2))
    for x in rng.uniform(0.1, 0.9, int(rng.integers(3, 7))):
        y, size = _between(rng, 0.45, 0.85), _between(rng, 0.11, 0.19)
        ellipse(canvas, (x, y + size * 0.9), (size, size * 0.25), (0.2, 0.13, 0.08))
        red = _pick(rng, (0.85, 0.1, 0.1), (0.9, 0.2, 0.12), (0.55, 0.75, 0.15))
        ellipse(canvas, (x, y), (size, size * 0.95), red)
        stem = [(x, y - size * 0.7), (x + 0.02, y - size * 1.3), (x + 0.035, y - size * 1.25)]
        polygon(canvas, stem, (0.25, 0.15, 0.05))
    return canvas


def balloons(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints balloons on strings."""
    canvas = gradient(height, width, (0.55, 0.78, 0.98), (0.93, 0.96, 1.0))
    for x in rng.uniform(0.08, 0.92, int(rng.integers(4, 8))):
        y, size = _between(rng, 0.12, 0.65), _between(rng, 0.09, 0.17)
        bright = np.roll((0.95, _between(rng, 0.1, 0.8), 0.15), int(rng.integers(3)))
        polygon(canvas, [(x, y), (x + 0.004, y), (x + 0.05, 1.0), (x + 0.043, 1.0)], (0.3,) * 3)
        ellipse(
            canvas,
            (x, y),
            (size * 0.85, size * 1.1),
            (float(bright[0]), float(bright[1]), float(bright[2])),
        )
    return canvas


def sailboat(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a boat under sail."""
    sky = _pick(rng, (0.5, 0.75, 0.95), (0.95, 0.75, 0.55), (0.7, 0.8, 0.85))
    canvas = gradient(height, width, sky, (0.95, 0.95, 0.95))
    level = _between(rng, 0.5, 0.75)
    waves = noise(rng, height, width, cells=(16, 3), octaves=3)[:, :, None] * 0.3
    fill_below(
        canvas, np.full(width, level, np.float32), np.array((0.08, 0.35, 0.5), np.float32) + waves
    )
    x, tall, wide = _between(rng, 0.25, 0.75), _between(rng, 0.35, 0.5), _between(rng, 0.14, 0.24)
    sail = _pick(rng, (0.98, 0.97, 0.92), (0.85, 0.2, 0.15), (0.95, 0.75, 0.2))
    polygon(canvas, [(x, level - tall), (x, level - 0.03), (x + wide, level - 0.03)], sail)
    jib = [(x - 0.015, level - tall * 0.85), (x - 0.015, level - 0.03), (x - wide, level - 0.03)]
    polygon(canvas, jib, (0.92, 0.92, 0.95))
    hull = [(x - wide, level), (x + wide, level), (x + wide * 0.7, level + 0.09)]
    polygon(canvas, [*hull, (x - wide * 0.7, level + 0.09)], (0.3, 0.15, 0.1))
    return canvas


def house(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a house with a roof, a door and windows."""
    canvas = gradient(height, width, (0.6, 0.8, 0.95), (0.9, 0.95, 1.0))
    ground = _between(rng, 0.7, 0.85)
    grass = noise(rng, height, width, cells=(8, 8), octaves=4)[:, :, None] * 0.25
    fill_below(
        canvas, np.full(width, ground, np.float32), np.array((0.25, 0.5, 0.18), np.float32) + grass
    )
    left, wide = _between(rng, 0.08, 0.4), _between(rng, 0.35, 0.5)
    top, right = ground - _between(rng, 0.25, 0.38), left + wide
    wall = _pick(rng, (0.95, 0.9, 0.78), (0.85, 0.6, 0.5), (0.65, 0.75, 0.85))
    polygon(canvas, [(left, ground), (left, top), (right, top), (right, ground)], wall)
    ridge = (left + wide * _between(rng, 0.3, 0.7), top - _between(rng, 0.15, 0.3))
    polygon(canvas, [(left - 0.04, top), ridge, (right + 0.04, top)], (0.6, 0.2, 0.15))
    for part in rng.permutation((0.08, 0.4, 0.72))[:2]:
        _pane(canvas, (left + wide * float(part), top + 0.06), 0.2 * wide, 0.1, (0.2, 0.3, 0.45))
    door = left + wide * _between(rng, 0.2, 0.7)
    _pane(canvas, (door, ground - 0.16), 0.15 * wide, 0.16, (0.35, 0.2, 0.1))
    return canvas


def _pane(canvas: Canvas, corner: Point, wide: float, tall: float, colour: Colour) -> None:
    left, top = corner
    right, bottom = left + wide, top + tall
    polygon(canvas, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def sunflower(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a sunflower."""
    back = _pick(rng, (0.45, 0.7, 0.95), (0.2, 0.4, 0.25), (0.9, 0.9, 0.85))
    canvas = gradient(height, width, back, (0.25, 0.5, 0.2))
    x, y, size = _between(rng, 0.25, 0.75), _between(rng, 0.25, 0.55), _between(rng, 0.12, 0.19)
    foot = _between(rng, 0.2, 0.8)
    polygon(canvas, [(x - 0.015, y), (x + 0.015, y), (foot + 0.02, 1), (foot, 1)], (0.2, 0.4, 0.1))
    aspect = min(height, width) / width, min(height, width) / height
    for angle in np.arange(0, 2 * np.pi, 2 * np.pi / 14) + _between(rng, 0, 1):
        away = size * 1.25
        middle = (x + np.cos(angle) * away * aspect[0], y + np.sin(angle) * away * aspect[1])
        petal = (size * 0.75, size * 0.25)
        ellipse(canvas, middle, petal, (0.98, 0.78, 0.1), degrees=float(np.degrees(angle)))
    ellipse(canvas, (x, y), (size, size), (0.35, 0.2, 0.08))
    return canvas


def fish(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints fish in deep water."""
    canvas = gradient(height, width, (0.2, 0.65, 0.75), (0.02, 0.15, 0.35))
    for x in rng.uniform(0.2, 0.8, int(rng.integers(2, 5))):
        y, size = _between(rng, 0.15, 0.85), _between(rng, 0.12, 0.22)
        way = 1 if rng.random() < 0.5 else -1
        colour = _pick(rng, (0.98, 0.5, 0.1), (0.95, 0.85, 0.2), (0.8, 0.85, 0.9))
        tail = x - way * size * 0.8
        fin = [(tail, y), (tail - way * size * 0.6, y - size * 0.5)]
        polygon(canvas, [*fin, (tail - way * size * 0.6, y + size * 0.5)], colour)
        ellipse(canvas, (x, y), (size, size * 0.5), colour)
        ellipse(canvas, (x + way * size * 0.45, y - size * 0.1), (0.015, 0.015), (0.02, 0.02, 0.02))
    return canvas


def mushroom(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints spotted mushrooms on moss."""
    canvas = gradient(height, width, (0.25, 0.3, 0.2), (0.45, 0.5, 0.3))
    moss = noise(rng, height, width, cells=(9, 9), octaves=4)[:, :, None] * 0.3
    ground = np.full(width, 0.8, np.float32)
    fill_below(canvas, ground, np.array((0.15, 0.3, 0.1), np.float32) + moss)
    for x in rng.uniform(0.2, 0.8, int(rng.integers(1, 4))):
        y, size = _between(rng, 0.3, 0.6), _between(rng, 0.14, 0.26)
        polygon(
            canvas,
            [(x - 0.04, y), (x + 0.04, y), (x + 0.055, 0.88), (x - 0.055, 0.88)],
            (0.93, 0.9, 0.82),
        )
        ellipse(canvas, (x, y), (size, size * 0.6), (0.82, 0.12, 0.1))
        for side, up in zip(rng.uniform(-0.6, 0.6, 5), rng.uniform(-0.35, 0.2, 5), strict=True):
            ellipse(canvas, (x + side * size, y + up * size), (0.025, 0.02), (0.98, 0.96, 0.9))
    return canvas


def kite(rng: np.random.Generator, height: int, width: int) -> Canvas:
    """Paints a kite with its tail."""
    canvas = gradient(height, width, (0.3, 0.6, 0.95), (0.8, 0.9, 1.0))
    clouds = noise(rng, height, width, cells=(3, 2), octaves=5)[:, :, None]
    canvas += np.clip(clouds - 0.5, 0, 1) * 0.8
    x, y = _between(rng, 0.25, 0.75), _between(rng, 0.2, 0.5)
    size, lean = _between(rng, 0.14, 0.24), _between(rng, -0.8, 0.8)
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    shape = np.array([(0, -1), (0.65, -0.15), (0, 1.3), (-0.65, -0.15)]) * size @ turn.T
    corners = [(x + float(dx), y + float(dy)) for dx, dy in shape]
    warm, cold = _pick(rng, (0.9, 0.15, 0.2), (0.95, 0.6, 0.1)), (0.15, 0.2, 0.6)
    polygon(canvas, corners[:3], warm)
    polygon(canvas, [corners[0], corners[2], corners[3]], cold)
    for step in np.arange(0.08, 0.45, 0.07):
        bow = (corners[2][0] + lean * -step + 0.03 * np.sin(step * 40), corners[2][1] + step)
        ellipse(canvas, bow, (0.03, 0.015), warm, degrees=float(step * 300))
    return canvas
