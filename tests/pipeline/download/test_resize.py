import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.download.decode import decode_image
from pipeline.download.encode import encode_image
from pipeline.download.resize import Resize
from tests.samples import make_image

MODES = ["no", "border", "keep_ratio", "keep_ratio_largest"]


def reference(body: bytes, size: int, mode: str, only_if_bigger: bool) -> np.ndarray:
    """Returns what img2dataset's own Resizer stores, as RGB; png, so that nothing else is lost."""
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    resizer_module = pytest.importorskip(
        "img2dataset.resizer", reason="needs the img2dataset extra"
    )
    resizer = resizer_module.Resizer(
        size, mode, only_if_bigger, encode_format="png", encode_quality=1
    )
    data, *_, error = resizer(io.BytesIO(body))
    assert error is None
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("only_if_bigger", [True, False])
@pytest.mark.parametrize(
    ("width", "height"),
    [(500, 400), (333, 501), (257, 256), (256, 256), (90, 60), (61, 300), (515, 37)],
)
def test_sizes_and_pixels_are_img2datasets(
    mode: str, only_if_bigger: bool, width: int, height: int
) -> None:
    body = make_image(width * height, width, height)
    expected = reference(body, 256, mode, only_if_bigger)
    resize = Resize(image_size=256, resize_mode=mode, resize_only_if_bigger=only_if_bigger)
    resized = resize(decode_image(body, 10**8).pixels)
    assert resized.shape == expected.shape
    assert psnr(resized, expected) >= 45


def test_real_photos_are_stored_as_img2dataset_stores_them(shared_data: Path) -> None:
    photos = sorted((shared_data / "captioned-images/coco/val2017").glob("*.jpg"))[:12]
    assert photos
    for path in photos:
        body = path.read_bytes()
        expected = reference(body, 256, "keep_ratio", True)
        resized = Resize(image_size=256, resize_mode="keep_ratio")(decode_image(body, 10**8).pixels)
        assert resized.shape == expected.shape
        assert psnr(resized, expected) >= 45


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from(MODES))
def test_no_size_breaks_it_and_the_named_side_is_met(width: int, height: int, mode: str) -> None:
    resized = Resize(image_size=64, resize_mode=mode)(np.zeros((height, width, 3), np.uint8))
    new_height, new_width = resized.shape[:2]
    if mode == "keep_ratio":
        assert min(new_height, new_width) == min(64, height, width)
    if mode == "keep_ratio_largest":
        assert max(new_height, new_width) == min(64, max(height, width))
    if mode == "border" and max(height, width) > 64:
        assert (new_height, new_width) == (64, 64)
    if mode == "no":
        assert (new_height, new_width) == (height, width)


def test_borders_are_white_and_even() -> None:
    resized = Resize(image_size=64, resize_mode="border")(np.zeros((100, 200, 3), np.uint8))
    assert (resized[:16] == 255).all()
    assert (resized[48:] == 255).all()
    assert (resized[16:48] == 0).all()


def test_the_input_is_not_changed() -> None:
    pixels = np.asarray(Image.open(io.BytesIO(make_image(1, 300, 200))))
    before = pixels.copy()
    encode_image(Resize(image_size=64, resize_mode="border")(pixels), "jpg", 95)
    assert np.array_equal(pixels, before)
