"""The query list as a table: one row a query, where it comes from, and how it was made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.shards.storage import exists, join, open_input
from pipeline.shards.table import read_rows, write_table
from schemas.errors import UserError
from schemas.tables import QUERIES, Row

LIST_FILE = "queries.parquet"
_PREFIX = "webimagetext."

QuerySource = Literal["word", "bigram", "title", "wordnet", "number", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of a list.

    Attributes:
        sources: All places it was found in, the first of them the one that counts.
        count: Occurrences in Wikipedia, of words and bigrams.
        pmi: Of a bigram; so is npmi.
        views: Of an article's title.
    """

    text: str
    sources: tuple[QuerySource, ...]
    count: int | None = None
    pmi: float | None = None
    npmi: float | None = None
    views: int | None = None


def query_to_row(query: Query) -> Row:
    """Returns the row of `QUERIES`."""
    return {
        "query": query.text,
        "source": query.sources[0],
        "sources": list(query.sources),
        "count": query.count,
        "pmi": query.pmi,
        "npmi": query.npmi,
        "views": query.views,
    }


def write_list(path: str, queries: Iterable[Query], facts: Mapping[str, Any]) -> int:
    """Writes a list with `facts` about it in the file's metadata, as JSON; returns its length."""
    added = {f"{_PREFIX}{name}": json.dumps(value, sort_keys=True) for name, value in facts.items()}
    metadata = (QUERIES.metadata or {}) | {k.encode(): v.encode() for k, v in added.items()}
    return write_table(path, map(query_to_row, queries), QUERIES.with_metadata(metadata))


def list_path(path: str) -> str:
    """Returns the file of a list; `path` may be the folder that the `queries` command wrote.

    Raises:
        UserError: There is none.
    """
    for candidate in (join(path, LIST_FILE), path):
        if candidate.endswith((".parquet", ".txt", ".json")) and exists(candidate):
            return candidate
    raise UserError(
        f"{path}: no query list; name a folder of `webimagetext queries`, its {LIST_FILE},"
        " a .txt file with a query a line or a .json array such as MetaCLIP's metadata.json"
    )


@lru_cache(maxsize=1)
def read_list(path: str) -> Sequence[str]:
    """Returns the queries in their order, read once a process.

    Args:
        path: From `list_path`.

    Raises:
        UserError: The file is no list.
    """
    if path.endswith(".parquet"):
        return tuple(str(row["query"]) for row in read_rows(path, ["query"]))
    with open_input(path) as stream:
        try:
            text = stream.read().decode("utf-8-sig")
            found = json.loads(text) if path.endswith(".json") else text.splitlines()
        except ValueError as error:
            raise UserError(f"{path}: not readable as {path.rsplit('.', 1)[-1]}") from error
    if not isinstance(found, list) or not all(isinstance(query, str) for query in found):
        raise UserError(f"{path}: a JSON array of strings is due")
    return tuple(query.strip() for query in found if query.strip())


def read_facts(path: str) -> dict[str, Any]:
    """Returns what a list's metadata says of it; nothing for a list of others."""
    if not path.endswith(".parquet"):
        return {}
    with open_input(path) as stream:
        try:
            metadata = pq.read_schema(stream).metadata or {}
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{path}: not a readable Parquet table") from error
    named = {k.decode(): v.decode() for k, v in metadata.items() if k.startswith(b"webimagetext.")}
    names = ("sources", "parameters", "counts")
    return {n: json.loads(named[_PREFIX + n]) for n in names if _PREFIX + n in named}
