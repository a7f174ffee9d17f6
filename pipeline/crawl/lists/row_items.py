"""A row of a list to candidates, one for each of its texts, or to the row that says why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.crawl.lists.columns import Columns
from pipeline.crawl.lists.extra import encode_extra
from pipeline.crawl.lists.row import BrokenRow, Row
from pipeline.crawl.pictures.pictures import Picture, Spool, beside, picture_bytes, point_at
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject, Stage
from schemas.records import Candidate, LedgerRow
from schemas.uid import clean_text, make_uid, resolve_url

Item = Candidate | LedgerRow


def drop(url: str | None, outcome: str, detail: str) -> LedgerRow:
    """Returns the ledger row of something that never became a candidate."""
    return LedgerRow(uid=None, url=url, stage=Stage.CRAWL, outcome=outcome, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Reads the rows of one list.

    Attributes:
        path: Of the list.
        columns: What its columns are.
        spool: Where pictures that lie in the rows are copied to.
    """

    path: str
    columns: Columns
    spool: Spool | None = None

    def __call__(self, number: int, row: Row) -> Iterator[Item]:
        """Yields what the row with this number gives."""
        shown = self.path
        try:
            if isinstance(row, BrokenRow):
                raise RecordFailed(row.outcome, row.why)
            raw_url = self._text(row, self.columns.url)
            shown = clean_text(raw_url) or shown
            # The texts come first: a picture without one is not worth its copy.
            has_picture = self.columns.picture or self.columns.file
            url = "" if has_picture else _resolve(raw_url)
            texts = self._texts(row)
            picture = self._picture(row) if has_picture else None
            if picture:
                url = _web_url(raw_url) or picture.name
        except RecordError as error:
            yield drop(shown, error.outcome, f"row {number}: {error.detail}")
            return
        page_url = _web_url(self._text_or_none(row, self.columns.page))
        extra = self._extra(row)
        for text in texts:
            yield Candidate(
                uid=make_uid(url, text),
                url=url,
                text=text,
                text_source="list",
                page_url=page_url,
                source=self.path,
                source_offset=number,
                image=picture.ref if picture else None,
                extra=extra,
            )

    def _texts(self, row: Mapping[str, Any]) -> list[str]:
        """Returns the different texts of a row: one, unless a cell holds a list of them."""
        for name in self.columns.texts:
            cell = row.get(name)
            cells = cell if isinstance(cell, list) else [self._text(row, name)]
            if not all(text is None or isinstance(text, str) for text in cells):
                raise RecordFailed(Failure.ROW, f"no text in the column {name}")
            if texts := list(dict.fromkeys(filter(None, (clean_text(t or "") for t in cells)))):
                return texts
        raise RecordRejected(Reject.NO_ALT, "no text")

    def _picture(self, row: Mapping[str, Any]) -> Picture:
        if self.columns.file:
            return point_at(beside(self.path, self._text(row, self.columns.file)))
        found = picture_bytes(row.get(self.columns.picture or ""))
        if isinstance(found, str):
            return point_at(beside(self.path, found))
        assert self.spool is not None
        return self.spool.add(found)

    def _extra(self, row: Mapping[str, Any]) -> str | None:
        if self.columns.extra is not None:
            return encode_extra(row, self.columns.extra)
        used = self.columns.used
        return encode_extra(row, [name for name in row if name not in used])

    def _text(self, row: Mapping[str, Any], name: str | None) -> str:
        """Returns a cell that must hold text; a missing one counts as empty."""
        value = row.get(name) if name else None
        if value is None:
            return ""
        if not isinstance(value, str):
            raise RecordFailed(Failure.ROW, f"no text in the column {name}")
        return value

    def _text_or_none(self, row: Mapping[str, Any], name: str | None) -> str:
        value = row.get(name) if name else None
        return value if isinstance(value, str) else ""


def _resolve(raw: str) -> str:
    if url := raw.strip():
        return resolve_url(url)
    raise RecordRejected(Reject.URL, "empty")


def _web_url(raw: str) -> str | None:
    """Returns the URL that a picture or page has on the web, None if it is none."""
    try:
        return resolve_url(raw.strip()) if raw else None
    except RecordRejected:
        return None
