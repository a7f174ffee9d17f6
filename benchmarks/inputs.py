"""Input that a benchmark makes itself: an archive of pages and photograph-like images."""

import io
import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.shards.table import write_table
from schemas.records import Candidate
from schemas.tables import CANDIDATES, candidate_to_row
from schemas.uid import make_uid

IMAGES_PER_PAGE = 20
WIDTH, HEIGHT = 500, 400


def make_photo(seed: int, *, quality: int = 90, grain: float = 9) -> bytes:
    """Returns a JPEG of 500x400 with detail at every scale, as web photos have it.

    Args:
        seed: Another one gives another photo.
        quality: Of the JPEG; the defaults give 74 kB.
        grain: Standard deviation of the noise of single pixels.
    """
    rng = np.random.default_rng(seed)
    picture = np.zeros((HEIGHT, WIDTH, 3))
    for octave in range(2, 8):
        size = 2**octave
        noise = rng.normal(0, 140 / octave**1.5, (size, size, 3))
        layer = [
            np.asarray(
                Image.fromarray(noise[..., channel].astype(np.float32)).resize(
                    (WIDTH, HEIGHT), Image.Resampling.BICUBIC
                )
            )
            for channel in range(3)
        ]
        picture += np.stack(layer, axis=-1)
    stream = io.BytesIO()
    pixels = np.clip(picture + rng.normal(0, grain, picture.shape) + 128, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


_WORDS = (
    *("old", "red", "boat", "harbour", "morning", "quiet", "river"),
    *("stone", "bridge", "green", "valley", "snow", "roof"),
)


def make_page(numbers: range) -> bytes:
    """Returns a page that shows the photos `numbers`, each with an alt text."""
    chooser = random.Random(numbers.start)
    tags = [
        f'<p>Some text about the picture.</p><img src="/i/{n}.jpg" '
        f'alt="A photo of the {" ".join(chooser.sample(_WORDS, 5))} number {n}">'
        for n in numbers
    ]
    return f"<html><body>{''.join(tags)}</body></html>".encode()


def make_archive(path: Path, images: int) -> None:
    """Writes a WARC with `images` photos and the pages that show them."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for first in range(0, images, IMAGES_PER_PAGE):
            numbers = range(first, min(first + IMAGES_PER_PAGE, images))
            page = make_page(numbers)
            _write(writer, f"http://bench.example/page-{first}.html", "text/html", page)
            for n in numbers:
                _write(writer, f"http://bench.example/i/{n}.jpg", "image/jpeg", make_photo(n))


def _write(writer: WARCWriter, url: str, content_type: str, body: bytes) -> None:
    headers = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": "2026-01-01T00:00:00Z"},
    )
    writer.write_record(record)


def write_candidates(path: Path, urls: Iterable[str]) -> None:
    """Writes a table of candidates that all have one text."""
    text = "a photo of the red boat"
    rows = (
        candidate_to_row(
            Candidate(
                uid=make_uid(url, text), url=url, text=text, text_source="list", source="bench"
            )
        )
        for url in urls
    )
    write_table(str(path), rows, CANDIDATES)
