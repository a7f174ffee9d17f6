"""CDXJ indexes (pywb, Common Crawl's URL index) as tables with the columnar index's columns."""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

import ada_url
import pyarrow as pa

from pipeline.crawl.lists.decompress import DAMAGE, open_decompressed
from pipeline.crawl.lists.row import BrokenRow
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Names and types of commoncrawl/cc-index-table; what a line lacks is null.
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("url", pa.string()),
    ("url_host_name", pa.string()),
    ("url_host_tld", pa.string()),
    ("url_host_registered_domain", pa.string()),
    ("content_mime_type", pa.string()),
    ("content_mime_detected", pa.string()),
    ("content_charset", pa.string()),
    ("content_languages", pa.string()),
    ("content_digest", pa.string()),
    ("fetch_time", pa.timestamp("ms", tz="UTC")),
    ("fetch_status", pa.int16()),
    ("warc_filename", pa.string()),
    ("warc_record_offset", pa.int64()),
    ("warc_record_length", pa.int64()),
]
SCHEMA = pa.schema(_COLUMNS)
PART_BYTES = 64 * 2**20
_TEXTS = {
    "url": "url",
    "content_mime_type": "mime",
    "content_mime_detected": "mime-detected",
    "content_charset": "charset",
    "content_languages": "languages",
    "content_digest": "digest",
    "warc_filename": "filename",
}
_OF_THE_HOST = {"url_host_name", "url_host_tld", "url_host_registered_domain"}


def read_cdxj(
    stream: BinaryIO, path: str, start: int, end: int, columns: Collection[str]
) -> Iterator[tuple[int, dict[str, Any] | BrokenRow]]:
    """Yields the lines that begin in a part of a file, each with the byte where it begins.

    Args:
        stream: The file.
        path: `.gz` is read whole; `start` and `end` are then those of the whole file.
        start: First byte of the part.
        end: Byte behind the part; -1 for the file's end.
        columns: The wanted ones of `SCHEMA`; a host's parts cost more than the line.

    Raises:
        RecordFailed: `file_format`: the file is cut or damaged.
    """
    content, _ = open_decompressed(stream, path)
    offset = _first_line(content, start)
    try:
        while (end < 0 or offset < end) and (line := content.readline()):
            if line.strip():
                yield offset, _read_line(line, columns)
            offset += len(line)
    except DAMAGE as error:
        raise RecordFailed(Failure.FILE_FORMAT, f"damaged data after byte {offset}") from error


def cut_cdxj(size: int, path: str) -> Iterator[tuple[int, int]]:
    """Yields the parts of a file as read_cdxj takes them."""
    if path.lower().endswith((".gz", ".zst")):
        yield 0, -1
        return
    for start in range(0, size, PART_BYTES):
        yield start, min(start + PART_BYTES, size)


def _first_line(content: BinaryIO, start: int) -> int:
    """Goes to the first line that begins at or behind `start`."""
    if not start:
        return 0
    content.seek(start - 1)
    return start - 1 + len(content.readline())


def _read_line(line: bytes, columns: Collection[str]) -> dict[str, Any] | BrokenRow:
    try:
        _, timestamp, fields = line.decode().split(" ", 2)
        found = json.loads(fields)
        row: dict[str, Any] = {name: _text(found.get(key)) for name, key in _TEXTS.items()}
        row["fetch_status"] = _number(found.get("status"))
        row["warc_record_offset"] = int(found["offset"])
        row["warc_record_length"] = int(found["length"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return BrokenRow(why="no CDXJ line with url, filename, offset and length")
    if not row["url"] or not row["warc_filename"]:
        return BrokenRow(why="no CDXJ line with url, filename, offset and length")
    if "fetch_time" in columns:
        row["fetch_time"] = _time(timestamp)
    if not _OF_THE_HOST.isdisjoint(columns):
        row |= _host(row["url"])
    return row


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value not in ("", "-") else None


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and int(text) < 1000 else None


def _time(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _host(url: str) -> dict[str, str | None]:
    try:
        host = ada_url.URL(url).hostname
    except ValueError:
        return {}
    return {
        "url_host_name": host or None,
        "url_host_tld": host.rpartition(".")[2] or None,
        "url_host_registered_domain": _registered_domain(host),
    }


@cache
def _suffixes() -> "TLDExtract":
    import tldextract

    # The list of public suffixes that it carries; it must not fetch another one.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _registered_domain(host: str) -> str | None:
    return _suffixes()(host).top_domain_under_public_suffix or None
