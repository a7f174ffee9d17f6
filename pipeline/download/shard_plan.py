"""Which rows of sorted candidate tables make which pool shard, told by their footers alone.

Shards are even parts of the uid space, so in tables that are sorted by uid each one lies in a row
group or two: a worker reads its own, and no candidate goes through a shuffle.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.shards.storage import open_input
from schemas.errors import UserError
from schemas.records import Candidate
from schemas.tables import candidate_from_row
from schemas.uid import bucket_range, uid_bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """A row group of a table, with its smallest and largest uid; both are "" if it is not told."""

    path: str
    number: int
    rows: int
    first_uid: str
    last_uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """One shard of `num_shards`, and where its candidates lie."""

    shard: int
    num_shards: int
    groups: tuple[RowGroup, ...]


def list_row_groups(path: str) -> list[RowGroup]:
    """Returns the row groups of a table that hold a row.

    Raises:
        UserError: It is no Parquet table with a column `uid`.
    """
    with open_input(path) as stream:
        try:
            table = pq.ParquetFile(stream)
            column = table.schema_arrow.names.index("uid")
        except (pa.ArrowInvalid, OSError, ValueError) as error:
            raise UserError(f"{path}: not a readable table of candidates") from error
        groups = [table.metadata.row_group(number) for number in range(table.num_row_groups)]
        found = [_describe(path, number, group, column) for number, group in enumerate(groups)]
    return [group for group in found if group.rows]


def are_sorted(groups: Sequence[RowGroup]) -> bool:
    """Whether no two row groups overlap, so that each shard needs few of them."""
    ordered = sorted(groups, key=lambda group: (group.first_uid, group.last_uid))
    if any(not group.first_uid for group in groups):
        return False
    return all(one.last_uid <= other.first_uid for one, other in pairwise(ordered))


def plan_shards(groups: Sequence[RowGroup], per_shard: int) -> Iterator[ShardPlan]:
    """Yields the shards that may hold a row, `per_shard` rows each on average."""
    num_shards = -(-sum(group.rows for group in groups) // per_shard)
    found: dict[int, list[RowGroup]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: (group.first_uid, group.path, group.number)):
        first, last = (uid_bucket(uid, num_shards) for uid in (group.first_uid, group.last_uid))
        for shard in range(first, last + 1):
            found[shard].append(group)
    for shard in sorted(found):
        yield ShardPlan(shard=shard, num_shards=num_shards, groups=tuple(found[shard]))


def read_candidates(plan: ShardPlan) -> list[Candidate]:
    """Returns the candidates of a shard, in uid order."""
    low, high = bucket_range(plan.shard, plan.num_shards)
    rows = [row for group in plan.groups for row in _read(group, low, high).to_pylist()]
    return sorted(map(candidate_from_row, rows), key=lambda candidate: candidate.uid)


def _describe(path: str, number: int, group: pq.RowGroupMetaData, column: int) -> RowGroup:
    told = group.column(column).statistics
    first, last = (str(told.min), str(told.max)) if told and told.has_min_max else ("", "")
    return RowGroup(path=path, number=number, rows=group.num_rows, first_uid=first, last_uid=last)


def _read(group: RowGroup, low: str, high: str) -> pa.Table:
    with open_input(group.path) as stream:
        try:
            file = pq.ParquetFile(stream, page_checksum_verification=True)
            table = file.read_row_group(group.number)
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{group.path}: not a readable Parquet table") from error
    uids = table.column("uid")
    return table.filter(
        pc.and_(pc.greater_equal(uids, pa.scalar(low)), pc.less(uids, pa.scalar(high)))
    )
