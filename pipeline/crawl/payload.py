"""A record's block to its payload: HTTP undone, and what it is, by its first bytes."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from fastwarc.warc import WarcRecord

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

MAX_PAGE_BYTES = 8 * 2**20  # the crawl's default `max_page_bytes`; also bounds gzip bombs
SNIFF_BYTES = 512

_HTML_TYPES = ("text/html", "application/xhtml+xml")
# The WHATWG MIME sniffing tables.
_IMAGE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBPVP|BM.{4}\0{4}", re.DOTALL
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|title|meta|script|table|div|h1|p|a)[\s>]",
    re.IGNORECASE,
)


class Content(Enum):
    """What a payload is to us."""

    PAGE = "page"
    IMAGE = "image"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a record carries.

    Attributes:
        body: Of a page, up to `MAX_PAGE_BYTES` and one; empty for everything else.
        charset: As the content type says.
        headers: Of HTTP; of nothing for a `resource` record.
    """

    content: Content
    body: bytes = b""
    charset: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


_OTHER = Payload(content=Content.OTHER)


def open_payload(block: bytes, *, is_http: bool, content_type: str | None) -> Payload:
    """Reads the block of a `response` (HTTP) or `resource` record.

    Args:
        block: The whole block.
        is_http: Whether it begins with an HTTP answer; every status but 200 makes it `OTHER`.
        content_type: Of the WARC header; for HTTP the answer's own one counts.

    Raises:
        RecordFailed: `warc_record` where the transfer or content encoding of a page is broken.
    """
    if not is_http:
        return _sniff(block, block, content_type, ())
    record = _parse_http(block, "none")
    if record is None or record.http_headers is None or record.http_headers.status_code != 200:
        return _OTHER
    headers = tuple(record.http_headers.to_tuples())
    content_type = record.http_headers.get("Content-Type")
    decoded = _read_decoded(block)
    if decoded is None:
        return _open_undecoded(record.reader.read(MAX_PAGE_BYTES + 1), content_type, headers)
    return _sniff(decoded[:SNIFF_BYTES], decoded, content_type, headers)


def _parse_http(block: bytes, auto_decode: Literal["none", "all"]) -> WarcRecord | None:
    record = WarcRecord()
    record.set_bytes_content(block)
    record.is_http = True
    try:
        record.parse_http(auto_decode=auto_decode)
    except OSError:
        return None
    return record


def _read_decoded(block: bytes) -> bytes | None:
    """Returns the body without its encodings, or None if they are not what the headers say."""
    record = _parse_http(block, "all")
    try:
        return bytes(record.reader.read(MAX_PAGE_BYTES + 1)) if record else None
    except OSError:
        return None


def _open_undecoded(
    raw: bytes, content_type: str | None, headers: tuple[tuple[str, str], ...]
) -> Payload:
    """Takes a body that its writer had decoded already, as node-warc does, and kept the headers.

    An image like this yields nothing: whoever reads it by its offset would trip over the headers.
    """
    if _HTML.match(raw[:SNIFF_BYTES]):
        return _sniff(raw[:SNIFF_BYTES], raw, content_type, headers)
    if _mime(content_type) in _HTML_TYPES:
        raise RecordFailed(Failure.WARC_RECORD, "broken transfer or content encoding")
    return _OTHER


def _sniff(
    start: bytes, body: bytes, content_type: str | None, headers: tuple[tuple[str, str], ...]
) -> Payload:
    mime = _mime(content_type)
    if _IMAGE.match(start):
        return Payload(content=Content.IMAGE, headers=headers)
    if mime in _HTML_TYPES or (not mime and _HTML.match(start)):
        charset = _charset(content_type)
        return Payload(content=Content.PAGE, body=body, charset=charset, headers=headers)
    return _OTHER


def _mime(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _charset(content_type: str | None) -> str | None:
    found = re.search(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", content_type or "", re.IGNORECASE)
    return found[1] if found else None
