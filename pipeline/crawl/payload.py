"""A record's block to its payload: HTTP undone, and what it is, by its first bytes."""

import re
from dataclasses import dataclass
from enum import Enum

from pipeline.archives.http_answer import decode_body, parse_answer
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

MAX_PAGE_BYTES = 8 * 2**20  # the crawl's default `max_page_bytes`; also bounds gzip bombs
SNIFF_BYTES = 512

_HTML_TYPES = ("text/html", "application/xhtml+xml")
# The WHATWG MIME sniffing tables, and AVIF (ISO 14496-12 `ftyp`), which the download decodes too.
_IMAGE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBPVP|BM.{4}\0{4}"
    rb"|.{4}ftyp.{0,20}?avi[fs]",
    re.DOTALL,
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|title|meta|script|table|div|h1|p|a)[\s>]",
    re.IGNORECASE,
)
_BROKEN = "broken transfer or content encoding"


class Content(Enum):
    """What a payload is to us."""

    PAGE = "page"
    IMAGE = "image"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What the beginning of a block tells.

    Attributes:
        body_at: Where the body begins in the block.
        is_encoded: Whether transfer or content encodings must be undone.
        charset: As the content type says.
        headers: Of HTTP; of nothing for a `resource` record.
    """

    content: Content
    body_at: int = 0
    is_encoded: bool = False
    charset: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a record carries.

    Attributes:
        body: Of a page; empty for everything else.
        charset: As the content type says.
        headers: Of HTTP; of nothing for a `resource` record.
    """

    content: Content
    body: bytes = b""
    charset: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


_OTHER = Sniffed(content=Content.OTHER)


def sniff_payload(head: bytes, *, is_http: bool, content_type: str | None) -> Sniffed:
    """Says what a `response` (HTTP) or `resource` record holds.

    Args:
        head: The beginning of the block, headers and `SNIFF_BYTES` of the body at least.
        is_http: Whether it begins with an HTTP answer; every status but 200 makes it `OTHER`.
        content_type: Of the WARC header; for HTTP the answer's own one counts.

    Raises:
        RecordFailed: `warc_record` where the transfer or content encoding of a page is broken.
    """
    if not is_http:
        return _judge(head[:SNIFF_BYTES], content_type, 0, False, ())
    answer = parse_answer(head)
    if answer is None or answer.status != 200:
        return _OTHER
    kind, at, headers = answer.content_type, answer.body_at, answer.headers
    if not answer.is_encoded:
        return _judge(head[at : at + SNIFF_BYTES], kind, at, False, headers)
    start = decode_body(head, SNIFF_BYTES)
    if start is not None:
        return _judge(start, kind, at, True, headers)
    return _judge_undecoded(head[at : at + SNIFF_BYTES], kind, at, headers)


def open_page(block: bytes, sniffed: Sniffed, max_bytes: int) -> bytes:
    """Returns the body of a page without its encodings, up to `max_bytes` and one.

    Raises:
        RecordFailed: `warc_record` where an encoding is broken.
    """
    if not sniffed.is_encoded:
        return block[sniffed.body_at : sniffed.body_at + max_bytes + 1]
    body = decode_body(block, max_bytes + 1)
    if body is None:
        raise RecordFailed(Failure.WARC_RECORD, _BROKEN)
    return body


def open_payload(
    block: bytes, *, is_http: bool, content_type: str | None, max_bytes: int = MAX_PAGE_BYTES
) -> Payload:
    """Returns what a whole block carries; the body of a page up to `max_bytes` and one.

    Raises:
        RecordFailed: `warc_record` where the transfer or content encoding of a page is broken.
    """
    sniffed = sniff_payload(block, is_http=is_http, content_type=content_type)
    is_page = sniffed.content is Content.PAGE
    return Payload(
        content=sniffed.content,
        body=open_page(block, sniffed, max_bytes) if is_page else b"",
        charset=sniffed.charset,
        headers=sniffed.headers,
    )


def _judge_undecoded(
    raw: bytes, content_type: str | None, body_at: int, headers: tuple[tuple[str, str], ...]
) -> Sniffed:
    """Takes a body that its writer had decoded already, as node-warc does, and kept the headers.

    An image like this yields nothing: whoever reads it by its offset would trip over the headers.
    """
    if _HTML.match(raw):
        return _judge(raw, content_type, body_at, False, headers)
    if _mime(content_type) in _HTML_TYPES:
        raise RecordFailed(Failure.WARC_RECORD, _BROKEN)
    return _OTHER


def _judge(
    start: bytes,
    content_type: str | None,
    body_at: int,
    is_encoded: bool,
    headers: tuple[tuple[str, str], ...],
) -> Sniffed:
    mime = _mime(content_type)
    if _IMAGE.match(start):
        content = Content.IMAGE
    elif mime in _HTML_TYPES or (not mime and _HTML.match(start)):
        content = Content.PAGE
    else:
        return _OTHER
    return Sniffed(
        content=content,
        body_at=body_at,
        is_encoded=is_encoded,
        charset=_charset(content_type),
        headers=headers,
    )


def _mime(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _charset(content_type: str | None) -> str | None:
    found = re.search(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", content_type or "", re.IGNORECASE)
    return found[1] if found else None
