"""An image of a page and the texts that go with it to candidates, wherever they were read from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.crawl.pages.not_pictures import find_reason
from schemas.errors import RecordRejected
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow, TextSource
from schemas.uid import MAX_URL_CHARS, clean_text, make_uid, resolve_url

Text = tuple[TextSource, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What all images of one page share.

    Attributes:
        url: Of the page, from `schemas.uid.resolve_url`.
        base: What relative URLs of the page are relative to.
        opt_out: Signals seen, sorted.
        source: The archive or the seed.
        source_offset: Byte offset of the page's record in `source`, for an archive.
        fetched_at: UTC.
        language: What the page says of itself, from `pipeline.crawl.pages.page_language`.
    """

    url: str
    base: str
    opt_out: tuple[str, ...]
    licence_url: str | None
    source: str
    source_offset: int | None
    fetched_at: datetime | None
    language: str | None = None


def image_items(
    src: str,
    texts: Iterable[Text],
    page: PageFacts,
    *,
    licence_url: str | None = None,
    size: tuple[str | None, str | None] = (None, None),
) -> Iterator[Candidate | LedgerRow]:
    """Yields a candidate for each different text and place, or the one row that says why not.

    Args:
        src: As the page writes it.
        texts: Place and text, best first; white space is collapsed here, empty ones are passed.
            Not read for an image that is refused whatever its texts are.
        page: The page they are on.
        licence_url: Of this image; the page's if None.
        size: Width and height as the page writes them.
    """
    try:
        _check_picture(src, size)
        cleaned = dict.fromkeys(
            (place, text) for place, written in texts if (text := clean_text(written))
        )
        if not cleaned:
            raise RecordRejected(Reject.NO_ALT)
        url = resolve_url(src, page.base)
    except RecordRejected as rejected:
        yield LedgerRow(
            uid=None,
            url=_ledger_url(src, page.base),
            stage=Stage.CRAWL,
            outcome=rejected.outcome,
            detail=page.url,
        )
        return
    for place, text in cleaned:
        yield Candidate(
            uid=make_uid(url, text),
            url=url,
            text=text,
            text_source=place,
            page_url=page.url,
            source=page.source,
            source_offset=page.source_offset,
            fetched_at=page.fetched_at,
            licence_url=licence_url or page.licence_url,
            opt_out=page.opt_out,
            page_language=page.language,
        )


def _check_picture(src: str, size: tuple[str | None, str | None]) -> None:
    if not src:
        raise RecordRejected(Reject.NO_SRC)
    if _is_data(src):
        raise RecordRejected(Reject.DATA_URI)
    if reason := find_reason(src, size):
        raise RecordRejected(reason)


def _is_data(src: str) -> bool:
    return src[:5].lower() == "data:"


def _ledger_url(src: str, base: str) -> str | None:
    """Returns where a refused image points; a `data:` URI points nowhere and may be megabytes."""
    if not src or _is_data(src):
        return None
    try:
        return resolve_url(src, base)
    except RecordRejected:
        return clean_text(src[:MAX_URL_CHARS])
