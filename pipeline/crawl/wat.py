"""WAT files (Common Crawl's JSON of what pages hold) to candidates, as their pages give them.

A page is a `metadata` record. Its links come from commoncrawl/ia-web-commons, which writes down
`src`, `alt` and `title` of `<img>`, and `<meta>`, `<link>` and `<base>` of the head.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from pipeline.archives.frames import Frame
from pipeline.archives.records import Whole
from pipeline.crawl.candidates import PageFacts, image_items
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.pages.image_url import Attributes
from pipeline.crawl.pages.page_language import page_language
from pipeline.crawl.pages.share_cards import card_pictures
from pipeline.crawl.warc import MAX_BLOCK_BYTES, file_row, read_parts
from pipeline.crawl.wat_json import WatPage, read_wat_json
from pipeline.web.opt_out import header_signals, meta_signals
from schemas.errors import RecordError, RecordRejected
from schemas.outcomes import Failure
from schemas.records import Candidate, LedgerRow, TextSource
from schemas.uid import resolve_url

# Where pages that load late keep the address. Common Crawl's extractor writes only the first.
_SOURCE_PATHS = frozenset(
    f"IMG@/{name}" for name in ("src", "data-src", "data-original", "data-lazy-src")
)
_TEXTS: tuple[tuple[TextSource, str], ...] = (("alt", "alt"), ("title", "title"))


def read_wat(
    path: str, options: ReadOptions, *, start: int = 0, end: int = -1
) -> Iterator[Candidate | LedgerRow]:
    """Yields the candidates of the pages of status 200, and a row for each damage.

    Args:
        path: `.wat`, `.wat.gz`.
        options: Which texts to take, and our name in robots' rules.
        start: From `pipeline.crawl.split_archive`, like `end`.
        end: Records that begin here or behind belong to another part; -1 for the file's end.
    """
    for found in read_parts(path, start, end, _take):
        if isinstance(found, Whole):
            yield from _read_block(found.content, path, found.offset, options)
        else:
            yield found


def _take(frame: Frame) -> bytes | None:
    """Returns the JSON of a record, and one byte more than may be for one that is too large."""
    return frame.read(MAX_BLOCK_BYTES + 1) if frame.kind == "metadata" else None


def _read_block(
    block: bytes, path: str, offset: int | None, options: ReadOptions
) -> Iterator[Candidate | LedgerRow]:
    if len(block) > MAX_BLOCK_BYTES:
        yield _row(path, offset, Failure.TOO_LARGE, f"record over {MAX_BLOCK_BYTES} bytes")
        return
    try:
        page = read_wat_json(block)
        if page is None or page.status != "200":
            return
        metas = _metas(page)
        facts = _facts(page, metas, path, offset, options.product_token)
    except RecordError as error:
        yield _row(path, offset, error.outcome, error.detail)
        return
    yield from _items(page, metas, facts, options.text_sources)


def _row(path: str, offset: int | None, outcome: str, detail: str) -> LedgerRow:
    return file_row(path, outcome, f"at byte {offset or 0}: {detail}")


def _items(
    page: WatPage, metas: list[Attributes], facts: PageFacts, places: Collection[TextSource]
) -> Iterator[Candidate | LedgerRow]:
    names = [(place, name) for place, name in _TEXTS if place in places]
    for image in page.images:
        if image.get("path") in _SOURCE_PATHS:
            texts = [(place, _text(image, name)) for place, name in names if name in image]
            yield from image_items(_text(image, "url").strip(), texts, facts)
    if "og" in places:
        for url, shared in card_pictures(metas).items():
            yield from image_items(url, [("og", text) for text in shared], facts)


def _facts(
    page: WatPage, metas: list[Attributes], path: str, offset: int | None, product_token: str
) -> PageFacts:
    raw_url = _text(page.record, "WARC-Target-URI") or _text(page.record, "Target-URI")
    url = resolve_url(raw_url.strip("<> "))
    base = _resolve(_text(page.head, "Base"), url) or url
    named = [(meta.get("name") or "", meta.get("content") or "") for meta in metas]
    signals = {
        *header_signals(page.headers, product_token),
        *meta_signals(named, product_token),
    }
    licences = (_resolve(text, base) for text in page.licences)
    return PageFacts(
        url=url,
        base=base,
        opt_out=tuple(sorted(signals)),
        licence_url=next((licence for licence in licences if licence), None),
        source=path,
        source_offset=offset,
        fetched_at=_date(_text(page.record, "WARC-Date")),
        language=page_language({}, metas, page.headers),
    )


def _resolve(url: str, base: str) -> str | None:
    try:
        return resolve_url(url.strip(), base) if url else None
    except RecordRejected:
        return None


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _metas(page: WatPage) -> list[Attributes]:
    """Returns the attributes of the `<meta>` elements that say something."""
    found = page.head.get("Metas")
    metas = found if isinstance(found, list) else []
    return [meta for meta in metas if isinstance(meta, dict) and _is_text(meta)]


def _is_text(meta: dict[str, Any]) -> bool:
    return "content" in meta and all(isinstance(value, str) for value in meta.values())


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
