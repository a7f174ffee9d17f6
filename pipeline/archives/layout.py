"""How an archive lies in its file: format, packing, and where a record ends by its own header."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.archives.members import (
    GZIP_MAGIC,
    Codec,
    CorruptMember,
    Gzip,
    Zstd,
    read_dictionary,
    skip_frames,
    starts_zstd,
)
from pipeline.archives.window import Window

WARC_MAGIC = b"WARC/"
MAX_HEADER_BYTES = 2**15  # FastWARC's default `max_header_len`
HEAD_BYTES = 2**16

_ARC_FILE = b"filedesc:"
# ARC 1.0: URL, address, date, type, length; version 2 has more fields, the length is last too.
ARC_LINE = re.compile(
    rb"([A-Za-z][A-Za-z0-9+.-]*:[^\n]*?) \S+ (\d{14}|\d{12}|\d{8}) (?:[^\n]* )?(\d{1,18})\r?\n"
)
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_CRLF_END = b"\r\n\r\n"
_LF_END = b"\n\n"


class Packing(StrEnum):
    """How the records of an archive lie in its file."""

    PLAIN = "plain"
    MEMBERS = "members"  # a member a record, as ISO 28500 (annex D) says
    WHOLE = "whole"  # one member around all records: none can be read alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a reader must know of an archive beforehand.

    Attributes:
        codec: Of the members; None for `PLAIN`.
        is_arc: ARC, the format before WARC.
        dictionary: Of Zstandard frames.
    """

    packing: Packing
    codec: Codec | None = None
    is_arc: bool = False
    dictionary: bytes = field(default=b"", repr=False)


def find_layout(stream: Window) -> Layout | None:
    """Returns how the archive lies in `stream`, None if it is none. Reads one record at most."""
    start = stream.start
    stream.seek(start)
    head = stream.read(HEAD_BYTES)
    if _is_archive(head):
        return Layout(packing=Packing.PLAIN, is_arc=head.startswith(_ARC_FILE))
    try:
        codec, dictionary = _find_codec(stream, start, head)
    except CorruptMember:
        return None
    if codec is None:
        return None
    start = skip_frames(stream, start)
    stream.seek(start)
    inside = codec.start(stream.read(HEAD_BYTES), MAX_HEADER_BYTES) or b""
    if inside and not _is_archive(inside) and not WARC_MAGIC.startswith(inside):
        return None
    is_arc = inside.startswith(_ARC_FILE)
    packing = Packing.WHOLE if _holds_many(stream, start, codec, is_arc) else Packing.MEMBERS
    return Layout(packing=packing, codec=codec, is_arc=is_arc, dictionary=dictionary)


def layout_at(head: bytes, dictionary: bytes = b"") -> Layout:
    """Returns how the one record lies that a part of an archive begins with."""
    codec: Codec | None = None
    if head.startswith(GZIP_MAGIC):
        codec = Gzip()
    elif starts_zstd(head):
        codec = Zstd(dictionary)
    inside = head if codec is None else codec.start(head, MAX_HEADER_BYTES) or b""
    return Layout(
        packing=Packing.PLAIN if codec is None else Packing.MEMBERS,
        codec=codec,
        is_arc=ARC_LINE.match(inside) is not None,
        dictionary=dictionary,
    )


def is_record_start(start: bytes, *, is_arc: bool) -> bool:
    """Whether a record's content may begin like this; a shorter start counts if it fits."""
    if is_arc:
        return ARC_LINE.match(start) is not None
    return start.startswith(WARC_MAGIC[: len(start)])


def record_bytes(start: bytes, *, is_arc: bool) -> int | None:
    """Returns the bytes of header and block, if the header is whole and says the length."""
    if is_arc:
        line = ARC_LINE.match(start)
        return line.end() + int(line[3]) if line else None
    end = header_end(start)
    found = _LENGTH.search(start, 0, end) if end is not None else None
    return end + int(found[1]) if end is not None and found else None


def header_end(start: bytes) -> int | None:
    """Returns where the block begins; lines that end in LF alone count too."""
    crlf = start.find(_CRLF_END)
    lf = start.find(_LF_END, 0, crlf if crlf >= 0 else len(start))
    if lf >= 0:
        return lf + len(_LF_END)
    return crlf + len(_CRLF_END) if crlf >= 0 else None


def _is_archive(head: bytes) -> bool:
    return head.startswith((WARC_MAGIC, _ARC_FILE))


def _find_codec(stream: Window, start: int, head: bytes) -> tuple[Codec | None, bytes]:
    if head.startswith(GZIP_MAGIC):
        return Gzip(), b""
    if not starts_zstd(head):
        return None, b""
    dictionary = read_dictionary(stream, start)
    return Zstd(dictionary), dictionary


def _holds_many(stream: Window, start: int, codec: Codec, is_arc: bool) -> bool:
    """Whether the first member goes on behind its first record."""
    content = bytearray()
    total, first = 0, None
    try:
        for piece, _ in codec.pieces(stream, start):
            total += len(piece)
            if first is None:
                content += piece
                first = record_bytes(bytes(content), is_arc=is_arc)
            if first is not None and total > first + len(_CRLF_END):
                return True
            if first is None and total > MAX_HEADER_BYTES:
                return False
    except CorruptMember:
        return False
    return False
