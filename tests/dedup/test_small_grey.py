import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dedup.small_grey import small_greys

SIZES = ((32, 32), (64, 64), (9, 8), (5, 40))


def by_pillow(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    grey = Image.fromarray(pixels).convert("L")
    return np.asarray(grey.resize((width, height), Image.Resampling.LANCZOS))


def noise(width: int, height: int, kind: str) -> np.ndarray:
    values = np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, 3))
    values = (values > 127) * 255 if kind == "extreme" else values
    return (values[..., 0] if kind == "grey" else values).astype(np.uint8)


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from(["even", "extreme", "grey"]),
    st.sampled_from(SIZES),
)
def test_every_value_is_pillows(width, height, kind, size):
    pixels = noise(width, height, kind)
    assert np.array_equal(small_greys([pixels], *size)[0], by_pillow(pixels, *size))


@pytest.mark.parametrize(
    ("width", "height"),
    [(1, 1), (32, 32), (31, 33), (3, 301), (3, 299), (1, 101), (301, 3), (900, 700), (5000, 40)],
)
@pytest.mark.parametrize("size", SIZES)
def test_it_is_pillows_for_sizes_that_go_another_way(width, height, size):
    pixels = noise(width, height, "even")
    assert np.array_equal(small_greys([pixels], *size)[0], by_pillow(pixels, *size))


def test_every_colour_has_pillows_grey():
    levels = np.arange(0, 256, 3, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, len(levels), 3)
    for start in range(0, len(cube), 64):
        tile = np.ascontiguousarray(cube[start : start + 64, :64])
        height, width = tile.shape[:2]
        assert np.array_equal(small_greys([tile], width, height)[0], by_pillow(tile, width, height))


def test_pictures_of_many_sizes_do_not_touch_each_other():
    pictures = [
        noise(w, h, k)
        for w, h, k in [(90, 70, "even"), (90, 70, "grey"), (20, 300, "even"), (90, 70, "even")]
    ]
    small = small_greys([*pictures, pictures[0][:, ::-1]], 32, 32)
    for one, picture in zip(small, pictures, strict=False):
        assert np.array_equal(one, by_pillow(picture, 32, 32))
    assert np.array_equal(small[-1], by_pillow(np.ascontiguousarray(pictures[0][:, ::-1]), 32, 32))


@pytest.mark.parametrize(("width", "height"), [(70, 50), (2, 230), (33, 32)])
@pytest.mark.parametrize("count", [1, 7, 8, 9, 20])
def test_pictures_of_one_size_are_made_small_together(width, height, count):
    rng = np.random.default_rng(count)
    pictures = list(rng.integers(0, 256, (count, height, width, 3), dtype=np.uint8))
    for size in SIZES:
        expected = np.array([by_pillow(picture, *size) for picture in pictures])
        assert np.array_equal(small_greys(pictures, *size), expected)
