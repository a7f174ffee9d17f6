"""Encoding by OpenCV, as img2dataset does it: equal pixels give equal bytes."""

import cv2

from pipeline.download.colour import Pixels
from pipeline.download.options import EncodeFormat

_QUALITY = {
    "jpg": cv2.IMWRITE_JPEG_QUALITY,
    "png": cv2.IMWRITE_PNG_COMPRESSION,
    "webp": cv2.IMWRITE_WEBP_QUALITY,
}


def encode_image(pixels: Pixels, encode_format: EncodeFormat, encode_quality: int) -> bytes:
    """Returns the file of an image.

    Args:
        pixels: uint8, `[height, width]` for grey or `[height, width, 3]` for RGB.
        encode_format: Of the file; also its extension.
        encode_quality: 0 to 100; for png its compression, 0 to 9.
    """
    ordered = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    is_done, data = cv2.imencode(
        f".{encode_format}", ordered, [int(_QUALITY[encode_format]), encode_quality]
    )
    assert is_done, f"OpenCV cannot encode {pixels.shape} as {encode_format}"
    return bytes(data.tobytes())
