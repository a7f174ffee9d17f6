"""The HTTP answer in a response record: its head, and its body without encodings (RFC 9112)."""

import re
from dataclasses import dataclass
from typing import Literal

from fastwarc.warc import WarcRecord

from pipeline.archives.layout import header_end

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)")
_NO_ENCODINGS = ("", "identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The head of an answer.

    Attributes:
        headers: In their order, repeated ones repeated.
        body_at: Where the body begins in the block.
        is_encoded: Whether transfer or content encodings must be undone.
        content_type: The first of them, as written.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body_at: int
    is_encoded: bool
    content_type: str | None


def parse_answer(block: bytes) -> Answer | None:
    """Returns the head of the answer that `block` begins with, None if it begins with none."""
    status = _STATUS.match(block)
    end = header_end(block) if status else None
    if status is None or end is None:
        return None
    headers = _parse_headers(block[:end])
    by_name = {name.lower(): value for name, value in reversed(headers)}
    encodings = (by_name.get("transfer-encoding", ""), by_name.get("content-encoding", ""))
    return Answer(
        status=int(status[1]),
        headers=headers,
        body_at=end,
        is_encoded=any(name.strip().lower() not in _NO_ENCODINGS for name in encodings),
        content_type=by_name.get("content-type"),
    )


def decode_body(block: bytes, max_bytes: int) -> bytes | None:
    """Returns the start of the body, or None if its encodings are not what the headers say."""
    return _decode(block, max_bytes, "all")


def undo_chunks(block: bytes) -> bytes | None:
    """Returns the body without its transfer encoding alone, or None if that is broken."""
    return _decode(block, len(block), "transfer")


def _parse_headers(head: bytes) -> tuple[tuple[str, str], ...]:
    """Returns names and values; a folded line belongs to the one before."""
    found: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif colon:
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _decode(block: bytes, max_bytes: int, what: Literal["transfer", "all"]) -> bytes | None:
    record = WarcRecord()
    record.set_bytes_content(block)
    record.is_http = True
    try:
        record.parse_http(auto_decode=what)
        return bytes(record.reader.read(max_bytes))
    except OSError:
        return None
