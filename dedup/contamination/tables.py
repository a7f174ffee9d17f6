"""Reads images from Parquet tables, and saved indexes, which hold no pixels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.contamination.records import SourceImage, SourceKind, SourcePart
from dedup.phash_value import PHASH_VERSION
from schemas.errors import UserError
from schemas.records import BenchmarkImage
from schemas.tables import BENCHMARK_INDEX

# In the order of preference; `img` is the name in several datasets of the Hugging Face Hub.
IMAGE_COLUMNS = ("image", "jpg", "png", "jpeg", "webp", "img")
KEY_COLUMNS = ("key", "__key__", "path", "file_name")
LABEL_COLUMNS = ("label", "cls")
OPTIONAL_COLUMNS = {"thumbnail"}  # of an index: older ones lack it
HASH_METADATA = b"webimagetext.phash"
_TABLE_METADATA = b"webimagetext.table"
_ROWS_PER_BATCH = 64  # some 10 MB of photos: a row group as a whole may be gigabytes


def index_schema() -> pa.Schema:
    """Returns the schema of a saved index, with the version of our hash in its metadata."""
    return BENCHMARK_INDEX.with_metadata(
        {**BENCHMARK_INDEX.metadata, HASH_METADATA: PHASH_VERSION.encode()}
    )


def is_index(files: Sequence[str]) -> bool:
    """Whether all of these tables are saved indexes."""
    wanted = BENCHMARK_INDEX.metadata[_TABLE_METADATA]
    return all((_schema(file).metadata or {}).get(_TABLE_METADATA) == wanted for file in files)


def require_images(files: Sequence[str]) -> None:
    """Raises UserError for a table without an image column."""
    for file in files:
        image_column(_schema(file), file)


def image_column(schema: pa.Schema, file: str) -> str:
    """Returns the column that holds the images: bytes, or a struct with the field `bytes`."""
    for name in IMAGE_COLUMNS:
        if name in schema.names and _holds_bytes(schema.field(name).type):
            return name
    raise UserError(
        f"{file}: no image column; expected one of {', '.join(IMAGE_COLUMNS)} with the bytes of "
        f"files, found {', '.join(schema.names) or 'no column'}"
    )


def split_tables(
    name: str, root: str, files: Sequence[str], prefixes: Sequence[str]
) -> list[SourcePart]:
    """Returns one part per row group."""
    parts = []
    for file, prefix in zip(files, prefixes, strict=True):
        first_row = 0
        with _open_table(file) as table:
            sizes = [
                table.metadata.row_group(g).num_rows for g in range(table.metadata.num_row_groups)
            ]
        for group, rows in enumerate(sizes):
            parts.append(
                SourcePart(
                    name=name,
                    kind=SourceKind.PARQUET,
                    root=root,
                    files=(file,),
                    group=group,
                    first_row=first_row,
                    prefix=prefix,
                )
            )
            first_row += rows
    return parts


def read_table_part(part: SourcePart) -> Iterator[SourceImage]:
    """Yields the images of one row group.

    The key is `key`, `__key__`, `path` or `file_name` if there is such a column, else the row's
    number in its file.
    """
    file = part.files[0]
    with _open_table(file) as table:
        names = table.schema_arrow.names
        image = image_column(table.schema_arrow, file)
        key = next((column for column in KEY_COLUMNS if column in names), None)
        label = next((column for column in LABEL_COLUMNS if column in names), None)
        columns = [column for column in (image, key, label) if column]
        row_number = part.first_row
        for batch in table.iter_batches(_ROWS_PER_BATCH, row_groups=[part.group], columns=columns):
            for row in batch.to_pylist():
                yield SourceImage(
                    key=row_key(row.get(key) if key else None, part.prefix, row_number),
                    body=_body(row[image]),
                    label=str(row[label]) if label and row[label] is not None else None,
                )
                row_number += 1


def row_key(key: object, prefix: str, row_number: int) -> str:
    """Returns a row's own key, or its number behind the prefix of its file."""
    return f"{prefix}{row_number}" if key is None else str(key)


def read_index(name: str, files: Sequence[str]) -> Iterator[BenchmarkImage]:
    """Yields the images of saved indexes under the name that the user gave.

    Raises:
        UserError: The index was made with another hash or another version of the table.
    """
    for file in files:
        with _open_table(file) as table:
            _require_same_version(table.schema_arrow, file)
            columns = [name for name in BENCHMARK_INDEX.names if name in table.schema_arrow.names]
            for batch in table.iter_batches(columns=columns):
                for row in batch.to_pylist():
                    yield BenchmarkImage(**{**row, "benchmark": name})


def _require_same_version(schema: pa.Schema, file: str) -> None:
    ours, theirs = index_schema().metadata, schema.metadata or {}
    for entry in (b"webimagetext.version", HASH_METADATA):
        found = theirs.get(entry, ours[entry])
        if found != ours[entry]:
            raise UserError(
                f"{file}: made with {entry.decode()} {found.decode()!r}, this program has "
                f"{ours[entry].decode()!r}; run benchmark-index again on the images"
            )
    needed = set(BENCHMARK_INDEX.names) - OPTIONAL_COLUMNS
    if missing := [name for name in BENCHMARK_INDEX.names if name in needed - set(schema.names)]:
        raise UserError(f"{file}: lacks the column {missing[0]!r} of a benchmark index")


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return kind.get_field_index("bytes") >= 0
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _body(cell: dict[str, bytes | None] | bytes | None) -> bytes:
    return (cell.get("bytes") if isinstance(cell, dict) else cell) or b""


def _schema(file: str) -> pa.Schema:
    with _open_table(file) as table:
        schema: pa.Schema = table.schema_arrow
        return schema


@contextmanager
def _open_table(file: str) -> Iterator[Any]:
    try:
        with fsspec.open(file, "rb") as stream:
            yield pq.ParquetFile(stream)
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"{file}: not a readable Parquet table") from error
