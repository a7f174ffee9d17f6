"""From an image's bytes to upright RGB pixels; limits are checked before the decoder runs."""

import io
import json
import struct
import warnings
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

Pixels = NDArray[np.uint8]

# What browsers show. Everything else that Pillow reads is rare on the web and has crashed decoders.
WEB_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")
# Benchmarks also come as PPM (GTSRB) and TIFF.
BENCHMARK_FORMATS = (*WEB_FORMATS, "PPM", "TIFF")

MAX_EXIF_CHARS = 10_000
MAX_EXIF_VALUE_CHARS = 200

# Raised by Pillow's decoders on broken files (seen on its own corpus of crash and timeout files).
_BROKEN = (
    OSError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)
_PRIVATE_TAGS = frozenset({"GPSInfo", "MakerNote", "UserComment", "ExifOffset"})

# Sizes are checked below, against our own limit; a warning on stderr would help nobody.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module="PIL")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedImage:
    """The first frame of an image.

    Attributes:
        pixels: `[height, width, 3]` uint8, upright, RGB, transparency on white.
        exif: JSON object of the main tags, without GPS and maker notes, bounded.
        format: Pillow's name, such as `JPEG`.
    """

    pixels: Pixels
    exif: str
    format: str


def decode_image(
    body: bytes, max_pixels: int, formats: tuple[str, ...] = WEB_FORMATS
) -> DecodedImage:
    """Decodes an image whose type is judged by its first bytes, never by a header's claim.

    Args:
        body: The file.
        max_pixels: Width times height, checked before any pixel is decoded.
        formats: Pillow's names of the formats to accept.

    Raises:
        RecordFailed: `empty`, `not_image`, `pixels` or `decode`.
    """
    if not body:
        raise RecordFailed(Failure.EMPTY)
    image = _open(body, formats)
    width, height = image.size
    if width * height > max_pixels:
        raise RecordFailed(Failure.PIXELS, f"{width}x{height}, the limit is {max_pixels}")
    try:
        image.load()
    except _BROKEN as error:
        raise RecordFailed(Failure.DECODE, f"broken {image.format}") from error
    return DecodedImage(
        pixels=_to_rgb(_upright(image)), exif=_read_exif(image), format=image.format or ""
    )


def _open(body: bytes, formats: tuple[str, ...]) -> Image.Image:
    kind = sniff_format(body)
    if kind not in formats:
        raise RecordFailed(Failure.NOT_IMAGE, f"{kind} is not accepted" if kind else "")
    try:
        return Image.open(io.BytesIO(body), formats=[kind])
    except Image.DecompressionBombError as error:
        raise RecordFailed(Failure.PIXELS, "the header claims more than any limit") from error
    except _BROKEN as error:
        raise RecordFailed(Failure.DECODE, f"broken {kind} header") from error


def sniff_format(body: bytes) -> str:
    """Returns Pillow's name of the format that the first bytes announce, or an empty text."""
    head = body[:32]
    for magic, name in (
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
    ):
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and (b"avif" in head[8:] or b"avis" in head[8:]):
        return "AVIF"
    is_pnm = head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace()
    return "PPM" if is_pnm else ""


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image  # broken EXIF says nothing about the pixels


def _to_rgb(image: Image.Image) -> Pixels:
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_to_rgb(image)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return np.asarray(Image.alpha_composite(white, rgba).convert("RGB"))
    return np.asarray(image.convert("RGB"))


def _deep_to_rgb(image: Image.Image) -> Pixels:
    """Scales 16-bit values to 8 bits; Pillow's own conversion clips them to white."""
    values = np.asarray(image).astype(np.float64)
    if image.mode != "F" and (image.mode != "I" or values.max(initial=0) > 255):
        values /= 257
    grey = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


def _read_exif(image: Image.Image) -> str:
    try:
        tags = dict(image.getexif())
    except _BROKEN:
        return "{}"
    named = {ExifTags.TAGS.get(tag, str(tag)): value for tag, value in sorted(tags.items())}
    shown = {
        name: str(value)[:MAX_EXIF_VALUE_CHARS].encode("utf-8", "replace").decode()
        for name, value in named.items()
        if name not in _PRIVATE_TAGS and not isinstance(value, bytes)
    }
    text = json.dumps(shown, sort_keys=True)
    return text if len(text) <= MAX_EXIF_CHARS else "{}"
