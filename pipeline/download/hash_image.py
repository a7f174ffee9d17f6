"""Hashes and thumbnails of benchmark images, decoded the way the pool's are."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from PIL import Image

from dedup.contamination.sources import SourcePart, read_part
from dedup.phash import phash
from pipeline.download.decode import BENCHMARK_FORMATS, decode_image
from pipeline.download.encode import encode_image
from pipeline.download.resize import Resize
from schemas.errors import RecordFailed
from schemas.records import BenchmarkImage

MAX_PIXELS = 100_000_000  # benchmarks are files that the user chose; only bombs are kept out
THUMBNAIL_PX = 160
THUMBNAIL_QUALITY = 85


class Undecodable(NamedTuple):
    """An image that could not be hashed."""

    benchmark: str
    key: str


def hash_image(body: bytes) -> tuple[str, int]:
    """Returns the sha256 of the bytes, in hex, and the pHash of the upright picture.

    Raises:
        RecordFailed: The image does not decode.
    """
    decoded = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS)
    return hashlib.sha256(body).hexdigest(), phash(Image.fromarray(decoded.pixels))


def hash_part(benchmark: str, part: SourcePart) -> Iterator[BenchmarkImage | Undecodable]:
    """Yields the hashes of a part's images; a saved index has them already."""
    for item in read_part(part):
        if isinstance(item, BenchmarkImage):
            yield replace(item, benchmark=benchmark)
            continue
        try:
            sha256, perceptual = hash_image(item.body)
        except RecordFailed:
            yield Undecodable(benchmark, item.key)
            continue
        yield BenchmarkImage(
            benchmark=benchmark, key=item.key, sha256=sha256, phash=perceptual, label=item.label
        )


def make_thumbnail(body: bytes) -> bytes:
    """Returns a JPEG of at most 160 px, for reports."""
    decoded = decode_image(body, MAX_PIXELS, BENCHMARK_FORMATS)
    resize = Resize(
        image_size=THUMBNAIL_PX, resize_mode="keep_ratio_largest", resize_only_if_bigger=True
    )
    return encode_image(resize(decoded.pixels), "jpg", THUMBNAIL_QUALITY)
