"""From an image's bytes to upright pixels; limits are checked before the decoder runs."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from pipeline.download.colour import flatten, is_flat, read_profile
from pipeline.download.exif import read_exif
from pipeline.download.jpeg import decode_jpeg
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

Pixels = NDArray[np.uint8]

# What browsers show. Everything else that Pillow reads is rare on the web and has crashed decoders.
WEB_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")
# Benchmarks also come as PPM (GTSRB) and TIFF.
BENCHMARK_FORMATS = (*WEB_FORMATS, "PPM", "TIFF")

# Raised by Pillow's decoders on broken files (seen on its own corpus of crash and timeout files).
_BROKEN = (
    OSError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)

# Sizes are checked below, against our own limit; a warning on stderr would help nobody.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
# Pillow unpacks up to 64 MiB of text per PNG; no caption needs more than this.
PngImagePlugin.MAX_TEXT_MEMORY = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedImage:
    """The first frame of an image.

    Attributes:
        pixels: uint8, upright, transparency on white: `[height, width]` if the file is grey, else
            `[height, width, 3]`, RGB.
        grey: `[height, width]`, Pillow's `L` of `pixels`: what pHash sees.
        profile: ICC profile that `colour.to_srgb` has yet to apply; None for sRGB. It is left to
            the end because it costs more than everything else and the stored image is smaller.
        exif: JSON object of the main tags, without GPS and maker notes, bounded.
        format: Pillow's name, such as `JPEG`.
        is_damaged: Whether the decoder had to mend the file.
        is_as_stored: Whether the file without its metadata shows just these pixels.
    """

    pixels: Pixels
    grey: Pixels
    profile: bytes | None
    exif: str
    format: str
    is_damaged: bool
    is_as_stored: bool


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
    kind = sniff_format(body)
    if kind not in formats:
        raise RecordFailed(Failure.NOT_IMAGE, f"{kind} is not accepted" if kind else "")
    _check_pixels(webp_canvas(body), max_pixels)
    try:
        image = Image.open(io.BytesIO(body), formats=[kind])
    except Image.DecompressionBombError as error:
        raise RecordFailed(Failure.PIXELS, "the header claims more than any limit") from error
    except _BROKEN as error:
        raise RecordFailed(Failure.DECODE, f"broken {kind} header") from error
    _check_pixels(image.size, max_pixels)
    try:
        return _decode(body, kind, image)
    except _BROKEN as error:
        raise RecordFailed(Failure.DECODE, f"broken {kind}") from error


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


def webp_canvas(body: bytes) -> tuple[int, int]:
    """Returns the size of an extended WebP, (0, 0) for all else.

    Pillow's decoder allocates the whole canvas when it opens the file, before it tells the size.
    """
    if body[:4] != b"RIFF" or body[8:16] != b"WEBPVP8X" or len(body) < 30:
        return 0, 0
    width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (24, 27))
    return width, height


def _check_pixels(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise RecordFailed(Failure.PIXELS, f"{width}x{height}, the limit is {max_pixels}")


def _decode(body: bytes, kind: str, image: Image.Image) -> DecodedImage:
    pixels, grey, is_damaged = _pixels(body, kind, image)
    exif, turn = read_exif(image)
    profile = read_profile(image, "L" if pixels.ndim == 2 else "RGB")
    if turn is not None:
        is_grey = pixels is grey
        pixels = np.asarray(Image.fromarray(pixels).transpose(turn))
        grey = pixels if is_grey else np.asarray(Image.fromarray(grey).transpose(turn))
    return DecodedImage(
        pixels=pixels,
        grey=grey,
        profile=profile if image.mode != "CMYK" else None,
        exif=exif,
        format=kind,
        is_damaged=is_damaged,
        is_as_stored=is_flat(image) and not is_damaged and turn is None and profile is None,
    )


def _pixels(body: bytes, kind: str, image: Image.Image) -> tuple[Pixels, Pixels, bool]:
    """Returns pixels, their grey, and whether they were mended."""
    is_plain_jpeg = kind == "JPEG" and image.mode in {"L", "RGB"}
    if is_plain_jpeg:
        try:
            return *decode_jpeg(body, is_grey=image.mode == "L"), False
        except ValueError:
            pass  # Pillow decides below: it refuses what is cut short, and mends the rest
    image.load()
    flat = flatten(image)
    pixels = np.asarray(flat)
    grey = pixels if flat.mode == "L" else np.asarray(flat.convert("L"))
    return pixels, grey, is_plain_jpeg
