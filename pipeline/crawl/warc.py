"""WARC archives to pages and images, one record in memory at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.crawl.page import Page
from pipeline.crawl.payload import MAX_PAGE_BYTES, Content, open_payload
from pipeline.crawl.warc_format import (
    Damage,
    Packing,
    find_damage,
    find_next_record,
    find_packing,
)
from pipeline.shards.storage import open_input
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, Stage
from schemas.records import ImageRef, LedgerRow
from schemas.uid import resolve_url

MAX_BLOCK_BYTES = 32 * 2**20  # the download's default `max_bytes`; the rest is passed over
_KINDS = (WarcRecordType.response, WarcRecordType.resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedImage:
    """An image whose bytes an archive holds.

    Attributes:
        url: Absolute, from `schemas.uid.resolve_url`.
    """

    url: str
    ref: ImageRef


Item = Page | ArchivedImage | LedgerRow


def read_archive(path: str, product_token: str) -> Iterator[Item]:
    """Yields the pages and images of an archive in its order, and a row for each damage.

    Requests, metadata, revisits, other content types and answers that are not 200 yield nothing.
    A record is held back until the reader has passed its end, so a broken one is never used.

    Args:
        path: `.warc` or `.warc.gz`. Images in a file that is one single gzip member yield nothing:
            they cannot be read alone, and are downloaded instead.
        product_token: Our name in robots' rules; no kind of archive read here holds such rules.
    """
    try:
        stream = open_input(path)
    except FileNotFoundError:
        yield _file_row(path, Failure.FILE_MISSING, "no such file")
        return
    with stream:
        yield from read_stream(stream, path, product_token)


def read_stream(stream: BinaryIO, path: str, product_token: str) -> Iterator[Item]:
    """Yields what `read_archive` yields of the file at `path`, which `stream` reads."""
    del product_token
    packing = find_packing(stream)
    if packing is None:
        is_empty = stream.seek(0, 2) == 0
        outcome = Failure.FILE_EMPTY if is_empty else Failure.FILE_FORMAT
        yield _file_row(path, outcome, "empty" if is_empty else "not a WARC file")
    else:
        yield from _read_records(stream, path, packing)


def _file_row(path: str, outcome: Failure, detail: str) -> LedgerRow:
    return LedgerRow(uid=None, url=path, stage=Stage.CRAWL, outcome=outcome, detail=detail)


def _read_records(stream: BinaryIO, path: str, packing: Packing) -> Iterator[Item]:
    """Reads from record to record, and behind each damage from the next record on."""
    start: int | None = 0
    while start is not None:
        stream.seek(start)
        run = _Run(stream, path, packing, start)
        yield from run.items()
        damage = run.damage()
        if run.held and (damage is None or damage.at > run.offset):
            yield run.held
        if damage is None:
            return
        yield _file_row(path, damage.outcome, f"at byte {damage.at}: {damage.why}")
        start = find_next_record(stream, max(damage.at, start), packing)


class _Run:
    """The records from one offset to the file's end or the first damage."""

    def __init__(self, stream: BinaryIO, path: str, packing: Packing, start: int) -> None:
        self._stream = stream
        self._path = path
        self._packing = packing
        self._is_broken = False
        self.offset = start  # of the record that `held` came from
        self.held: Item | None = None

    def items(self) -> Iterator[Item]:
        """Yields each record's item once the next record was reached; the last stays `held`."""
        records = iter(ArchiveIterator(self._stream, parse_http=False))
        while (record := self._next(records)) is not None:
            if self.held:
                yield self.held
            self.held = None
            if self._packing != Packing.GZIP_WHOLE:
                self.offset = record.stream_pos
            block = self._read_block(record)
            if block is None:
                return
            self.held = self._item(record, block)

    def damage(self) -> Damage | None:
        """Returns what ended the run, None if it was the file's end."""
        found = find_damage(self._stream, self.offset, self._packing)
        if found is None and self._is_broken:
            return Damage(outcome=Failure.WARC_RECORD, at=self.offset, why="not readable")
        return found

    def _next(self, records: Iterator[WarcRecord]) -> WarcRecord | None:
        try:
            return next(records, None)
        except OSError:  # FastWARC's for every broken frame or header
            self._is_broken = True
            return None

    def _read_block(self, record: WarcRecord) -> bytes | None:
        """Returns the block, up to `MAX_BLOCK_BYTES`, or None if the file has less than is due."""
        due = record.content_length
        try:
            if record.record_type not in _KINDS:
                block, passed = b"", record.reader.consume()
            else:
                block = record.reader.read(min(due, MAX_BLOCK_BYTES))
                passed = len(block) + (record.reader.consume() if due > len(block) else 0)
        except OSError:
            passed = -1
        self._is_broken = passed != due
        return None if self._is_broken else block

    def _item(self, record: WarcRecord, block: bytes) -> Item | None:
        if not block:
            return None
        raw_url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
        try:
            return self._read_payload(record, block, raw_url)
        except RecordError as error:
            return LedgerRow(
                uid=None,
                url=raw_url or None,
                stage=Stage.CRAWL,
                outcome=error.outcome,
                detail=f"{self._path} at byte {self.offset}: {error.detail}",
            )

    def _read_payload(self, record: WarcRecord, block: bytes, raw_url: str) -> Item | None:
        is_http = record.record_type == WarcRecordType.response
        content_type = record.headers.get("Content-Type")
        payload = open_payload(block, is_http=is_http, content_type=content_type)
        if payload.content == Content.OTHER:
            return None
        if payload.content == Content.IMAGE:
            return self._image(record, raw_url)
        if len(payload.body) > MAX_PAGE_BYTES:
            raise RecordFailed(Failure.TOO_LARGE, f"page over {MAX_PAGE_BYTES} bytes")
        fetched_at = record.record_date
        return Page(
            url=resolve_url(raw_url),
            body=payload.body,
            charset=payload.charset,
            headers=payload.headers,
            source=self._path,
            source_offset=None if self._packing == Packing.GZIP_WHOLE else self.offset,
            fetched_at=fetched_at.astimezone(UTC) if fetched_at else None,
        )

    def _image(self, record: WarcRecord, raw_url: str) -> ArchivedImage | None:
        is_cut = record.headers.get("WARC-Truncated") is not None
        if is_cut or self._packing == Packing.GZIP_WHOLE:
            return None
        ref = ImageRef(source=self._path, offset=self.offset, length=record.content_length)
        return ArchivedImage(url=resolve_url(raw_url), ref=ref)
