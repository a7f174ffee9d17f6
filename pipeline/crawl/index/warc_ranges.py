"""Single records of archives, each read by itself: the few that an index points at."""

import asyncio
import io
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import aiohttp
import fsspec

from pipeline.crawl.page import Page
from pipeline.crawl.warc import ArchivedImage, Item, read_stream
from pipeline.shards.storage import is_remote, open_input
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Stage
from schemas.records import LedgerRow
from schemas.uid import resolve_url

CONCURRENCY = 64  # requests in flight; a record has some 20 kB, so that memory stays small
MAX_RECORD_BYTES = 64 * 2**20  # an index that says more is wrong, or speaks of no page
TRIES = 4  # of a store that is busy; the waits double
FIRST_WAIT_S = 1.0
_HEADER_BYTES = 2**15  # FastWARC's default `max_header_len`
_URI = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\r\n>]*)", re.IGNORECASE | re.MULTILINE)
_DIGEST = re.compile(
    rb"^WARC-Payload-Digest:[ \t]*(?:sha1:)?([A-Z2-7]{32})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WBITS = 31

# What stores raise for a request that failed; anything else is a bug.
_FAILURES = (OSError, asyncio.TimeoutError, aiohttp.ClientError)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RecordRange:
    """Where an index says that a record lies.

    Attributes:
        path: The archive.
        offset: Bytes to the record, or to its compressed member.
        length: Bytes of the record or member.
        url: What it is a record of.
        digest: SHA-1 of its payload in base 32, with or without `sha1:`; any other is not compared.
    """

    path: str
    offset: int
    length: int
    url: str
    digest: str | None = None


def read_records(ranges: Sequence[RecordRange], product_token: str) -> Iterator[Item]:
    """Yields what the records hold, by archive and offset; a bad one is one ledger row.

    Archives on a store are read by requests side by side; a local one is opened once.
    """
    for place, data in _fetch(sorted(ranges)):
        try:
            if isinstance(data, RecordError):
                raise data
            items = list(_read_record(place, data, product_token))
        except RecordError as error:
            yield _row(place, error)
        else:
            yield from items


def _row(place: RecordRange, error: RecordError) -> LedgerRow:
    detail = f"{place.path} at byte {place.offset}: {error.detail}"
    return LedgerRow(
        uid=None, url=place.url, stage=Stage.CRAWL, outcome=error.outcome, detail=detail
    )


def _fetch(ranges: Sequence[RecordRange]) -> Iterator[tuple[RecordRange, bytes | RecordError]]:
    for path, group in groupby(ranges, key=lambda place: is_remote(place.path)):
        places = list(group)
        if not path:
            yield from _read_local(places)
            continue
        for start in range(0, len(places), CONCURRENCY):
            chunk = places[start : start + CONCURRENCY]
            yield from zip(chunk, _request(chunk), strict=True)


def _read_local(places: list[RecordRange]) -> Iterator[tuple[RecordRange, bytes | RecordError]]:
    for path, group in groupby(places, key=lambda place: place.path):
        try:
            stream = open_input(path)
        except FileNotFoundError:
            for place in group:
                yield place, RecordFailed(Failure.FILE_MISSING, "no such archive")
            continue
        with stream:
            for place in group:
                stream.seek(place.offset)
                yield place, _checked(place, stream.read(_due(place)))


def _request(places: Sequence[RecordRange]) -> list[bytes | RecordError]:
    """Requests the records of one chunk; those that a busy store refuses, a few times."""
    filesystem, _ = fsspec.core.url_to_fs(places[0].path)
    found: dict[int, bytes | RecordError] = {}
    wait_s = FIRST_WAIT_S
    for attempt in range(TRIES):
        left = [number for number in range(len(places)) if number not in found]
        for number, answer in zip(left, _cat(filesystem, [places[n] for n in left]), strict=True):
            if isinstance(answer, bytes):
                found[number] = _checked(places[number], answer)
            elif not isinstance(answer, _FAILURES):
                raise answer  # a bug
            elif failure := _final(answer, is_last=attempt + 1 == TRIES):
                found[number] = failure
        if len(found) == len(places):
            break
        time.sleep(wait_s)
        wait_s *= 2
    return [found[number] for number in range(len(places))]


def _cat(
    filesystem: fsspec.AbstractFileSystem, places: Sequence[RecordRange]
) -> list[bytes | Exception]:
    paths = [filesystem._strip_protocol(place.path) for place in places]
    starts = [place.offset for place in places]
    ends = [place.offset + _due(place) for place in places]
    answers: list[bytes | Exception] = filesystem.cat_ranges(paths, starts, ends, on_error="return")
    return answers


def _final(error: Exception, *, is_last: bool) -> RecordFailed | None:
    """Returns what to say of a failed request, None if another one may go better."""
    if isinstance(error, FileNotFoundError):
        return RecordFailed(Failure.FILE_MISSING, "no such archive")
    status = getattr(error, "status", 0)
    if status == 416:
        return RecordFailed(Failure.WARC_RECORD, "behind the archive's end")
    if is_last or (status and status not in (408, 429) and status < 500):
        return RecordFailed(Failure.CONNECT, "the archive cannot be read")
    return None


def _due(place: RecordRange) -> int:
    return min(max(place.length, 0), MAX_RECORD_BYTES + 1)


def _checked(place: RecordRange, data: bytes) -> bytes | RecordError:
    if place.length > MAX_RECORD_BYTES:
        return RecordFailed(Failure.TOO_LARGE, f"a record over {MAX_RECORD_BYTES} bytes")
    if not data or len(data) != place.length:
        return RecordFailed(Failure.WARC_RECORD, f"{len(data)} bytes where {place.length} are due")
    return data


def _read_record(place: RecordRange, data: bytes, product_token: str) -> Iterator[Item]:
    _check_header(place, data)
    for item in read_stream(io.BytesIO(data), place.path, product_token):
        if isinstance(item, LedgerRow):
            raise RecordFailed(item.outcome, "a broken record")
        if isinstance(item, Page):
            yield replace(item, source_offset=place.offset)
        else:
            ref = replace(item.ref, offset=place.offset)
            yield ArchivedImage(url=item.url, ref=ref)


def _check_header(place: RecordRange, data: bytes) -> None:
    """Raises RecordFailed if the record is not the one that the index speaks of."""
    header = _inflate(data).partition(b"\r\n\r\n")[0]
    found = _URI.search(header)
    if found is None:
        raise RecordFailed(Failure.WARC_RECORD, "no WARC record")
    if not _is_same_url(found[1].strip().decode("utf-8", "replace"), place.url):
        raise RecordFailed(Failure.WARC_RECORD, "a record of another URL")
    digest = _DIGEST.search(header)
    wanted = (place.digest or "").rpartition(":")[2].upper()
    if digest and len(wanted) == len(digest[1]) and wanted != digest[1].decode().upper():
        raise RecordFailed(Failure.WARC_DIGEST, "another version than the index knows")


def _inflate(data: bytes) -> bytes:
    if not data.startswith(_GZIP_MAGIC):
        return data[:_HEADER_BYTES]
    try:
        return zlib.decompressobj(_GZIP_WBITS).decompress(data, _HEADER_BYTES)
    except zlib.error as error:
        raise RecordFailed(Failure.WARC_RECORD, "corrupt gzip member") from error


def _is_same_url(found: str, wanted: str) -> bool:
    if found == wanted:
        return True
    try:
        return resolve_url(found) == resolve_url(wanted)
    except RecordRejected:
        return False
