"""Rows of Parquet lists, a batch at a time, whole files or some of their row groups."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.crawl.lists.row import BrokenRow, Row
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

ROWS_PER_BATCH = 10_000
PICTURES_PER_BATCH = 32  # some megabytes of photos
# Without a buffer Arrow reads a row group's whole column at once; with pictures that is gigabytes.
_BUFFER_BYTES = 2**20
# A part costs a worker one look at the file's end; a list's row takes some 20 us.
MIN_PART_ROWS = 100_000
MIN_PART_BYTES = 64 * 2**20  # of pictures, that are copied


def open_parquet(stream: BinaryIO) -> pq.ParquetFile:
    """Reads a file's footer.

    Raises:
        RecordFailed: `file_empty` or `file_format`.
    """
    try:
        return pq.ParquetFile(
            stream, page_checksum_verification=True, pre_buffer=False, buffer_size=_BUFFER_BYTES
        )
    except (pa.ArrowInvalid, OSError) as error:
        if stream.seek(0, 2) == 0:
            raise RecordFailed(Failure.FILE_EMPTY, "empty") from error
        raise RecordFailed(Failure.FILE_FORMAT, "not a readable Parquet file") from error


def cut_parquet(table: pq.ParquetFile) -> Iterator[tuple[int, int]]:
    """Yields `(first, end)` of runs of row groups that are worth a worker's while."""
    groups = [table.metadata.row_group(number) for number in range(table.num_row_groups)]
    first, rows, size = 0, 0, 0
    for end, group in enumerate(groups, start=1):
        rows, size = rows + group.num_rows, size + group.total_byte_size
        if rows >= MIN_PART_ROWS or size >= MIN_PART_BYTES or end == len(groups):
            yield first, end
            first, rows, size = end, 0, 0


def read_parquet(
    table: pq.ParquetFile, names: Sequence[str], start: int = 0, end: int = -1, *, batch: int
) -> Iterator[tuple[int, Row]]:
    """Yields `(number, row)` of row groups; the number is the row's in the file.

    A damaged row group ends in one broken row where it breaks; the next ones are read.

    Args:
        table: From `open_parquet`.
        names: Of the columns to read.
        start: First row group.
        end: Row group to stop before; -1 for the last one.
        batch: Rows in memory at once.
    """
    stop = table.num_row_groups if end < 0 else min(end, table.num_row_groups)
    number = sum(table.metadata.row_group(group).num_rows for group in range(start))
    for group in range(start, stop):
        following = number + table.metadata.row_group(group).num_rows
        try:
            for found in table.iter_batches(batch, [group], columns=list(names)):
                for row in _plain(found).to_pylist():
                    yield number, row
                    number += 1
        except (pa.ArrowException, OSError):
            why = f"damaged in row group {group}"
            yield number, BrokenRow(why=why, outcome=Failure.FILE_FORMAT)
        number = following


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Returns the batch with its times as ISO 8601 text.

    Python's own hold no nanoseconds, and no year after 9999, which broken tables have.
    """
    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            text = pc.cast(batch.column(place), pa.string())
            text = pc.replace_substring(text, " ", "T", max_replacements=1)
            batch = batch.set_column(place, field.name, text)
    return batch
