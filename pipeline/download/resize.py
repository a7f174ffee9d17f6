"""Resizing as img2dataset 1.47.0 does it: same sizes, same interpolation, white borders."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.download.colour import WHITE, Pixels
from pipeline.download.options import Interpolation, ResizeMode

cv2.setNumThreads(1)  # parallelism is by image; a pool of threads inside each would only fight

_BY_SHORTER_SIDE = frozenset({"keep_ratio", "center_crop"})
_INTERPOLATION = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "bilinear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "bicubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
    "lanczos": cv2.INTER_LANCZOS4,
    "lanczos4": cv2.INTER_LANCZOS4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """Scales an image; called with uint8 pixels, grey or RGB, returns the same kind.

    Attributes:
        image_size: Pixels of the shorter side (`keep_ratio`, `center_crop`) or of the longer
            (`border`, `keep_ratio_largest`).
        resize_only_if_bigger: Whether smaller images stay as they are, uncropped and unframed.
    """

    image_size: int
    resize_mode: ResizeMode
    resize_only_if_bigger: bool = True
    upscale_interpolation: Interpolation = "lanczos"
    downscale_interpolation: Interpolation = "area"

    def __call__(self, pixels: Pixels) -> Pixels:
        """Returns the resized image; the very same array if it stays as it is."""
        if self.resize_mode == "no":
            return pixels
        sides = pixels.shape[:2]
        side = min(sides) if self.resize_mode in _BY_SHORTER_SIDE else max(sides)
        if self.resize_only_if_bigger and side <= self.image_size:
            return pixels
        scaled = self._scale(pixels, side)
        if self.resize_mode == "border":
            return self._frame(scaled)
        return self._crop(scaled) if self.resize_mode == "center_crop" else scaled

    def _scale(self, pixels: Pixels, side: int) -> Pixels:
        height, width = pixels.shape[:2]
        scale = self.image_size / side
        # Python rounds halves to even, as albumentations does here.
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size == (width, height):
            return pixels
        is_smaller = side > self.image_size
        name = self.downscale_interpolation if is_smaller else self.upscale_interpolation
        return np.asarray(cv2.resize(pixels, size, interpolation=_INTERPOLATION[name]), np.uint8)

    def _frame(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        top, left = (self.image_size - height) // 2, (self.image_size - width) // 2
        framed = np.full((self.image_size, self.image_size, *pixels.shape[2:]), WHITE, np.uint8)
        framed[top : top + height, left : left + width] = pixels
        return framed

    def _crop(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        top, left = (height - self.image_size) // 2, (width - self.image_size) // 2
        return pixels[top : top + self.image_size, left : left + self.image_size]
