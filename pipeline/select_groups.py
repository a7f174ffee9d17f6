"""Choices among candidates that share a URL, or a URL and a text: by value, never by arrival."""

from collections.abc import Iterable, Iterator

from pipeline.crawl.options import TEXT_SOURCES
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow
from schemas.uid import id_url, make_uid


def key_by_uid(candidate: Candidate) -> str:
    """Returns what candidates of the same URL and text share."""
    if candidate.raw_text is None and not candidate.text_changes:
        return candidate.uid
    # Two texts may have become one by cleaning, or by the loss of personal data.
    return make_uid(candidate.url, candidate.text)


def drop_duplicates(uid: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the first of the candidates that share URL and text, and a ledger row for each other.

    The first by its text's place and then by page, not by time of arrival, so that the choice does
    not depend on workers.
    """
    del uid
    first, *others = sorted(group, key=_place)
    yield first
    yield from map(_drop_duplicate, others)


def _drop_duplicate(candidate: Candidate) -> LedgerRow:
    where = candidate.page_url or candidate.source
    return drop(candidate, Stage.SELECT, Reject.DUPLICATE_URL_TEXT, f"again on {where}")


def key_by_image(candidate: Candidate) -> str:
    """Returns what candidates of the same image share."""
    return id_url(candidate.url)


def choose_texts(url: str, group: Iterable[Candidate]) -> Iterator[Candidate | LedgerRow]:
    """Yields the candidates of an image whose text is from the best place that any has, each once.

    An alt text says more about a picture than the title of its page (`TEXT_SOURCES` is the order).
    Different texts of the same place, as on two pages, all stay; of equal texts the first does.
    """
    del url
    candidates = sorted(group, key=_place)
    best = candidates[0].text_source
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.text in seen:
            yield _drop_duplicate(candidate)
        elif candidate.text_source == best:
            yield candidate
        else:
            yield drop(candidate, Stage.SELECT, Reject.OTHER_TEXT, f"it has a text of {best}")
        seen.add(candidate.text)


def _place(candidate: Candidate) -> tuple[int, str, str, int, str]:
    offset = -1 if candidate.source_offset is None else candidate.source_offset
    rank = TEXT_SOURCES.index(candidate.text_source)
    return rank, candidate.page_url or "", candidate.source, offset, candidate.uid
