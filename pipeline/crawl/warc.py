"""Web archives (WARC, ARC, WACZ) to pages and images, one record in memory at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, TypeVar

from pipeline.archives.damage import Damage
from pipeline.archives.digest import check_digests
from pipeline.archives.frames import Frame
from pipeline.archives.open_file import find_members, open_file, require_layout
from pipeline.archives.records import Part, Whole, read_records
from pipeline.archives.wacz import Member, open_member
from pipeline.archives.window import Window
from pipeline.crawl.page import Page
from pipeline.crawl.payload import (
    MAX_PAGE_BYTES,
    Content,
    open_page,
    sniff_payload,
)
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure, Stage
from schemas.records import ImageRef, LedgerRow
from schemas.uid import resolve_url

MAX_BLOCK_BYTES = 32 * 2**20  # the download's default `max_bytes`; the rest is passed over
OPT_OUT_HEADER = "X-WebImageText-Opt-Out"  # of our own crawler, on its response records

_HEAD_BYTES = 2**18  # holds most pages whole, and tells what the rest is

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedImage:
    """An image whose bytes an archive holds.

    Attributes:
        url: Absolute, from `schemas.uid.resolve_url`.
    """

    url: str
    ref: ImageRef


Item = Page | ArchivedImage | LedgerRow


def read_archive(
    path: str,
    product_token: str,
    *,
    start: int = 0,
    end: int = -1,
    max_page_bytes: int = MAX_PAGE_BYTES,
) -> Iterator[Item]:
    """Yields the pages and images of an archive in its order, and a row for each damage.

    Requests, metadata, revisits (their original lies elsewhere), other content types and answers
    that are not 200 yield nothing.

    Args:
        path: WARC or ARC, plain, `.gz` or `.zst`, or WACZ. Images that cannot be read alone (in
            a file that is one single gzip member, in a compressed member of a WACZ file) yield
            nothing: they are downloaded instead.
        product_token: Our name in robots' rules; no kind of archive read here holds such rules.
        start: From `pipeline.crawl.split_archive`, like `end`.
        end: Records that begin here or behind belong to another part; -1 for the file's end.
        max_page_bytes: Of a decoded page.
    """
    del product_token
    take = _taker(path, max_page_bytes)
    yield from _items(read_parts(path, start, end, take))


def read_stream(file: BinaryIO, path: str, product_token: str) -> Iterator[Item]:
    """Yields what `read_archive` yields of the file at `path`, which `file` reads."""
    del product_token
    stream = Window(file)
    take = _taker(path, MAX_PAGE_BYTES)
    try:
        part = Part(stream=stream, layout=require_layout(stream), start=0, end=stream.end)
        yield from _items(_read_part(part, path, "", take))
    except RecordFailed as error:
        yield file_row(path, error.outcome, error.detail)


def read_parts(
    path: str, start: int, end: int, take: Callable[[Frame], T | None]
) -> Iterator[Whole[T] | LedgerRow]:
    """Yields what `take` returns for the records in `[start, end)` of a file, and its damages."""
    try:
        with open_file(path) as stream:
            end = stream.end if end < 0 else end
            for member in find_members(stream):
                if member.start < end and start < member.end:
                    yield from _read_member(stream, path, member, (start, end), take)
    except RecordFailed as error:
        yield file_row(path, error.outcome, error.detail)


def file_row(path: str, outcome: str, detail: str) -> LedgerRow:
    """Returns the row of a file that cannot be read, or not everywhere."""
    return LedgerRow(uid=None, url=path, stage=Stage.CRAWL, outcome=outcome, detail=detail)


def _read_member(
    file: Window,
    path: str,
    member: Member,
    span: tuple[int, int],
    take: Callable[[Frame], T | None],
) -> Iterator[Whole[T] | LedgerRow]:
    """Reads one archive; what is wrong with it costs no other archive of the same file."""
    within = f"{member.name}: " if member.name else ""
    try:
        with open_member(file, member) as stream:
            start, end = span if member.is_stored else (stream.start, stream.end)
            part = Part(
                stream=stream,
                layout=require_layout(stream),
                start=max(start, stream.start),
                end=end,
            )
            for found in _read_part(part, path, within, take):
                if isinstance(found, Whole) and not member.is_stored:
                    yield replace(found, offset=None)
                else:
                    yield found
    except RecordFailed as error:
        yield file_row(path, error.outcome, within + error.detail)


def _read_part(
    part: Part, path: str, within: str, take: Callable[[Frame], T | None]
) -> Iterator[Whole[T] | LedgerRow]:
    for found in read_records(part, take):
        if isinstance(found, Damage):
            yield file_row(path, found.outcome, f"{within}at byte {found.at}: {found.why}")
        else:
            yield found


def _items(found: Iterable[Whole[Item] | LedgerRow]) -> Iterator[Item]:
    """Yields what was found with its offset; an image without one cannot be read again."""
    for whole in found:
        if not isinstance(whole, Whole):
            yield whole
            continue
        item, offset = whole.content, whole.offset
        if isinstance(item, Page):
            yield replace(item, source_offset=offset)
        elif not isinstance(item, ArchivedImage):
            yield item
        elif offset is not None:
            yield replace(item, ref=replace(item.ref, offset=offset))


def _taker(path: str, max_page_bytes: int) -> Callable[[Frame], Item | None]:
    return partial(_take, path=path, max_page_bytes=max_page_bytes)


def _take(frame: Frame, path: str, max_page_bytes: int) -> Item | None:
    """Returns the page or image of a record, its offset still open; a row if it is broken."""
    if frame.kind not in ("response", "resource") or not frame.length:
        return None
    raw_url = (frame.header("WARC-Target-URI") or "").strip("<> ")
    try:
        return _read_payload(frame, path, raw_url, max_page_bytes)
    except RecordError as error:
        return LedgerRow(
            uid=None,
            url=raw_url or None,
            stage=Stage.CRAWL,
            outcome=error.outcome,
            detail=f"{path} at byte {frame.offset}: {error.detail}",
        )


def _read_payload(frame: Frame, path: str, raw_url: str, max_page_bytes: int) -> Item | None:
    head = frame.read(_HEAD_BYTES)
    sniffed = sniff_payload(
        head, is_http=frame.kind == "response", content_type=frame.header("Content-Type")
    )
    if sniffed.content == Content.OTHER:
        return None
    if sniffed.content == Content.IMAGE:
        if frame.header("WARC-Truncated") is not None:
            return None
        return ArchivedImage(
            url=resolve_url(raw_url), ref=ImageRef(source=path, offset=-1, length=frame.length)
        )
    block = head
    if frame.length > len(head):
        block += frame.read(min(frame.length, MAX_BLOCK_BYTES) - len(head))
    check_digests(frame, block, sniffed.body_at)
    body = open_page(block, sniffed, max_page_bytes)
    if len(body) > max_page_bytes:
        raise RecordFailed(Failure.TOO_LARGE, f"page over {max_page_bytes} bytes")
    return Page(
        url=resolve_url(raw_url),
        body=body,
        charset=sniffed.charset,
        headers=sniffed.headers,
        source=path,
        source_offset=None,
        fetched_at=frame.date(),
        opt_out=_site_signals(frame.header(OPT_OUT_HEADER)),
    )


def _site_signals(header: str | None) -> tuple[str, ...]:
    return tuple(signal for part in (header or "").split(",") if (signal := part.strip()))
