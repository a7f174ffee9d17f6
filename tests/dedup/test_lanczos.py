import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dedup.lanczos import shrink


def by_pillow(grey: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(grey).resize((32, 32), Image.Resampling.LANCZOS))


def noise(width: int, height: int, kind: str = "even") -> np.ndarray:
    values = np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width))
    return np.asarray(values if kind == "even" else (values > 127) * 255, np.uint8)


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(["even", "extreme"]))
def test_every_bit_is_pillows(width: int, height: int, kind: str) -> None:
    grey = noise(width, height, kind)
    assert np.array_equal(shrink(grey, 32), by_pillow(grey))


@pytest.mark.parametrize(
    ("width", "height"),
    [(1, 1), (32, 32), (31, 33), (3, 301), (3, 299), (301, 3), (2000, 1500), (5000, 40)],
)
def test_it_is_pillows_for_sizes_that_go_another_way(width: int, height: int) -> None:
    grey = noise(width, height)
    assert np.array_equal(shrink(grey, 32), by_pillow(grey))


def test_the_rows_need_not_lie_together() -> None:
    grey = noise(120, 90)
    assert np.array_equal(shrink(grey.T[::-1], 32), by_pillow(np.ascontiguousarray(grey.T[::-1])))
