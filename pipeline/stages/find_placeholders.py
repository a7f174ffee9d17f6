"""Pictures that stand for others, by how many URLs and hosts show them (Recap-DataComp-1B #11).

Two passes in bounded memory: all pictures are counted in `BUCKETS` of their hashes; only those in
a heavy bucket, which is all that come often and few others, are counted one by one. Both are
combiners, so a picture under a million URLs is no hot key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ada_url
import apache_beam as beam

from dedup.phash_value import is_featureless
from dedup.placeholders import BucketCounts, TooManyUrls, Uses, bucket_of
from pipeline.rules import drop
from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.storage import exists, join, list_files
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.stage import Stage
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow
from schemas.tables import PLACEHOLDERS, Row

TOP = 100
# The heaviest are looked into: ten times as many as are told, so that a bucket that is heavy by
# two pictures hides none.
NUM_HEAVY = 10 * TOP
# In a folder of its own: whoever reads `POOL/*.parquet` reads the tables of its shards.
TABLE = "placeholders/00000.parquet"

Image = tuple[str, str]  # what its pairs share, `sha256` or `phash`, and its value in hex
Found = tuple[Image, Uses]
Heavy = frozenset[int]

_COLUMNS = ("uid", "url", "caption", "shard", "status", "sha256", "phash")


@dataclass
class ReportPlaceholders(Stage):
    """Writes the pictures with the most URLs to `pool/placeholders/`; returns the file's entry.

    Takes the stored pairs, and reads them again from the pool's tables: an engine would keep them
    all in memory.
    """

    pool: str

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        heavy = beam.pvalue.AsSingleton(pairs | CountBuckets() | "Heaviest" >> beam.Map(_heaviest))
        return (
            pairs.pipeline
            | beam.Create([self.pool])
            | "Tables" >> beam.FlatMap(_list_tables, heavy)
            | beam.Reshuffle()  # few tables fan out to many rows
            | "ReadUses" >> beam.FlatMap(_read_uses, heavy)
            | "CountUses" >> beam.CombinePerKey(MergeUses())
            | "Repeated" >> beam.Filter(_is_repeated)
            | "Top" >> beam.combiners.Top.Of(TOP, key=_most_urls)
            | "WritePlaceholders" >> beam.Map(_write, self.pool)
        )


@dataclass
class DropPlaceholders(Stage):
    """Replaces each pair of a picture that `is_placeholder` by its ledger row."""

    is_placeholder: TooManyUrls

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        heavy = pairs | CountBuckets() | beam.Map(_heavier, self.is_placeholder.max_urls)
        found = (
            pairs
            | "UsesOfImages" >> beam.FlatMap(_uses_of_pair, beam.pvalue.AsSingleton(heavy))
            | "CountUses" >> beam.CombinePerKey(MergeUses())
            | "Placeholders" >> beam.FlatMap(_placeholder, self.is_placeholder)
        )
        return pairs | "DropPlaceholders" >> beam.Map(drop_placeholder, beam.pvalue.AsDict(found))


@dataclass
class CountBuckets(Stage):
    """Returns the one `BucketCounts` of all pictures."""

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | "BucketsOfImages" >> beam.FlatMap(_buckets_of)
            | "CountBuckets" >> beam.CombineGlobally(MergeBuckets())
        )


class MergeBuckets(beam.CombineFn):
    """Counts buckets."""

    def create_accumulator(self) -> BucketCounts:
        return BucketCounts()

    def add_input(self, accumulator: BucketCounts, bucket: int) -> BucketCounts:
        accumulator.add(bucket)
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[BucketCounts]) -> BucketCounts:
        return BucketCounts.merge(accumulators)

    def extract_output(self, accumulator: BucketCounts) -> BucketCounts:
        return accumulator


class MergeUses(beam.CombineFn):
    """Merges in batches: one by one, a picture under many URLs would copy its counts each time."""

    BATCH = 64

    def create_accumulator(self) -> list[Uses]:
        return []

    def add_input(self, accumulator: list[Uses], use: Uses) -> list[Uses]:
        accumulator.append(use)
        return accumulator if len(accumulator) < self.BATCH else [Uses.merge(accumulator)]

    def merge_accumulators(self, accumulators: Iterable[list[Uses]]) -> list[Uses]:
        merged: list[Uses] = []
        for accumulator in accumulators:
            merged += accumulator
            if len(merged) >= self.BATCH:
                merged = [Uses.merge(merged)]
        return merged

    def compact(self, accumulator: list[Uses]) -> list[Uses]:
        return [Uses.merge(accumulator)] if len(accumulator) > 1 else accumulator

    def extract_output(self, accumulator: list[Uses]) -> Uses:
        return Uses.merge(accumulator)


def drop_placeholder(pair: PoolRow, found: dict[Image, str]) -> PoolRow | LedgerRow:
    """Returns the pair, or its ledger row if its picture is among `found`."""
    names = _images(pair.sha256, pair.phash)
    detail = next((found[image] for image in names if image in found), None)
    return drop(pair, Stages.DEDUPE, Reject.PLACEHOLDER, detail) if detail else pair


def read_placeholders(pool: str) -> list[Row]:
    """Returns the table's rows, the most URLs first; none if there is no table."""
    path = join(pool, TABLE)
    return list(read_rows(path)) if exists(path) else []


