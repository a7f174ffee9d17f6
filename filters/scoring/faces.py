"""Face count by OpenCV's YuNet (Wu et al., Machine Intelligence Research 20, 2023), as ONNX."""

import os

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filters.scoring.options import FACE_SIDE_PX, MIN_FACE_SCORE
from schemas.errors import UserError

MAX_OVERLAP = 0.3  # `FaceDetectorYN`'s own default


class FaceCounter:
    """Counts faces, one picture at a time.

    Args:
        path: The model.

    Raises:
        UserError: The file is missing or is no such model.
    """

    def __init__(self, path: str) -> None:
        if not os.path.isfile(path):
            raise UserError(f"{path}: no such file")
        try:
            self._detector = cv2.FaceDetectorYN.create(
                path, "", (FACE_SIDE_PX, FACE_SIDE_PX), MIN_FACE_SCORE, MAX_OVERLAP
            )
        except cv2.error as error:
            raise UserError(f"{path}: no model that OpenCV reads") from error

    def __call__(self, picture: Image.Image) -> int:
        """Returns how many faces are on a picture."""
        bgr = _shrink(np.asarray(picture.convert("RGB"))[..., ::-1])
        self._detector.setInputSize((bgr.shape[1], bgr.shape[0]))
        _, found = self._detector.detect(bgr)
        return 0 if found is None else len(found)


def _shrink(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    ratio = FACE_SIDE_PX / max(height, width)
    if ratio >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * ratio)), max(1, round(height * ratio))
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
