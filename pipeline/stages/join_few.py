"""A join for keys of which some are very frequent: few rows to many records.

A caption such as `photo` may have fifty million records. They are spread over `SALTS` groups by
their uid, each of which gets the one row of the key, and no group is ever held in memory.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from pipeline.stages.stage import Stage
from schemas.uid import uid_bucket

SALTS = 32

FEW, MANY = 0, 1
_Key = tuple[bytes, int]


class JoinFew(Stage):
    """Joins `(key, value)` rows, one a key at most, to `(key, (uid, record))`.

    Returns `(record, value)` for every record, the value None where its key has no row.
    """

    def expand(self, sides: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        few, many = sides
        rows = few | "Spread" >> beam.FlatMapTuple(_spread)
        records = many | "Salt" >> beam.MapTuple(_salt)
        return (
            (rows, records)
            | beam.Flatten()
            | beam.GroupByKey()
            | "Join" >> beam.FlatMapTuple(join_few)
        )


def join_few(key: _Key, group: Iterable[tuple[int, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yields each record of a group with the value of its row; reads the group twice."""
    del key
    value = next((item for side, item in group if side == FEW), None)
    for side, item in group:
        if side == MANY:
            yield item, value


def _spread(key: bytes, value: Any) -> Iterator[tuple[_Key, tuple[int, Any]]]:
    for salt in range(SALTS):
        yield (key, salt), (FEW, value)


def _salt(key: bytes, named: tuple[str, Any]) -> tuple[_Key, tuple[int, Any]]:
    uid, record = named
    return (key, uid_bucket(uid, SALTS)), (MANY, record)
