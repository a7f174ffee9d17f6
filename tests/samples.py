"""Small records and pictures that tests of several rooms share."""

import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PIL import Image

from schemas.records import Candidate, PoolRow
from schemas.uid import make_uid


def make_candidate(number: int, **changes: Any) -> Candidate:
    """Returns a candidate that differs from those of other numbers."""
    url = changes.pop("url", f"http://example.com/images/{number}.jpg")
    text = changes.pop("text", f"a photo of the number {number}")
    values: dict[str, Any] = {
        "uid": make_uid(url, text),
        "url": url,
        "text": text,
        "text_source": "alt",
        "page_url": "http://example.com/",
        "source": "crawl.warc",
        "source_offset": number,
        "fetched_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    return Candidate(**values | changes)


def make_image(seed: int, width: int = 96, height: int = 80, image_format: str = "JPEG") -> bytes:
    """Returns a smooth picture, as bytes; another seed gives another pHash."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
    stream = io.BytesIO()
    coarse.resize((width, height), Image.Resampling.BICUBIC).save(stream, image_format, quality=95)
    return stream.getvalue()


def make_damaged_jpeg(seed: int, width: int = 300, height: int = 200) -> bytes:
    """Returns a JPEG with a restart marker where none is due: decoders mend it and warn."""
    body = make_image(seed, width, height)
    middle = len(body) // 2
    return body[:middle] + b"\xff\xd0" + body[middle:]


def make_pair(number: int, **changes: Any) -> PoolRow:
    """Returns a pool row of a stored image."""
    candidate = changes.pop("candidate", None) or make_candidate(number)
    values: dict[str, Any] = {
        "candidate": candidate,
        "shard": 0,
        "status": "success",
        "outcome": "ok",
        "http_status": 200,
        "final_url": candidate.url,
        "fetched_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "bytes": 1000 + number,
        "image_bytes": 500,
        "extension": "jpg",
        "width": 96,
        "height": 80,
        "original_width": 192,
        "original_height": 160,
        "sha256": f"{number:064x}",
        "phash": (number * 0x9E3779B97F4A7C15) % 2**64,
        "exif": "{}",
    }
    return PoolRow(**values | changes)
