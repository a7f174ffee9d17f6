"""Images that lie in a file, an archive or any other: read by offset, no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pipeline.archives.arc_frames import read_arc_frames
from pipeline.archives.digest import check_digests
from pipeline.archives.frames import BrokenFrame, Frame
from pipeline.archives.http_answer import Answer, decode_body, parse_answer
from pipeline.archives.layout import HEAD_BYTES, MAX_HEADER_BYTES, layout_at
from pipeline.archives.members import CorruptMember, read_dictionary, starts_zstd
from pipeline.archives.open_file import find_members, open_file
from pipeline.archives.warc_frames import read_warc_frames
from pipeline.archives.window import Window
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import ImageKind, ImageRef

MAX_BYTES = 32 * 2**20  # the download's default `max_bytes`


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedBody:
    """The payload of an archived response, or a file's own bytes.

    Attributes:
        body: Content and transfer encodings undone.
        headers: Of the HTTP response; none of anything else.
        fetched_at: When the archive fetched it, UTC.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None


def read_archived_image(ref: ImageRef, max_bytes: int = MAX_BYTES) -> ArchivedBody:
    """Reads what `ref` points at.

    Args:
        ref: A record of WARC or ARC, alone or in a WACZ file, or bytes of a file.
        max_bytes: Of the image.

    Raises:
        RecordFailed: `file_missing`; `truncated`: the file ends before the image does;
            `warc_record`: the archive changed, or its record is broken; `warc_digest`: the image
            is not what the record says; `too_large`.
    """
    with open_file(ref.source) as stream:
        if ref.kind is ImageKind.BYTES:
            return ArchivedBody(body=_read_bytes(stream, ref, max_bytes))
        return _read_record(stream, ref, max_bytes)


def _read_bytes(stream: Window, ref: ImageRef, max_bytes: int) -> bytes:
    if ref.length > max_bytes:
        raise RecordFailed(Failure.TOO_LARGE, f"over {max_bytes} bytes")
    stream.seek(ref.offset)
    body = stream.read(ref.length)
    if len(body) != ref.length:
        raise RecordFailed(Failure.TRUNCATED, f"{len(body)} of {ref.length} bytes")
    return body


def _read_record(stream: Window, ref: ImageRef, max_bytes: int) -> ArchivedBody:
    if ref.length > max_bytes + MAX_HEADER_BYTES:
        raise RecordFailed(Failure.TOO_LARGE, f"over {max_bytes} bytes")
    try:
        frame = next(_frames(stream, ref), None)
        if frame is None or frame.length != ref.length:
            raise RecordFailed(Failure.WARC_RECORD, f"another record at byte {ref.offset}")
        block = frame.read(frame.length)
    except (BrokenFrame, CorruptMember) as error:
        raise RecordFailed(Failure.WARC_RECORD, f"at byte {ref.offset}") from error
    answer = parse_answer(block) if frame.kind == "response" else None
    if len(block) != ref.length or (answer is None and frame.kind != "resource"):
        raise RecordFailed(Failure.WARC_RECORD, f"at byte {ref.offset}")
    check_digests(frame, block, answer.body_at if answer else 0)
    return ArchivedBody(
        body=_body(block, answer, max_bytes),
        headers=answer.headers if answer else (),
        fetched_at=frame.date(),
    )


def _body(block: bytes, answer: Answer | None, max_bytes: int) -> bytes:
    if answer is None:
        body: bytes | None = block
    elif answer.is_encoded:
        body = decode_body(block, max_bytes + 1)
    else:
        body = block[answer.body_at :]
    if body is None:
        raise RecordFailed(Failure.WARC_RECORD, "broken transfer or content encoding")
    if len(body) > max_bytes:
        raise RecordFailed(Failure.TOO_LARGE, f"over {max_bytes} bytes")
    return body


def _frames(stream: Window, ref: ImageRef) -> Iterator[Frame]:
    stream.seek(ref.offset)
    head = stream.read(HEAD_BYTES)
    dictionary = _dictionary(ref.source, ref.offset) if starts_zstd(head) else b""
    layout = layout_at(head, dictionary)
    if layout.is_arc:
        return read_arc_frames(stream, ref.offset, layout)
    return read_warc_frames(stream, ref.offset, dictionary=dictionary)


def _dictionary(source: str, offset: int) -> bytes:
    """Returns what the Zstandard frames of the archive at `offset` need."""
    found = (known for start, end, known in _dictionaries(source) if start <= offset < end)
    return next(found, b"")


@lru_cache(maxsize=16)  # of a shard's images, most lie in few archives
def _dictionaries(source: str) -> tuple[tuple[int, int, bytes], ...]:
    with open_file(source) as stream:
        return tuple(
            (member.start, member.end, read_dictionary(stream, member.start))
            for member in find_members(stream)
        )
