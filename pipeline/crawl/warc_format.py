"""What a WARC reader does not say: whether a file is one, where it breaks, where it goes on.

Readers end without a word at a cut, and lose every record after one broken gzip member.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from schemas.outcomes import Failure

GZIP_MAGIC = b"\x1f\x8b\x08"
WARC_MAGIC = b"WARC/"
CHUNK_BYTES = 2**18
MAX_HEADER_BYTES = 2**15  # FastWARC's default `max_header_len`

_GZIP_WBITS = 31
_RECORD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)


class Packing(StrEnum):
    """How the records of an archive lie in its file."""

    PLAIN = "plain"
    GZIP_MEMBERS = "gzip_members"  # a member a record, as ISO 28500 (annex D) says
    GZIP_WHOLE = "gzip_whole"  # one member around all records: none can be read alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where an archive breaks.

    Attributes:
        at: Byte of the file where the broken record or member begins.
    """

    outcome: Failure
    at: int
    why: str


def find_packing(stream: BinaryIO) -> Packing | None:
    """Returns how the archive is packed, None if it is no WARC; the stream is left at its start."""
    stream.seek(0)
    head = stream.read(CHUNK_BYTES)
    stream.seek(0)
    if head.startswith(WARC_MAGIC):
        return Packing.PLAIN
    if not head.startswith(GZIP_MAGIC):
        return None
    inside, _ = _inflate(head, MAX_HEADER_BYTES)
    if inside and not inside.startswith(WARC_MAGIC[: len(inside)]):
        return None
    return Packing.GZIP_WHOLE if _holds_many(stream) else Packing.GZIP_MEMBERS


def find_damage(stream: BinaryIO, offset: int, packing: Packing) -> Damage | None:
    """Looks at the record at `offset` and the start of the next one.

    Returns:
        The first thing wrong there, None if both are whole or the file ends between records.
    """
    check = _check_plain if packing == Packing.PLAIN else _check_member
    for _ in range(2):
        after = check(stream, offset)
        if isinstance(after, Damage) or after is None:
            return after
        offset = after
    return None


def find_next_record(stream: BinaryIO, after: int, packing: Packing) -> int | None:
    """Returns the offset of the first record that begins behind the byte `after`, if one does."""
    magic = WARC_MAGIC + b"1." if packing == Packing.PLAIN else GZIP_MAGIC
    for offset in _find(stream, magic, after + 1):
        if packing == Packing.PLAIN:
            stream.seek(offset - 1)
            if stream.read(1) == b"\n":
                return offset
        else:
            stream.seek(offset)
            if _inflate(stream.read(MAX_HEADER_BYTES), len(WARC_MAGIC))[0] == WARC_MAGIC:
                return offset
    return None


def _inflate(data: bytes, max_bytes: int) -> tuple[bytes, bool]:
    """Returns the start of a gzip member and whether zlib could follow it."""
    try:
        return zlib.decompressobj(_GZIP_WBITS).decompress(data, max_bytes), True
    except zlib.error:
        return b"", False


def _inflate_member(stream: BinaryIO, offset: int) -> Iterator[tuple[bytes, int]]:
    """Yields a member's content in pieces, each with the offset behind the member, or -1."""
    stream.seek(offset)
    inflater = zlib.decompressobj(_GZIP_WBITS)
    position = offset
    while not inflater.eof and (data := stream.read(CHUNK_BYTES)):
        position += len(data)
        while data and not inflater.eof:
            piece = inflater.decompress(data, CHUNK_BYTES)
            data = inflater.unconsumed_tail
            yield piece, position - len(inflater.unused_data) if inflater.eof else -1


def _holds_many(stream: BinaryIO) -> bool:
    """Whether the first member goes on behind its first record."""
    content = bytearray()
    total, first = 0, None
    try:
        for piece, _ in _inflate_member(stream, 0):
            total += len(piece)
            if first is None:
                content += piece
                first = _record_bytes(bytes(content))
            if first is not None and total > first + len(_RECORD_END):
                return True
            if first is None and total > MAX_HEADER_BYTES:
                return False
    except zlib.error:
        return False
    finally:
        stream.seek(0)
    return False


def _record_bytes(start: bytes) -> int | None:
    """Returns the bytes of header and block, if the header is whole and says the length."""
    end = start.find(_RECORD_END)
    found = _LENGTH.search(start, 0, end + 2) if end >= 0 else None
    return end + len(_RECORD_END) + int(found[1]) if found else None


def _check_member(stream: BinaryIO, offset: int) -> Damage | int | None:
    """Returns the damage, the offset behind the member, or None at the file's end."""
    stream.seek(offset)
    magic = stream.read(len(GZIP_MAGIC))
    if not magic:
        return None
    if magic != GZIP_MAGIC[: len(magic)]:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no gzip member")
    end, start = -1, b""
    try:
        for piece, end in _inflate_member(stream, offset):  # noqa: B007
            start = start or piece[:64].lstrip(b"\r\n")[: len(WARC_MAGIC)]
    except zlib.error:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="corrupt gzip member")
    if end < 0:
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why="the file ends in a member")
    if not WARC_MAGIC.startswith(start):
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no WARC record")
    return end


def _check_plain(stream: BinaryIO, offset: int) -> Damage | int | None:
    """Returns the damage, the offset behind the record, or None at the file's end."""
    stream.seek(offset)
    start = stream.read(MAX_HEADER_BYTES)
    if not start.strip(b"\r\n"):
        return None
    if not start.startswith(WARC_MAGIC[: len(start)]):
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no WARC record")
    if _RECORD_END not in start and len(start) < MAX_HEADER_BYTES:
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why="the file ends in a header")
    length = _record_bytes(start)
    if length is None:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no length in the header")
    return _check_plain_end(stream, offset, offset + length)


def _check_plain_end(stream: BinaryIO, offset: int, end: int) -> Damage | int:
    size = stream.seek(0, 2)
    if end > size:
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why="the file ends in a record")
    stream.seek(end)
    if (mark := stream.read(len(_RECORD_END))) != _RECORD_END[: len(mark)]:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="wrong length in the header")
    return end + len(mark)


def _find(stream: BinaryIO, needle: bytes, offset: int) -> Iterator[int]:
    """Yields where `needle` lies in the file, from `offset` on."""
    kept = b""
    while True:
        stream.seek(offset + len(kept))
        data = stream.read(CHUNK_BYTES)
        if not data:
            return
        window = kept + data
        for found in re.finditer(re.escape(needle), window):
            yield offset + found.start()
        kept = window[-(len(needle) - 1) :]
        offset += len(window) - len(kept)
