"""Hashes and thumbnails of benchmark images, decoded the way the pool's are."""

import hashlib

from dedup.phash import phash_grey
from dedup.verify.thumbnail import make_thumbnail as squeeze
from pipeline.download.colour import to_srgb
from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from pipeline.download.encode import encode_image
from pipeline.download.resize import Resize
from schemas.records import Fingerprint

MAX_PIXELS = 100_000_000  # benchmarks are files that the user chose; only bombs are kept out
THUMBNAIL_PX = 160
THUMBNAIL_QUALITY = 85


def hash_image(body: bytes) -> tuple[str, int]:
    """Returns the sha256 of the bytes, in hex, and the pHash of the upright picture.

    Raises:
        RecordFailed: The image does not decode.
    """
    decoded = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS)
    return hashlib.sha256(body).hexdigest(), phash_grey(decoded.grey)


def hash_only(body: bytes) -> Fingerprint:
    """Returns the hashes of `hash_image`, for where no second stage is wanted."""
    sha256, phash = hash_image(body)
    return Fingerprint(sha256=sha256, phash=phash)


def fingerprint_image(body: bytes) -> Fingerprint:
    """Returns the hashes of `hash_image`, and the thumbnail that the second stage aligns.

    Raises:
        RecordFailed: The image does not decode.
    """
    decoded = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS)
    return Fingerprint(
        sha256=hashlib.sha256(body).hexdigest(),
        phash=phash_grey(decoded.grey),
        thumbnail=squeeze(decoded.pixels, decoded.grey),
    )


def make_thumbnail(body: bytes) -> bytes:
    """Returns a JPEG of at most 160 px, for reports."""
    decoded = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS)
    resize = Resize(
        image_size=THUMBNAIL_PX, resize_mode="keep_ratio_largest", resize_only_if_bigger=True
    )
    pixels = to_srgb(resize(decoded.pixels), decoded.profile)
    return encode_image(pixels, "jpg", THUMBNAIL_QUALITY)
