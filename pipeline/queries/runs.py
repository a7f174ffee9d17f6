"""Counts of terms that do not fit memory: sorted runs on disk, merged bucket by bucket.

A worker counts until it holds `MAX_TERMS` terms, writes them as a run and starts anew. A term's
bucket is a hash, and a run holds a row group per bucket, so that a bucket of all runs can be summed
without the others. Every count is exact: nothing is dropped before it is summed.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import fsspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.shards.storage import atomic_output, join, open_input

Kind = Literal["words", "bigrams", "titles", "views"]

# English Wikipedia has some 400 M distinct pairs of words: 64 buckets of 6 M, 300 MB each.
NUM_BUCKETS = 64
# 500,000 terms in a dictionary are some 80 MB.
MAX_TERMS = 500_000
_MAX_ROWS_UNSUMMED = 4_000_000
_COLUMNS: list[tuple[str, pa.DataType]] = [("term", pa.string()), ("count", pa.int64())]
SCHEMA = pa.schema(_COLUMNS)


def bucket_of(term: str) -> int:
    """Returns the bucket of a term, the same on every machine."""
    return zlib.crc32(term.encode()) % NUM_BUCKETS


def run_path(folder: str, kind: Kind, source: int, offset: int, number: int) -> str:
    """Returns the name of a run: a retry writes the same file again.

    Args:
        folder: Folder of all runs.
        kind: What is counted.
        source: Number of the input file.
        offset: Where in it the part begins.
        number: Of the run among those of the part.
    """
    return join(folder, kind, f"{source:05d}-{offset:015d}-{number:05d}.parquet")


def write_run(path: str, counts: Mapping[str, int]) -> None:
    """Writes counts, a row group per bucket."""
    buckets: list[list[str]] = [[] for _ in range(NUM_BUCKETS)]
    for term in counts:
        buckets[bucket_of(term)].append(term)
    with (
        atomic_output(path) as stream,
        pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer,
    ):
        for terms in buckets:
            terms.sort()
            columns: dict[str, list[Any]] = {"term": terms, "count": [counts[t] for t in terms]}
            writer.write_table(pa.table(columns, schema=SCHEMA))


def merge_bucket(paths: Iterable[str], bucket: int, min_count: int = 1) -> dict[str, int]:
    """Returns the terms of a bucket that all runs together count at least `min_count` times."""
    waiting: list[pa.Table] = []
    rows = 0
    for path in paths:
        with open_input(path) as stream:
            table = pq.ParquetFile(stream).read_row_group(bucket)
        waiting.append(table)
        rows += table.num_rows
        if rows > _MAX_ROWS_UNSUMMED:
            waiting = [_sum(waiting)]
            rows = waiting[0].num_rows
    table = _sum(waiting)
    kept = table.filter(pc.field("count") >= min_count).to_pydict()
    return dict(zip(kept["term"], kept["count"], strict=True))


def _sum(tables: Sequence[pa.Table]) -> pa.Table:
    whole = pa.concat_tables([SCHEMA.empty_table(), *tables])
    summed = whole.group_by("term").aggregate([("count", "sum")])
    return summed.rename_columns(["term" if n == "term" else "count" for n in summed.column_names])


def remove_runs(folder: str) -> None:
    """Removes all runs, once the list is written."""
    filesystem, name = fsspec.core.url_to_fs(folder)
    if filesystem.exists(name):
        filesystem.rm(name, recursive=True)
