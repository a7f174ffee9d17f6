"""The records of a WARC file one after another, by FastWARC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, cast

from fastwarc.warc import ArchiveIterator, WarcHeader, WarcRecord, WarcRecordType

from pipeline.archives.frames import BrokenFrame, Frame
from pipeline.archives.members import dictionary_frame
from pipeline.archives.window import Prefixed, Window

_KINDS = {
    int(WarcRecordType.response): "response",
    int(WarcRecordType.resource): "resource",
    int(WarcRecordType.metadata): "metadata",
}


@dataclass(slots=True)
class _WarcFrame:
    record: WarcRecord
    offset: int
    length: int
    passed: int = 0

    @property
    def kind(self) -> str:
        return _KINDS.get(int(self.record.record_type), "")

    def read(self, size: int) -> bytes:
        try:
            # FastWARC makes room for all that is asked for.
            data: bytes = self.record.reader.read(min(size, self.length - self.passed))
        except OSError as error:
            raise BrokenFrame from error
        self.passed += len(data)
        return data

    def skip(self) -> None:
        try:
            self.passed += self.record.reader.consume()
        except OSError as error:
            raise BrokenFrame from error

    def header(self, name: str) -> str | None:
        value: str | None = self.record.headers.get(name)
        return value

    def date(self) -> datetime | None:
        found: datetime | None = self.record.record_date
        return found.astimezone(UTC) if found else None


def read_warc_frames(
    stream: Window, offset: int, *, dictionary: bytes = b"", is_lenient: bool = False
) -> Iterator[Frame]:
    """Yields the records from an offset on.

    Args:
        stream: Plain, gzip or Zstandard: FastWARC sees which.
        offset: Of a record.
        dictionary: Of Zstandard frames.
        is_lenient: Takes headers whose lines end in LF alone.

    Raises:
        BrokenFrame: From the iteration, and from a frame's `read` and `skip`.
    """
    stream.seek(offset)
    source: Window | Prefixed = stream
    shift = 0
    if dictionary:
        source = Prefixed(dictionary_frame(dictionary), stream, offset)
        shift = source.shift
    records = ArchiveIterator(cast(BinaryIO, source), parse_http=False, quirks_mode=is_lenient)
    while True:
        try:
            record = next(records, None)
        except OSError as error:  # FastWARC's for every broken frame or header
            raise BrokenFrame from error
        if record is None:
            return
        length = record.content_length
        # FastWARC takes a header whose lines end in LF alone for a part of the next one.
        if len(record.headers.get_multiple(WarcHeader.WARC_TYPE)) > 1:
            raise BrokenFrame
        # And a missing or negative length for zero.
        if not length and (record.headers.get("Content-Length") or "").strip() != "0":
            raise BrokenFrame
        yield _WarcFrame(record, record.stream_pos + shift, length)
