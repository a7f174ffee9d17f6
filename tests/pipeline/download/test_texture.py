import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from pipeline.download.decode import decode_image
from pipeline.download.texture import SIDE_PX, measure_texture
from tests.samples import make_image


def photo() -> np.ndarray:
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 255, (60, 80), dtype=np.uint8)
    return cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_LINEAR)


def page_of_text() -> np.ndarray:
    image = Image.new("L", (640, 480), 255)
    for row in range(20, 460, 60):
        ImageDraw.Draw(image).text((10, row), "the quick brown fox", fill=0)
    return np.asarray(image)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_every_measure_stays_in_its_range(grey: np.ndarray) -> None:
    texture = measure_texture(grey)
    assert 0 <= texture.entropy <= 8
    assert texture.sharpness >= 0
    assert 0 <= texture.edge_ratio <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 2000), (513, 511)])
def test_a_picture_of_one_colour_has_nothing(size: tuple[int, int]) -> None:
    texture = measure_texture(np.full(size, 77, np.uint8))
    assert (texture.entropy, texture.sharpness, texture.edge_ratio) == (0, 0, 0)


def test_entropy_counts_grey_levels() -> None:
    levels = np.repeat(np.arange(4, dtype=np.uint8) * 60, 25).reshape(10, 10)
    assert measure_texture(levels).entropy == pytest.approx(2.0)


def test_the_sharpness_of_a_small_picture_is_the_variance_of_its_laplacian() -> None:
    grey = photo()[:200, :200]
    expected = cv2.Laplacian(grey, cv2.CV_64F).var()
    assert measure_texture(grey).sharpness == pytest.approx(expected, rel=1e-5)


def test_blur_and_a_scaled_up_thumbnail_lose_their_sharpness() -> None:
    sharp = measure_texture(photo()).sharpness
    blurred = cv2.GaussianBlur(photo(), (0, 0), 10)
    thumbnail = cv2.resize(photo(), (48, 36), interpolation=cv2.INTER_AREA)
    scaled_up = cv2.resize(thumbnail, (640, 480), interpolation=cv2.INTER_CUBIC)
    assert measure_texture(blurred).sharpness < sharp / 20
    assert measure_texture(scaled_up).sharpness < sharp / 5


def test_text_has_hard_edges_between_few_levels_and_a_photo_has_not() -> None:
    text, picture = measure_texture(page_of_text()), measure_texture(photo())
    assert text.edge_ratio > 0.3 > picture.edge_ratio
    assert text.entropy < 3 < picture.entropy


def test_the_size_of_a_picture_hardly_matters() -> None:
    large = cv2.resize(photo(), (4 * 640, 4 * 480), interpolation=cv2.INTER_LINEAR)
    one, other = measure_texture(photo()), measure_texture(large)
    assert other.sharpness == pytest.approx(one.sharpness, rel=0.5)
    assert other.entropy == pytest.approx(one.entropy, abs=0.1)
    assert max(photo().shape) > SIDE_PX


def test_photos_of_the_shared_data_pass_the_documented_limits(shared_data: Path) -> None:
    paths = [
        *shared_data.glob("captioned-images/coco/*/*.jpg"),
        *shared_data.glob("captioned-images/grocery/*.jpg"),
    ]
    assert len(paths) > 90
    for path in paths:
        texture = measure_texture(decode_image(path.read_bytes(), 10**8).grey)
        assert texture.entropy >= 1, path
        assert texture.sharpness >= 20, path
        assert texture.edge_ratio <= 0.3 or texture.entropy > 3, path


def test_the_measures_do_not_depend_on_colour() -> None:
    grey = Image.open(io.BytesIO(make_image(3))).convert("L")
    stream = io.BytesIO()
    grey.convert("RGB").save(stream, "PNG")
    in_colour = decode_image(stream.getvalue(), 10**6).grey
    assert measure_texture(in_colour) == measure_texture(np.asarray(grey))
