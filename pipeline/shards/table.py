"""Parquet tables: zstd, page checksums, the schema's version in the metadata, written whole."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.shards.storage import atomic_output, open_input
from schemas.errors import UserError
from schemas.tables import Row

ROWS_PER_GROUP = 10_000


def write_table(path: str, rows: Iterable[Row], schema: pa.Schema) -> int:
    """Writes `rows` in their order and returns how many there were; no row gives an empty table."""
    return write_parts(path, _tables(iter(rows), schema), schema)


def write_parts(path: str, parts: Iterable[pa.Table], schema: pa.Schema) -> int:
    """Does what `write_table` does, with rows that come as Arrow tables."""
    count = 0
    with (
        atomic_output(path) as stream,
        pq.ParquetWriter(
            stream, schema, compression="zstd", write_page_checksum=True, store_schema=True
        ) as writer,
    ):
        for part in parts:
            writer.write_table(part, row_group_size=ROWS_PER_GROUP)
            count += part.num_rows
    return count


def _tables(rows: Iterator[Row], schema: pa.Schema) -> Iterator[pa.Table]:
    while group := list(islice(rows, ROWS_PER_GROUP)):
        yield pa.Table.from_pylist(group, schema=schema)


def read_rows(path: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yields the rows of a table, a row group at a time.

    Raises:
        UserError: The file is no Parquet file, is damaged, or lacks one of `columns`.
    """
    for batch in read_batches(path, columns):
        yield from batch.to_pylist()


def read_batches(path: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Does what `read_rows` does, with many rows at a time."""
    with open_input(path) as stream:
        try:
            table = pq.ParquetFile(stream, page_checksum_verification=True)
            missing = sorted(set(columns or ()) - set(table.schema_arrow.names))
            if missing:
                raise UserError(f"{path}: lacks the column {missing[0]!r}")
            yield from table.iter_batches(
                ROWS_PER_GROUP, columns=list(columns) if columns else None
            )
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{path}: not a readable Parquet table") from error


def table_columns(path: str) -> list[str]:
    """Returns the names of a table's columns."""
    return list(read_schema(path).names)


def read_schema(path: str) -> pa.Schema:
    """Returns a table's schema with what its metadata says."""
    with open_input(path) as stream:
        try:
            schema: pa.Schema = pq.ParquetFile(stream).schema_arrow
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{path}: not a readable Parquet table") from error
    return schema
