"""Rows of tables that people wrote by hand or by script: a broken row never takes its neighbours.

Lines are cut first and read one by one, so that a stray quote costs one row and not the rest
(img2dataset, through Arrow's CSV reader, loses every line up to the next quote).
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO

from pipeline.crawl.lists.decompress import DAMAGE, open_decompressed
from pipeline.crawl.lists.json_rows import read_json, read_json_lines
from pipeline.crawl.lists.row import BrokenRow, Row
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

MAX_JOINED_LINES = 32  # ours: line breaks within one quoted field; captions have a few
_URL = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)  # RFC 3986, 3.1
MAX_BAD_START = 10_000  # rows at a file's start that cannot be read: then it is no list


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTable:
    """A table that was opened.

    Attributes:
        columns: Their names; those of the first object of a JSON list.
        rows: All rows in the file's order; raises RecordFailed where the file itself breaks.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]


def open_list(stream: BinaryIO, path: str, known_names: frozenset[str]) -> ListTable:
    """Reads as much of a list as tells its columns.

    Args:
        stream: The file; must stay open while rows are read.
        path: Its suffix decides the format; `.txt` is cut at tabs as `.tsv` is.
        known_names: Column names that mark a first line as a header. A first line without any, but
            with a URL, is data: its columns are called `url` and, for the first other one, `text`.

    Raises:
        RecordFailed: `file_empty`, or `file_format` if nothing in it can be read.
    """
    stream, name = open_decompressed(stream, path)
    if name.endswith(".json"):
        return _open_records(read_json(stream))
    if name.endswith(".jsonl"):
        return _open_records(read_json_lines(_lines(stream)))
    cut = _csv_rows if name.endswith(".csv") else _tsv_rows
    return _open_cells(cut(_lines(stream)), known_names)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yields the lines that are not blank, without their ends."""
    count = 0
    try:
        for line in stream:
            raw = line.removeprefix(b"\xef\xbb\xbf") if count == 0 else line
            if text := raw.strip(b"\r\n"):
                count += 1
                if text.strip():
                    yield text
    except DAMAGE as error:
        raise RecordFailed(Failure.FILE_FORMAT, f"damaged data after line {count}") from error


def _first(rows: Iterator[Any], is_good: Callable[[Any], bool]) -> tuple[Any, Iterator[Any]]:
    """Returns the first good row and an iterator over all rows, that one included."""
    seen = []
    for row in rows:
        seen.append(row)
        if is_good(row):
            return row, chain(seen, rows)
        if len(seen) == MAX_BAD_START:
            break
    failure = Failure.FILE_FORMAT if seen else Failure.FILE_EMPTY
    raise RecordFailed(failure, "no row can be read" if seen else "empty")


def _open_records(rows: Iterator[Row]) -> ListTable:
    first, every = _first(rows, lambda row: isinstance(row, dict))
    return ListTable(columns=tuple(first), rows=every)


def _open_cells(rows: Iterator[list[str] | BrokenRow], known: frozenset[str]) -> ListTable:
    first, every = _first(rows, lambda row: isinstance(row, list))
    if _has_header(first, known):
        columns = tuple(cell.strip() for cell in first)
        every = (row for row in every if row is not first)
    else:
        columns = _invent_columns(first)
    return ListTable(columns=columns, rows=(_name_cells(columns, row) for row in every))


def _has_header(first: Sequence[str], known: frozenset[str]) -> bool:
    return any(cell.strip().lower() in known for cell in first) or not any(map(_is_url, first))


def _is_url(cell: str) -> bool:
    """Whether `cell` is a URL of any scheme: one that we refuse is a row's, and no header."""
    return _URL.match(cell) is not None


def _invent_columns(first: Sequence[str]) -> tuple[str, ...]:
    url = next(place for place, cell in enumerate(first) if _is_url(cell))
    text = next((place for place in range(len(first)) if place != url), None)
    names = {url: "url", text: "text"}
    return tuple(names.get(place, f"column {place}") for place in range(len(first)))


def _name_cells(columns: tuple[str, ...], row: list[str] | BrokenRow) -> Row:
    if isinstance(row, BrokenRow):
        return row
    while len(row) > len(columns) and not row[-1]:
        row = row[:-1]
    if len(row) != len(columns):
        return BrokenRow(why=f"{len(row)} fields where {len(columns)} are due")
    return dict(zip(columns, row, strict=True))


def _decode(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _tsv_rows(lines: Iterator[bytes]) -> Iterator[list[str] | BrokenRow]:
    """Cuts at tabs: CC3M's and LAION's lists quote nothing, pandas quotes whole cells."""
    for line in lines:
        text = _decode(line)
        if text is None:
            yield BrokenRow(why="not UTF-8")
        else:
            yield [_unquote(cell) for cell in text.split("\t")]


def _unquote(cell: str) -> str:
    inside = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    is_pandas = is_quoted and '"' not in inside.replace('""', "")
    return inside.replace('""', '"') if is_pandas else cell


def _csv_rows(lines: Iterator[bytes]) -> Iterator[list[str] | BrokenRow]:
    """Reads each line; one that ends within quotes takes later lines only if they close it well."""
    width = 0
    waiting: list[bytes] = []
    while waiting := waiting or list(islice(lines, 1)):
        cells, used = _read_csv_row(waiting, lines, width)
        del waiting[:used]
        width = width or (len(cells) if isinstance(cells, list) else 0)
        yield cells


def _read_csv_row(
    waiting: list[bytes], lines: Iterator[bytes], width: int
) -> tuple[list[str] | BrokenRow, int]:
    """Returns the row that begins with the first waiting line, and how many lines it has."""
    text = _decode(waiting[0])
    if text is None:
        return BrokenRow(why="not UTF-8"), 1
    if width == 1:
        return [_unquote(text)], 1  # a list of bare URLs, which may hold commas
    cells = _parse_csv(text)
    if cells is not None:
        return cells, 1
    for used in range(2, MAX_JOINED_LINES + 1 if text.count('"') % 2 else 2):
        waiting.extend(islice(lines, used - len(waiting)) if used > len(waiting) else ())
        text = _decode(b"\n".join(waiting[:used]))
        cells = _parse_csv(text) if text is not None and len(waiting) >= used else None
        if cells is not None and len(cells) == width:
            return cells, used
    return BrokenRow(why="a stray quote"), 1


def _parse_csv(text: str) -> list[str] | None:
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return None
