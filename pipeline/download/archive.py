"""Images that lie in an archive: read by offset, no network."""

from dataclasses import dataclass
from datetime import datetime

from fastwarc.warc import ArchiveIterator, WarcRecord

from pipeline.shards.storage import open_input
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import ImageKind, ImageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedBody:
    """The payload of an archived response.

    Attributes:
        body: Content and transfer encodings undone.
        headers: Of the HTTP response; none in a `resource` record.
        fetched_at: When the archive fetched it, UTC.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime | None


def read_archived_image(ref: ImageRef) -> ArchivedBody:
    """Reads the record or the bytes that `ref` points at.

    Raises:
        RecordFailed: `warc_record`: the archive changed, or its record is broken; `file_missing`
            or `truncated` for bytes that are not there.
    """
    if ref.kind is ImageKind.BYTES:
        return ArchivedBody(body=_read_bytes(ref), headers=(), fetched_at=None)
    with open_input(ref.source) as stream:
        stream.seek(ref.offset)
        try:
            record = next(iter(ArchiveIterator(stream, parse_http=True, auto_decode="all")))
            body = bytes(record.reader.read())
        except (OSError, StopIteration) as error:
            raise RecordFailed(Failure.WARC_RECORD, f"at byte {ref.offset}") from error
    if int(record.headers.get("Content-Length") or -1) != ref.length:
        raise RecordFailed(Failure.WARC_RECORD, f"another record at byte {ref.offset}")
    return ArchivedBody(body=body, headers=_http_headers(record), fetched_at=_date(record))


def _read_bytes(ref: ImageRef) -> bytes:
    try:
        with open_input(ref.source) as stream:
            stream.seek(ref.offset)
            body = stream.read(ref.length)
    except FileNotFoundError as error:
        raise RecordFailed(Failure.FILE_MISSING, "the file of the picture is gone") from error
    if len(body) != ref.length:
        raise RecordFailed(Failure.TRUNCATED, f"{len(body)} bytes where {ref.length} are due")
    return body


def _http_headers(record: WarcRecord) -> tuple[tuple[str, str], ...]:
    headers = record.http_headers
    return tuple((name, value) for name, value in headers) if headers else ()


def _date(record: WarcRecord) -> datetime | None:
    try:
        return datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return None
