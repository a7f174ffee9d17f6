"""Rows to and from Parquet folders: deterministic files, whatever the number of workers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.transforms.window import GlobalWindows
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.shards.claim import WORK
from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.pack import shard_name
from pipeline.shards.sorted_runs import ROWS_PER_PART, Pack, Run, RunBuffer, merge_runs
from pipeline.shards.storage import join, remove
from pipeline.shards.table import read_batches, read_rows, write_parts
from pipeline.stages.stage import Stage
from schemas.candidate_columns import candidates_from_batch, candidates_to_batch
from schemas.records import Candidate
from schemas.tables import Row, candidate_to_row
from schemas.uid import bucket_range

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
            | beam.FlatMap(_read, self.from_row)
        )


@dataclass
class ReadCandidates(Stage):
    """Yields the candidates of Parquet files; twice as fast as by rows."""

    files: Sequence[str]

    def expand(self, root: beam.Pipeline) -> beam.PCollection:
        return (
            root
            | beam.Create(self.files)
            | beam.Reshuffle()  # few files fan out to many rows
            | beam.FlatMap(_read_candidates)
        )


@dataclass
class WriteTable(Stage):
    """Writes records to `folder/NNNNN.parquet`, each file an even part of the uid space, sorted.

    Takes one PCollection or several, which are best left apart: a local engine holds in memory
    what it flattens or groups, so the rows themselves go through sorted runs on disk
    (docs/decisions/0013). Returns the entries of the files, their paths relative to `relative_to`.
    With no record at all one empty table is written, so that readers find the schema.
    """

    folder: str
    schema: pa.Schema
    to_row: Callable[[Any], Row]
    relative_to: str
    rows_per_file: int = ROWS_PER_FILE

    def expand(self, records: beam.PCollection | tuple[beam.PCollection, ...]) -> beam.PCollection:
        given = [records] if isinstance(records, beam.PCollection) else list(records)
        runs = [
            part | f"Sort {number}" >> beam.ParDo(_SortRuns(self))
            for number, part in enumerate(given)
        ]
        all_runs = beam.pvalue.AsList(runs | "Runs" >> beam.Flatten())
        files = (
            given[0].pipeline
            | beam.Create([self.rows_per_file])
            | "Plan" >> beam.FlatMap(_plan_files, all_runs)
            | beam.Reshuffle()  # one plan fans out to many files
            | "Write" >> beam.Map(_write_file, all_runs, self.folder, self.schema, self.relative_to)
        )
        _ = (
            given[0].pipeline
            | "Ended" >> beam.Create([None])
            | "RemoveRuns" >> beam.Map(_remove_runs, all_runs, beam.pvalue.AsList(files))
        )
        return files


def _read(path: str, from_row: Callable[[Row], Any]) -> Iterator[Any]:
    return map(from_row, read_rows(path))


def _read_candidates(path: str) -> Iterator[Candidate]:
    return chain.from_iterable(map(candidates_from_batch, read_batches(path)))


class _SortRuns(beam.DoFn):
    def __init__(self, table: WriteTable) -> None:
        self._folder = join(table.relative_to, WORK)
        self._schema = table.schema
        self._pack = _PACKS.get(table.to_row) or partial(_pack_rows, table.to_row)

    def start_bundle(self) -> None:
        self._buffer = RunBuffer(self._folder, self._schema, self._pack)

    def process(self, record: Any) -> Iterator[Run]:
        if run := self._buffer.add(record):
            yield run

    def finish_bundle(self) -> Iterator[WindowedValue]:
        if run := self._buffer.flush():
            yield GlobalWindows.windowed_value(run)


def _pack_rows(
    to_row: Callable[[Any], Row], records: list[Any], schema: pa.Schema
) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(map(to_row, records)), schema)


# What does the same as a function of rows with a whole batch, in a third of the time.
_PACKS: dict[Callable[[Any], Row], Pack] = {candidate_to_row: candidates_to_batch}


def _plan_files(rows_per_file: int, runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    num_files = max(1, -(-sum(run.rows for run in runs) // rows_per_file))
    for number in range(num_files):
        yield number, num_files


def _write_file(
    planned: tuple[int, int], runs: Sequence[Run], folder: str, schema: pa.Schema, relative_to: str
) -> FileEntry:
    number, num_files = planned
    path = join(folder, f"{shard_name(number)}.parquet")
    num_parts = max(1, sum(run.rows for run in runs) // num_files // ROWS_PER_PART)
    parts = merge_runs(runs, *bucket_range(number, num_files), num_parts)
    samples = write_parts(path, parts, schema)
    return describe_file(relative_to, path.removeprefix(relative_to).lstrip("/"), samples=samples)


def _remove_runs(_: None, runs: Sequence[Run], files: Sequence[FileEntry]) -> None:
    del files  # they are there
    for run in runs:
        remove(run.path)
