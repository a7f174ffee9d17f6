"""An earlier pool, read where it is asked for: its tables are parts of the uid space, in order.

So a shard finds what was known of its URLs in a table or two, by a search among their footers; the
pool's size weighs on no worker.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.download.earlier import Earlier, earlier_of
from pipeline.download.pool import IMAGE_MARK
from pipeline.download.shard_plan import list_row_groups
from pipeline.shards.storage import join, list_files, read_bytes
from pipeline.shards.table import read_rows
from schemas.errors import UserError
from schemas.records import Candidate
from schemas.tables import pool_from_row

# Of a build's output, relative to the dataset.
POOL_OF_DATASET = "_work/pool"

_STATS = "_stats.json"


def find_previous(folder: str) -> str:
    """Returns the pool that `folder` is or, if it is a build's output, holds.

    Raises:
        UserError: There is none.
    """
    for pool in (folder.rstrip("/"), join(folder, POOL_OF_DATASET)):
        if list_files(pool, _STATS):
            return pool
    raise UserError(f"previous {folder}: no pool that download or build made")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPool:
    """A finished pool.

    Attributes:
        folder: Where it is.
        image_mark: Of today's options (`mark_images`): other images than these are not copied.
    """

    folder: str
    image_mark: str

    def find(self, candidates: Sequence[Candidate]) -> dict[str, Earlier]:
        """Returns what is known of some candidates, by uid.

        Args:
            candidates: In uid order; the tables between the first and the last are read.
        """
        if not candidates:
            return {}
        wanted = {candidate.uid for candidate in candidates}
        known = {}
        for table in _tables_between(self.folder, candidates[0].uid, candidates[-1].uid):
            may_copy = _image_mark(table) == self.image_mark
            for row in read_rows(table):
                if row["uid"] not in wanted:
                    continue
                if found := earlier_of(pool_from_row(row), may_copy=may_copy):
                    known[row["uid"]] = found
        return known


def _tables_between(pool: str, first: str, last: str) -> list[str]:
    """Returns the tables that may hold a uid of `first` to `last`, both inclusive."""
    tables = _tables(pool)
    low, high = 0, len(tables)
    while low < high:  # the first table that does not end before `first`
        middle = (low + high) // 2
        low, high = (middle + 1, high) if _uids(tables[middle])[1] < first else (low, middle)
    found = []
    for table in tables[low:]:
        if _uids(table)[0] > last:
            break
        found.append(table)
    return found


@lru_cache(maxsize=4)
def _tables(pool: str) -> tuple[str, ...]:
    return tuple(path.removesuffix(_STATS) + ".parquet" for path in list_files(pool, _STATS))


@lru_cache(maxsize=1024)
def _uids(table: str) -> tuple[str, str]:
    """Returns the first and the last uid of a table; a shard of the pool is never empty."""
    groups = list_row_groups(table)
    return min(group.first_uid for group in groups), max(group.last_uid for group in groups)


@lru_cache(maxsize=16)
def _image_mark(table: str) -> str:
    return str(json.loads(read_bytes(table.removesuffix(".parquet") + _STATS)).get(IMAGE_MARK))
