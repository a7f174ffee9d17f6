"""What a WARC reader does not say: where an archive breaks, and where it goes on.

Readers end without a word at a cut, and lose every record after one broken gzip member.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.archives.layout import (
    ARC_LINE,
    MAX_HEADER_BYTES,
    WARC_MAGIC,
    Layout,
    header_end,
    is_record_start,
    record_bytes,
)
from pipeline.archives.members import CHUNK_BYTES, Codec, CorruptMember, starts_zstd
from pipeline.archives.window import Window
from schemas.outcomes import Failure

_WARC_START = re.compile(rb"(?<=\n)WARC/1\.")
_ARC_START = re.compile(rb"(?<=\n)" + ARC_LINE.pattern)
_SAMPLE_BYTES = 2**12  # of a member's content: what tells that a record begins there
_NEWLINES = b"\r\n"
_TAIL_BYTES = 4
_IN_HEADER = "the file ends in a header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where an archive breaks.

    Attributes:
        at: Byte of the file where the broken record or member begins.
    """

    outcome: Failure
    at: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A whole record or member.

    Attributes:
        end: Byte behind it.
        is_empty: Whether it is a member without content.
    """

    end: int
    is_empty: bool = False


def check_record(stream: Window, offset: int, layout: Layout) -> Extent | Damage | None:
    """Reads the record or member at `offset` to its end.

    Returns:
        Where it ends, what is wrong with it, or None if the file ends there.
    """
    if layout.codec is None:
        return _check_plain(stream, offset, layout.is_arc)
    return _check_member(stream, offset, layout.codec, layout.is_arc)


def find_next_record(stream: Window, after: int, layout: Layout) -> int | None:
    """Returns the offset of the first record that begins behind the byte `after`, if one does."""
    return next(find_starts(stream, after + 1, layout), None)


def find_starts(stream: Window, offset: int, layout: Layout) -> Iterator[int]:
    """Yields where records seem to begin, from `offset` on, judged by their first bytes."""
    if layout.codec is None:
        pattern = _ARC_START if layout.is_arc else _WARC_START
        yield from _find(stream, pattern, offset)
        return
    for found in _find(stream, re.compile(re.escape(layout.codec.magic)), offset):
        stream.seek(found)
        start = layout.codec.start(stream.read(MAX_HEADER_BYTES), _SAMPLE_BYTES)
        if start and len(start) >= len(WARC_MAGIC) and _is_start(start, layout.is_arc):
            yield found


def _is_start(start: bytes, is_arc: bool) -> bool:
    return is_record_start(start.lstrip(_NEWLINES), is_arc=is_arc)


def _check_member(
    stream: Window, offset: int, codec: Codec, is_arc: bool
) -> Extent | Damage | None:
    stream.seek(offset)
    magic = stream.read(len(codec.magic))
    if not magic:
        return None
    if magic != codec.magic[: len(magic)] and not starts_zstd(magic):
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no compressed member")
    end, start = -1, b""
    try:
        for piece, end in codec.pieces(stream, offset):  # noqa: B007
            if len(start) < _SAMPLE_BYTES:
                start += piece[:_SAMPLE_BYTES]
    except CorruptMember:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="corrupt compressed member")
    if end < 0:
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why="the file ends in a member")
    if start.strip(_NEWLINES) and not _is_start(start, is_arc):
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no record in the member")
    return Extent(end=end, is_empty=not start.strip(_NEWLINES))


def _check_plain(stream: Window, offset: int, is_arc: bool) -> Extent | Damage | None:
    stream.seek(offset)
    data = stream.read(MAX_HEADER_BYTES)
    start = data.lstrip(_NEWLINES)
    if not start:
        return None
    begin = offset + len(data) - len(start)
    is_cut = len(data) < MAX_HEADER_BYTES
    if not is_record_start(start, is_arc=is_arc):
        if is_arc and is_cut and b"\n" not in start:
            return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why=_IN_HEADER)
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no record")
    if not is_arc and header_end(start) is None and is_cut:
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why=_IN_HEADER)
    length = record_bytes(start, is_arc=is_arc)
    if length is None:
        return Damage(outcome=Failure.WARC_RECORD, at=offset, why="no length in the header")
    return _check_plain_end(stream, offset, begin + length, is_arc)


def _check_plain_end(stream: Window, offset: int, end: int, is_arc: bool) -> Extent | Damage:
    if end > stream.seek(0, 2):
        return Damage(outcome=Failure.WARC_TRUNCATED, at=offset, why="the file ends in a record")
    stream.seek(end)
    mark = stream.read(_TAIL_BYTES)
    for tail in (b"\n",) if is_arc else (b"\r\n\r\n", b"\n\n"):
        if mark.startswith(tail):
            return Extent(end=end + len(tail))
        if len(mark) < len(tail) and tail.startswith(mark):
            return Extent(end=end + len(mark))
    return Damage(outcome=Failure.WARC_RECORD, at=offset, why="wrong length in the header")


def _find(stream: Window, pattern: re.Pattern[bytes], offset: int) -> Iterator[int]:
    """Yields where `pattern` begins in the file, from `offset` on, each place once."""
    start = stream.start
    behind = offset  # windows overlap: places before were yielded
    position = max(offset - 1, start)  # the patterns look one byte back
    while True:
        stream.seek(position)
        window = stream.read(CHUNK_BYTES + MAX_HEADER_BYTES)
        for found in pattern.finditer(window):
            if position + found.start() >= behind:
                behind = position + found.start() + 1
                yield behind - 1
        if len(window) < CHUNK_BYTES + MAX_HEADER_BYTES:
            return
        position += CHUNK_BYTES
