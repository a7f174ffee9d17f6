import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from demo.canvas import ellipse, fill_below, gradient, noise, polygon, profile


@given(st.integers(0, 99), st.integers(8, 90), st.integers(8, 90))
def test_noise_fills_its_range_and_repeats(seed, height, width):
    first, second = (noise(np.random.default_rng(seed), height, width) for _ in range(2))
    assert first.shape == (height, width)
    assert first.min() == 0
    assert abs(first.max() - 1) < 1e-6
    assert (first == second).all()


def test_gradient_runs_from_top_to_bottom():
    canvas = gradient(10, 4, (0.0, 0.5, 1.0), (1.0, 0.5, 0.0))
    assert canvas[0, 0].tolist() == [0, 0.5, 1]
    assert canvas[-1, -1].tolist() == [1, 0.5, 0]


def test_skyline_leaves_what_is_above_it():
    canvas = gradient(40, 30, (1, 1, 1), (1, 1, 1))
    fill_below(canvas, np.full(30, 0.5, np.float32), (0.0, 0.0, 0.0))
    assert canvas[:19].min() == 1
    assert canvas[22:].max() == 0
    assert profile(np.random.default_rng(0), 30, cells=3, octaves=2).shape == (30,)


def test_shapes_paint_their_middle_and_not_the_corners():
    canvas = gradient(40, 40, (0, 0, 0), (0, 0, 0))
    polygon(canvas, [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)], (0.0, 1.0, 0.0))
    assert canvas[20, 20].tolist() == [0, 1, 0]
    ellipse(canvas, (0.5, 0.5), (0.2, 0.2), (1.0, 0.0, 0.0))
    assert canvas[20, 20, 0] > 0.5
    assert canvas[0, 0].max() == 0
