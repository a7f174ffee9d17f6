"""Stage 3, before the download: which URLs the budgets reach to, counted over all candidates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import apache_beam as beam

from pipeline.download.shard_plan import RowGroup
from pipeline.download.url_budget import Place, is_within_host, last_uid, place_of
from pipeline.shards.table import read_rows, table_columns
from pipeline.stages.stage import Stage
from schemas.uid import uid_bucket


@dataclass
class ReadPlaces(Stage):
    """Yields the `Place` of every candidate that a host would be asked for."""

    def expand(self, paths: beam.PCollection) -> beam.PCollection:
        return (
            paths
            | "SpreadTables" >> beam.Reshuffle()  # few tables fan out to many rows
            | "ReadPlaces" >> beam.FlatMap(read_places)
        )


@dataclass
class LastOfHosts(Stage):
    """Returns `(host, last uid)` of every host that has more than `max_urls` places.

    A worker holds no more than `max_urls` uids of a host while it counts.
    """

    max_urls: int

    def expand(self, places: beam.PCollection) -> beam.PCollection:
        return (
            places
            | "SmallestUids" >> beam.combiners.Top.SmallestPerKey(self.max_urls + 1)
            | "LastUid" >> beam.FlatMap(_last_uid, self.max_urls)
        )


@dataclass
class CountShards(Stage):
    """Returns `(shard, n)`: how many places each shard has within the budgets of their hosts.

    Takes the places and the row groups of all candidates, whose number makes that of the shards.
    """

    last_of_host: "Mapping[str, str] | beam.pvalue.AsDict"
    per_shard: int

    def expand(self, given: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        places, groups = given
        num_shards = (
            groups
            | "RowsOfGroups" >> beam.Map(_rows_of)
            | "AllRows" >> beam.CombineGlobally(sum)
            | "NumShards" >> beam.Map(_num_shards, self.per_shard)
        )
        return (
            places
            | "WithinHost" >> beam.Filter(is_within_host, self.last_of_host)
            | "KeyByShard" >> beam.Map(_key_by_shard, beam.pvalue.AsSingleton(num_shards))
            | "SizesOfShards" >> beam.combiners.Count.PerKey()
        )


def read_places(path: str) -> Iterator[Place]:
    """Yields the places of a table of candidates; what lies in a file needs no host."""
    wanted = ("uid", "url", "image_source")
    there = set(table_columns(path))
    for row in read_rows(path, [name for name in wanted if name in there]):
        if row.get("image_source") is None:
            yield place_of(row["url"], row["uid"])


def _last_uid(found: tuple[str, list[str]], max_urls: int) -> Iterator[tuple[str, str]]:
    return last_uid(*found, max_urls)


def _rows_of(group: RowGroup) -> int:
    return group.rows


def _num_shards(rows: int, per_shard: int) -> int:
    return max(1, -(-rows // per_shard))


def _key_by_shard(place: Place, num_shards: int) -> tuple[int, None]:
    return uid_bucket(place[1], num_shards), None
