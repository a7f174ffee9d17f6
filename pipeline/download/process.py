"""One image from its bytes to what the pool stores: decoded once, hashed, resized, encoded."""

import hashlib
from dataclasses import dataclass

from PIL import Image

from dedup.phash import phash
from pipeline.download.decode import decode_image
from pipeline.download.encode import encode_image
from pipeline.download.options import DownloadOptions
from pipeline.download.resize import Resize


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedImage:
    """What the pool keeps of an image.

    Attributes:
        data: The stored file.
        extension: Of the stored file, without the dot.
        sha256: Of the original bytes, hex.
        phash: Of the upright original, before the resize.
        exif: JSON object as text.
    """

    data: bytes
    extension: str
    width: int
    height: int
    original_width: int
    original_height: int
    sha256: str
    phash: int
    exif: str


def process_image(body: bytes, options: DownloadOptions) -> ProcessedImage:
    """Returns what to store of an image.

    Raises:
        RecordFailed: The image does not decode.
    """
    decoded = decode_image(body, options.max_pixels)
    resize = Resize(
        image_size=options.image_size,
        resize_mode=options.resize_mode,
        resize_only_if_bigger=options.resize_only_if_bigger,
    )
    resized = resize(decoded.pixels)
    return ProcessedImage(
        data=encode_image(resized, options.encode_format, options.encode_quality),
        extension=options.encode_format,
        width=resized.shape[1],
        height=resized.shape[0],
        original_width=decoded.pixels.shape[1],
        original_height=decoded.pixels.shape[0],
        sha256=hashlib.sha256(body).hexdigest(),
        phash=phash(Image.fromarray(decoded.pixels)),
        exif=decoded.exif,
    )
