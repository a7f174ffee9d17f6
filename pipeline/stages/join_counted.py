"""A join for keys whose frequency is known: one row to few records or to a hundred thousand.

The records of a frequent key are spread by their uid over as many groups as `ROWS_PER_GROUP` asks
for, each of which gets the row, so that no group is large and no other key pays for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from pipeline.stages.join_few import FEW, MANY, join_few
from pipeline.stages.stage import Stage
from schemas.uid import uid_bucket

# Some 30 MB of pool rows, where an engine reads a group as a whole.
ROWS_PER_GROUP = 10_000

Hot = dict[bytes, int]
_Key = tuple[bytes, int]


@dataclass
class JoinCounted(Stage):
    """Joins `(key, value)` rows, one a key at most, to `(key, (uid, record))`.

    Returns `(record, value)` for every record, the value None where its key has no row.

    Attributes:
        hot: `(key, number of groups)` of every key that has more than one.
    """

    hot: beam.PCollection

    def expand(self, sides: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        few, many = sides
        hot = beam.pvalue.AsDict(self.hot)
        rows = few | "Spread" >> beam.FlatMap(_spread, hot)
        records = many | "Salt" >> beam.Map(_salt, hot)
        return (
            (rows, records)
            | beam.Flatten()
            | beam.GroupByKey()
            | "Join" >> beam.FlatMapTuple(join_few)
        )


def num_groups(count: int) -> int:
    """Returns over how many groups so many records are spread."""
    return -(-count // ROWS_PER_GROUP)


def _spread(row: tuple[bytes, Any], hot: Hot) -> Iterator[tuple[_Key, tuple[int, Any]]]:
    key, value = row
    for salt in range(hot.get(key, 1)):
        yield (key, salt), (FEW, value)


def _salt(named: tuple[bytes, tuple[str, Any]], hot: Hot) -> tuple[_Key, tuple[int, Any]]:
    key, (uid, record) = named
    return (key, uid_bucket(uid, hot.get(key, 1))), (MANY, record)
