"""Resizing as img2dataset 1.47.0 does it: same sizes, same interpolation, white borders."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.download.decode import Pixels
from pipeline.download.options import ResizeMode

cv2.setNumThreads(1)  # parallelism is by image; a pool of threads inside each would only fight

WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """Scales an image; called with `[height, width, 3]` uint8, returns the same kind.

    Attributes:
        image_size: Pixels of the shorter side (`keep_ratio`) or of the longer (`border`,
            `keep_ratio_largest`).
        resize_only_if_bigger: Whether smaller images stay as they are.
    """

    image_size: int
    resize_mode: ResizeMode
    resize_only_if_bigger: bool = True

    def __call__(self, pixels: Pixels) -> Pixels:
        """Returns the resized image: area averaging downwards, Lanczos upwards."""
        if self.resize_mode == "no":
            return pixels
        height, width = pixels.shape[:2]
        side = min(height, width) if self.resize_mode == "keep_ratio" else max(height, width)
        if self.resize_only_if_bigger and side <= self.image_size:
            return pixels
        scale = self.image_size / side
        # Python rounds halves to even, as albumentations does here.
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        interpolation = cv2.INTER_AREA if side > self.image_size else cv2.INTER_LANCZOS4
        if size != (width, height):
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=interpolation), np.uint8)
        return self._pad(pixels) if self.resize_mode == "border" else pixels

    def _pad(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        top, left = (self.image_size - height) // 2, (self.image_size - width) // 2
        framed = np.full((self.image_size, self.image_size, 3), WHITE, np.uint8)
        framed[top : top + height, left : left + width] = pixels
        return framed
