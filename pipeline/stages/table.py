"""Rows to and from Parquet folders: deterministic files, whatever the number of workers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
import pyarrow as pa

from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import join
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.stage import Stage
from schemas.tables import Row
from schemas.uid import uid_bucket

ROWS_PER_FILE = 1_000_000


@dataclass
class ReadTable(Stage):
    """Yields the records of Parquet files."""

    files: Sequence[str]
    from_row: Callable[[Row], Any]

    def expand(self, root: beam.Pipeline) -> beam.PCollection:
        return (
            root
            | beam.Create(self.files)
            | beam.Reshuffle()  # few files fan out to many rows
            | beam.FlatMap(read_rows)
            | beam.Map(self.from_row)
        )


@dataclass
class WriteTable(Stage):
    """Writes records to `folder/NNNNN.parquet`, each file an even part of the uid space, sorted.

    Returns the entries of the files, their paths relative to `relative_to`. With no record at all
    one empty table is written, so that readers find the schema.
    """

    folder: str
    schema: pa.Schema
    to_row: Callable[[Any], Row]
    relative_to: str
    rows_per_file: int = ROWS_PER_FILE

    def expand(self, records: beam.PCollection) -> beam.PCollection:
        rows = records | "ToRow" >> beam.Map(self.to_row)
        count = rows | beam.combiners.Count.Globally()
        # Every file gets one empty mark, so that it is written even without a row.
        marks = count | "Marks" >> beam.FlatMap(_marks, self.rows_per_file)
        keyed = rows | "Key" >> beam.Map(
            _key_row, beam.pvalue.AsSingleton(count), self.rows_per_file
        )
        return (
            (marks, keyed)
            | beam.Flatten()
            | beam.GroupByKey()
            | "Write" >> beam.Map(_write_file, self.folder, self.schema, self.relative_to)
        )


def _num_files(count: int, rows_per_file: int) -> int:
    return max(1, -(-count // rows_per_file))


def _marks(count: int, rows_per_file: int) -> Iterator[tuple[int, None]]:
    for number in range(_num_files(count, rows_per_file)):
        yield number, None


def _key_row(row: Row, count: int, rows_per_file: int) -> tuple[int, Row]:
    # Rows without a uid (a broken file, a refused page) are few: they go to the first file.
    uid = row["uid"] or "0" * 32
    return uid_bucket(uid, _num_files(count, rows_per_file)), row


def _write_file(
    numbered: tuple[int, Iterable[Row | None]], folder: str, schema: pa.Schema, relative_to: str
) -> FileEntry:
    number, grouped = numbered
    rows = sorted((row for row in grouped if row is not None), key=_row_order)
    path = join(folder, f"{shard_name(number)}.parquet")
    write_table(path, rows, schema)
    return describe_file(relative_to, path.removeprefix(relative_to).lstrip("/"), samples=len(rows))


def _row_order(row: Row) -> tuple[str, ...]:
    return ("" if row["uid"] is None else row["uid"], *(repr(value) for value in row.values()))