def _images(sha256: str | None, phash: int | None) -> Iterator[Image]:
    if sha256:
        yield "sha256", sha256
    if phash is not None and not is_featureless(phash):
        yield "phash", f"{phash:016x}"


def _buckets_of(pair: PoolRow) -> Iterator[int]:
    for _, value in _images(pair.sha256, pair.phash):
        yield bucket_of(value)


def _heaviest(counts: BucketCounts) -> Heavy:
    return counts.heaviest(NUM_HEAVY)


def _heavier(counts: BucketCounts, than: int) -> Heavy:
    return counts.heavier(than)


def _list_tables(pool: str, heavy: Heavy) -> list[str]:
    del heavy  # it is there, so the pool is whole
    return list_files(pool, ".parquet")


def _read_uses(table: str, heavy: Heavy) -> Iterator[Found]:
    for row in read_rows(table, _COLUMNS):
        if row["status"] == "success":
            names = _images(row["sha256"], row["phash"])
            yield from _uses(names, heavy, row["url"], row["caption"], (row["uid"], row["shard"]))


def _uses_of_pair(pair: PoolRow, heavy: Heavy) -> Iterator[Found]:
    names, candidate = _images(pair.sha256, pair.phash), pair.candidate
    return _uses(names, heavy, candidate.url, candidate.text, (pair.uid, pair.shard))


def _uses(
    names: Iterable[Image], heavy: Heavy, url: str, caption: str, place: tuple[str, int]
) -> Iterator[Found]:
    """Yields one use of a picture by each of its names that is worth a look."""
    for image in names:
        if bucket_of(image[1]) in heavy:
            host = str(ada_url.URL(url).host)
            yield image, Uses.of(url=url, host=host, caption=caption, place=place)


def _is_repeated(found: Found) -> bool:
    return found[1].urls.count > 1


def _most_urls(found: Found) -> tuple[int, Image]:
    return found[1].urls.count, found[0]


def _placeholder(found: Found, is_placeholder: TooManyUrls) -> Iterator[tuple[Image, str]]:
    image, uses = found
    if is_placeholder(uses):
        yield (
            image,
            f"same {image[0]} under {uses.urls.count} URLs of {uses.hosts.count} hosts,"
            f" with {uses.captions.count} texts",
        )


def _write(found: list[Found], pool: str) -> FileEntry:
    rows = [_row(*item) for item in found]
    write_table(join(pool, TABLE), rows, PLACEHOLDERS)
    return describe_file(pool, TABLE, samples=len(rows))


def _row(image: Image, uses: Uses) -> Row:
    uid, shard = uses.first
    return {
        "method": image[0],
        "hash": image[1],
        "pairs": uses.pairs,
        "urls": uses.urls.count,
        "hosts": uses.hosts.count,
        "captions": uses.captions.count,
        "example_urls": list(uses.examples),
        "uid": uid,
        "shard": shard,
    }
