"""Choices among candidates that share a URL, or a URL and a text: by value, never by arrival."""

from collections.abc import Iterable, Iterator

from pipeline.crawl.options import TEXT_SOURCES
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow
from schemas.uid import id_url


def key_by_uid(candidate: Candidate) -> str:
    """Returns what candidates of the same URL and text share."""
    return candidate.uid


def drop_duplicates(uid: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the first of the candidates that share URL and text, and a ledger row for each other.

    The first by its text's place and then by page, not by time of arrival, so that the choice does
    not depend on workers.
    """
    del uid
    first, *others = sorted(group, key=_place)
    yield first
    for other in others:
        where = other.page_url or other.source
        yield drop(other, Stage.SELECT, Reject.DUPLICATE_URL_TEXT, f"again on {where}")


def key_by_image(candidate: Candidate) -> str:
    """Returns what candidates of the same image share."""
    return id_url(candidate.url)


def choose_texts(url: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the candidates of an image whose text is from the best place that any has.

    An alt text says more about a picture than the title of its page (`TEXT_SOURCES` is the order).
    Different texts of the same place, as on two pages, all stay.
    """
    del url
    candidates = sorted(group, key=_place)
    best = candidates[0].text_source
    for candidate in candidates:
        if candidate.text_source == best:
            yield candidate
        else:
            yield drop(candidate, Stage.SELECT, Reject.OTHER_TEXT, f"it has a text of {best}")


def _place(candidate: Candidate) -> tuple[int, str, str, int]:
    offset = -1 if candidate.source_offset is None else candidate.source_offset
    rank = TEXT_SOURCES.index(candidate.text_source)
    return rank, candidate.page_url or "", candidate.source, offset
