"""A sample that is the same on every machine and run: the records with the smallest uids.

A uid is a sha256, so the smallest are a fair draw; tables that we wrote are sorted by uid, so that
of a billion rows only the first groups are read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.shards.storage import open_input
from schemas.errors import UserError
from schemas.records import Candidate, PoolRow
from schemas.tables import Row

ROWS_PER_BATCH = 10_000
_LARGEST = "g"  # sorts after every uid, which is hex

R = TypeVar("R", Candidate, PoolRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Generic[R]):
    """Some records of an input.

    Attributes:
        records: In uid order, if not all are taken; they may be read once.
        num_seen: Records of the whole input; None if all are taken, and so not counted yet.
    """

    records: Iterable[R]
    num_seen: int | None

    @property
    def ratio(self) -> float:
        """How many records of the whole input stand behind each."""
        if self.num_seen is None or not isinstance(self.records, Sized):
            return 1.0
        return self.num_seen / max(len(self.records), 1) or 1.0


class SmallestUids(Generic[R]):
    """Keeps the `count` records with the smallest uids of those that are added."""

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"count must be >= 1, got {count}")
        self._count = count
        self._held: list[R] = []
        self.cut = _LARGEST

    def add(self, record: R) -> None:
        """Takes `record` if it may still be among the smallest."""
        if record.uid > self.cut:
            return
        self._held.append(record)
        if len(self._held) >= 2 * self._count:
            self._shrink()

    def records(self) -> tuple[R, ...]:
        """Returns the smallest so far, in order."""
        self._shrink()
        return tuple(self._held)

    def _shrink(self) -> None:
        self._held = sorted(self._held, key=_order)[: self._count]
        if len(self._held) == self._count:
            self.cut = self._held[-1].uid


def sample_stream(records: Iterable[R], count: int | None) -> Sample[R]:
    """Returns the sample of records that come one by one; of no count all, as they come."""
    if count is None:
        return Sample(records=records, num_seen=None)
    smallest, seen = SmallestUids[R](count), 0
    for record in records:
        smallest.add(record)
        seen += 1
    return Sample(records=smallest.records(), num_seen=seen)


def sample_tables(files: Sequence[str], from_row: Callable[[Row], R], count: int) -> Sample[R]:
    """Returns the sample of Parquet tables with a column `uid`.

    Args:
        files: Paths or URLs.
        from_row: Makes the record of a row.
        count: Records to take.

    Raises:
        UserError: A file is no readable Parquet table.
    """
    smallest, seen = SmallestUids[R](count), 0
    for path in files:
        with open_input(path) as stream:
            try:
                seen += _add_table(pq.ParquetFile(stream), from_row, smallest)
            except (pa.ArrowInvalid, OSError) as error:
                raise UserError(f"{path}: not a readable Parquet table") from error
    return Sample(records=smallest.records(), num_seen=seen)


def all_of_tables(files: Sequence[str], from_row: Callable[[Row], R]) -> Sample[R]:
    """Returns all records of Parquet tables, read as they are asked for; see `sample_tables`."""
    return Sample(records=_read(files, from_row), num_seen=None)


def some_of_tables(
    files: Sequence[str], from_row: Callable[[Row], R], is_wanted: Callable[[str, str], bool]
) -> Iterator[R]:
    """Yields the records whose URL and text are wanted; of the others nothing else is read."""
    for batch in _batches(files):
        named = zip(batch.column("url").to_pylist(), batch.column("text").to_pylist(), strict=True)
        wanted = pa.array([is_wanted(url or "", text or "") for url, text in named], pa.bool_())
        yield from map(from_row, batch.filter(wanted).to_pylist())


def _read(files: Sequence[str], from_row: Callable[[Row], R]) -> Iterator[R]:
    for batch in _batches(files):
        yield from map(from_row, batch.to_pylist())


def _batches(files: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in files:
        with open_input(path) as stream:
            try:
                yield from pq.ParquetFile(stream).iter_batches(ROWS_PER_BATCH)
            except (pa.ArrowInvalid, OSError) as error:
                raise UserError(f"{path}: not a readable Parquet table") from error


def _add_table(
    table: pq.ParquetFile, from_row: Callable[[Row], R], smallest: SmallestUids[R]
) -> int:
    for group in range(table.metadata.num_row_groups):
        if _smallest_uid(table, group) > smallest.cut:
            continue
        for batch in table.iter_batches(ROWS_PER_BATCH, row_groups=[group]):
            fit = batch.filter(pc.less_equal(batch.column("uid"), pa.scalar(smallest.cut)))
            for row in fit.to_pylist():
                smallest.add(from_row(row))
    return int(table.metadata.num_rows)


def _smallest_uid(table: pq.ParquetFile, group: int) -> str:
    """Returns the smallest uid of a row group, as far as its statistics tell."""
    statistics = table.metadata.row_group(group).column(table.schema_arrow.names.index("uid"))
    found = statistics.statistics
    return str(found.min) if found and found.has_min_max else ""


def _order(record: Candidate | PoolRow) -> tuple[Any, ...]:
    """Sort key; the place breaks ties among copies of one pair."""
    candidate = record.candidate if isinstance(record, PoolRow) else record
    offset = -1 if candidate.source_offset is None else candidate.source_offset
    return candidate.uid, candidate.page_url or "", candidate.source, offset
