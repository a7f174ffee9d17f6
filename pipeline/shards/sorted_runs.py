"""Sorting more rows than fit into memory: sorted runs on disk, merged part by part.

The external merge sort of the textbooks, on Arrow: a run is an IPC file of rows sorted by their
key, and a part of the key space takes from every run the few batches that overlap it.
"""

import hashlib
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import IOBase
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.shards.storage import TEMPORARY_PREFIX, atomic_output, join, open_input
from schemas.tables import Row
from schemas.uid import UID_END

ROWS_PER_BATCH = 1000
# Sorting takes three times as much for a moment; two workers stay far under 600 MB.
MAX_RUN_BYTES = 32 * 2**20
# What merging holds at once, some 20 MB of candidates.
ROWS_PER_PART = 50_000

_KEY = "_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A file of sorted rows.

    Attributes:
        first_keys: Of each of its batches.
        rows: How many there are.
    """

    path: str
    first_keys: tuple[str, ...]
    rows: int


Pack = Callable[[list[Any], pa.Schema], pa.RecordBatch]


class RunBuffer:
    """Gathers rows and writes a run when there are enough of them.

    Args:
        folder: For the runs; their names begin as those of temporary files do.
        schema: Of the rows; the key is their `uid`.
        pack: Makes a batch of what is gathered, if that is not rows.
    """

    def __init__(
        self, folder: str, schema: pa.Schema, pack: Pack = pa.RecordBatch.from_pylist
    ) -> None:
        self._folder = folder
        self._given = schema
        self._schema = schema.append(pa.field(_KEY, pa.string()))
        self._pack_rows = pack
        self._rows: list[Any] = []
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0

    def add(self, row: object) -> Run | None:
        """Takes a row; returns the run that it completed, if it did."""
        self._rows.append(row)
        if len(self._rows) == ROWS_PER_BATCH:
            self._pack()
        return self.flush() if self._bytes >= MAX_RUN_BYTES else None

    def flush(self) -> Run | None:
        """Writes what has been gathered as a run; returns None if that is nothing."""
        if self._rows:
            self._pack()
        if not self._batches:
            return None
        batches, self._batches, self._bytes = self._batches, [], 0
        table = pa.Table.from_batches(batches, self._schema)
        ordered = table.take(pc.sort_indices(table, [(_KEY, "ascending")])).combine_chunks()
        path = join(self._folder, f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}.arrow")
        return _write_run(path, ordered)

    def _pack(self) -> None:
        rows = self._pack_rows(self._rows, self._given)
        batch = pa.RecordBatch.from_arrays([*rows.columns, _keys(rows)], schema=self._schema)
        self._rows = []
        self._batches.append(batch)
        self._bytes += batch.nbytes


def _keys(rows: pa.RecordBatch) -> "pa.Array[Any]":
    uids = rows.column("uid").to_pylist()
    keys = [uid or sort_key(rows.slice(n, 1).to_pylist()[0]) for n, uid in enumerate(uids)]
    return pa.array(keys, pa.string())


def sort_key(row: Row) -> str:
    """Returns the uid; of a row without one a stand-in that is as evenly spread."""
    if row["uid"]:
        return str(row["uid"])
    # As text: an outcome is a member of its list in one run and, read back, a word in the next.
    return hashlib.sha256("\0".join(map(str, row.values())).encode()).hexdigest()[:32]


def merge_runs(runs: Sequence[Run], low: str, high: str, parts: int) -> Iterator[pa.Table]:
    """Yields the rows whose key is in `[low, high)` in their order, in about `parts` tables.

    Rows of one key follow their content, so that the order of the runs tells nothing.

    Args:
        runs: All that were written.
        low: First key, 16 hex digits.
        high: Key after the last, likewise, or `UID_END`.
        parts: More of them need less memory.
    """
    bounds = _cut(low, high, parts)
    for first, last in pairwise(bounds):
        pieces = [piece for run in runs for piece in _read(run, first, last)]
        if pieces:
            table = pa.concat_tables(pieces)
            yield _in_order(table.take(pc.sort_indices(table, [(_KEY, "ascending")])))


def _write_run(path: str, table: pa.Table) -> Run:
    with (
        atomic_output(path) as stream,
        pa.ipc.new_file(
            cast(IOBase, stream), table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
        ) as writer,
    ):
        batches = table.to_batches(ROWS_PER_BATCH)
        for batch in batches:
            writer.write_batch(batch)
    first_keys = tuple(batch.column(_KEY)[0].as_py() for batch in batches)
    return Run(path=path, first_keys=first_keys, rows=table.num_rows)


def _read(run: Run, low: str, high: str) -> Iterator[pa.Table]:
    """Yields the rows of a run in `[low, high)`."""
    # A key may go on in the batch before the one that begins with it.
    first = max(0, bisect_left(run.first_keys, low) - 1)
    last = bisect_right(run.first_keys, high)
    if first == last:
        return
    with pa.PythonFile(cast(IOBase, open_input(run.path))) as stream:
        file = pa.ipc.open_file(stream)
        table = pa.Table.from_batches([file.get_batch(n) for n in range(first, last)])
    keys = table.column(_KEY)
    yield table.filter(
        pc.and_(pc.greater_equal(keys, pa.scalar(low)), pc.less(keys, pa.scalar(high)))
    )


def _cut(low: str, high: str, parts: int) -> list[str]:
    start, end = int(low, 16), 2**64 if high == UID_END else int(high, 16)
    inner = [f"{start + (end - start) * n // parts:016x}" for n in range(1, parts)]
    return [low, *inner, high]


def _in_order(table: pa.Table) -> pa.Table:
    """Orders rows of one key by their content, and takes the key away."""
    keys = table.column(_KEY).to_numpy()
    same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rest = table.drop_columns([_KEY])
    if not len(tied):
        return rest
    contents = [[repr(value) for value in row.values()] for row in rest.take(tied).to_pylist()]
    order = np.arange(len(keys))
    order[tied] = tied[sorted(range(len(tied)), key=lambda n: (keys[tied[n]], contents[n]))]
    return rest.take(order)
