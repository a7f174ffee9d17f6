"""Pictures that stand for others, by how many URLs and hosts show them (Recap-DataComp-1B #11).

Counted by combiners, so a picture under a million URLs is no hot key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ada_url
import apache_beam as beam

from dedup.phash import is_featureless
from dedup.placeholders import TooManyUrls, Uses
from pipeline.shards.manifest import FileEntry, describe_file
from pipeline.shards.storage import exists, join
from pipeline.shards.table import read_rows, write_table
from pipeline.stages.filter_records import drop
from pipeline.stages.stage import Stage
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow, PoolRow
from schemas.tables import PLACEHOLDERS, Row

TOP = 100
# In a folder of its own: whoever reads `POOL/*.parquet` reads the tables of its shards.
TABLE = "placeholders/00000.parquet"

Image = tuple[str, str]  # what its pairs share, `sha256` or `phash`, and its value in hex
Found = tuple[Image, Uses]


@dataclass
class CountUses(Stage):
    """Returns a `Found` for every picture, by its bytes and by what it shows."""

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | "UsesOfImages" >> beam.FlatMap(uses_of)
            | "CountUses" >> beam.CombinePerKey(MergeUses())
        )


@dataclass
class ReportPlaceholders(Stage):
    """Writes the pictures with the most URLs to `pool/placeholders/`; returns the file's entry."""

    pool: str

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | CountUses()
            | "Repeated" >> beam.Filter(_is_repeated)
            | "Top" >> beam.combiners.Top.Of(TOP, key=_most_urls)
            | "WritePlaceholders" >> beam.Map(_write, self.pool)
        )


@dataclass
class DropPlaceholders(Stage):
    """Replaces each pair of a picture that `is_placeholder` by its ledger row."""

    is_placeholder: TooManyUrls

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        found = (
            pairs
            | CountUses()
            | "Placeholders" >> beam.FlatMapTuple(_placeholder, self.is_placeholder)
        )
        return pairs | "DropPlaceholders" >> beam.Map(drop_placeholder, beam.pvalue.AsDict(found))


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


def uses_of(pair: PoolRow) -> Iterator[Found]:
    """Yields one use of the pair's picture by each of its names."""
    uses = Uses.of(
        url=pair.candidate.url,
        host=_host(pair.candidate.url),
        caption=pair.candidate.text,
        uid=pair.uid,
        shard=pair.shard,
    )
    for image in _images(pair):
        yield image, uses


def drop_placeholder(pair: PoolRow, found: dict[Image, str]) -> PoolRow | LedgerRow:
    """Returns the pair, or its ledger row if its picture is among `found`."""
    detail = next((found[image] for image in _images(pair) if image in found), None)
    return drop(pair, Stages.DEDUPE, Reject.PLACEHOLDER, detail) if detail else pair


def read_placeholders(pool: str) -> list[Row]:
    """Returns the table's rows, the most URLs first; none if there is no table."""
    path = join(pool, TABLE)
    return list(read_rows(path)) if exists(path) else []


def _images(pair: PoolRow) -> Iterator[Image]:
    if pair.sha256:
        yield "sha256", pair.sha256
    if pair.phash is not None and not is_featureless(pair.phash):
        yield "phash", f"{pair.phash:016x}"


def _host(url: str) -> str:
    return str(ada_url.URL(url).host)


def _is_repeated(found: Found) -> bool:
    return found[1].urls.count > 1


def _most_urls(found: Found) -> tuple[int, Image]:
    return found[1].urls.count, found[0]


def _placeholder(image: Image, uses: Uses, decide: TooManyUrls) -> Iterator[tuple[Image, str]]:
    if decide(uses):
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
