"""URL lists to candidates: every row of every format gives exactly one item."""

from collections.abc import Iterator, Sequence

from pipeline.crawl.list_rows import BrokenRow, Row, open_list
from pipeline.shards.storage import open_input
from schemas.errors import RecordError, RecordFailed, RecordRejected, UserError
from schemas.outcomes import Failure, Reject, Stage
from schemas.records import Candidate, LedgerRow
from schemas.uid import clean_text, make_uid, resolve_url

# The names of img2dataset's examples, LAION, CC12M, COYO and DataComp, best first.
URL_NAMES = ("url", "image_url", "link")
TEXT_NAMES = ("text", "caption", "alt")


def read_url_list(
    path: str, url_column: str | None = None, text_column: str | None = None
) -> Iterator[Candidate | LedgerRow]:
    """Yields one item a row: a candidate, or why there is none.

    Args:
        path: `.csv .tsv .json .jsonl`, each with `.gz` too, or `.parquet`.
        url_column: Name of the column; guessed among `URL_NAMES` if None, whatever the case.
        text_column: Likewise, among `TEXT_NAMES`. A list of nothing but URLs gives `no_alt` rows.

    Raises:
        UserError: The list lacks a column.
    """
    try:
        with open_input(path) as stream:
            table = open_list(
                stream, path, {*URL_NAMES, *TEXT_NAMES, *_lower(url_column, text_column)}
            )
            url_name = _find_column(path, table.columns, url_column, URL_NAMES, "--url-column")
            text_name: str | None = None
            if text_column or len(table.columns) > 1:
                text_name = _find_column(
                    path, table.columns, text_column, TEXT_NAMES, "--text-column"
                )
            names = [name for name in (url_name, text_name) if name]
            for number, row in enumerate(table.rows(names)):
                yield _read_row(path, number, row, url_name, text_name)
    except FileNotFoundError:
        yield _drop(path, Failure.FILE_MISSING, "no such file")
    except RecordFailed as error:
        yield _drop(path, error.outcome, error.detail)


def _lower(*names: str | None) -> set[str]:
    return {name.lower() for name in names if name}


def _find_column(
    path: str, columns: Sequence[str], wanted: str | None, known: Sequence[str], flag: str
) -> str:
    """Returns the column's name as the list writes it."""
    if wanted in columns:
        return str(wanted)
    by_lower = {name.lower(): name for name in reversed(columns)}
    for name in [wanted.lower()] if wanted else known:
        if name in by_lower:
            return by_lower[name]
    lacks = repr(wanted) if wanted else " or ".join(known)
    raise UserError(f"{path}: no column {lacks}; it has {', '.join(columns)}: name one with {flag}")


def _drop(url: str | None, outcome: str, detail: str) -> LedgerRow:
    return LedgerRow(uid=None, url=url, stage=Stage.CRAWL, outcome=outcome, detail=detail)


def _read_row(
    path: str, number: int, row: Row, url_name: str, text_name: str | None
) -> Candidate | LedgerRow:
    raw_url = None
    try:
        if isinstance(row, BrokenRow):
            raise RecordFailed(Failure.ROW, row.why)
        raw_url = _text_of(row, url_name)
        url = resolve_url(raw_url.strip())
        text = clean_text(_text_of(row, text_name)) if text_name else ""
        if not text:
            raise RecordRejected(Reject.NO_ALT, "no text")
    except RecordError as error:
        shown = clean_text(raw_url) if raw_url else path
        return _drop(shown, error.outcome, f"row {number}: {error.detail}")
    return Candidate(
        uid=make_uid(url, text),
        url=url,
        text=text,
        text_source="list",
        source=path,
        source_offset=number,
    )


def _text_of(row: dict[str, object], name: str) -> str:
    """Returns a cell that must hold text; a missing one counts as empty."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordFailed(Failure.ROW, f"no text in the column {name}")
    return value
