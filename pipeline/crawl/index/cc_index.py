"""A Common Crawl index to the pages and images that it points at, only those that are wanted.

The columnar index is Parquet (commoncrawl/cc-index-table); a CDXJ index is read as the same table.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline.crawl.index.cdxj import SCHEMA, cut_cdxj, read_cdxj
from pipeline.crawl.index.warc_ranges import RecordRange, read_records
from pipeline.crawl.index.where import condition_columns, parse_condition
from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.lists.parquet_rows import cut_parquet, open_parquet
from pipeline.crawl.lists.row import BrokenRow
from pipeline.crawl.lists.row_items import drop
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.warc import Item
from pipeline.shards.storage import join, open_input
from schemas.errors import RecordFailed, UserError
from schemas.outcomes import Failure
from schemas.records import LedgerRow

_PLACE = ("url", "warc_filename", "warc_record_offset", "warc_record_length")
_DIGEST = "content_digest"
_PARTITION = re.compile(r"(?<=/)([^/=]+)=([^/]*)(?=/)")  # Hive's `crawl=CC-MAIN-2024-22`
ROWS_PER_BATCH = 10_000
# Records are read in the order of their archives; a batch opens each archive once.
RECORDS_PER_BATCH = 20_000


def read_index(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    """Yields the pages and images of the records that a part of an index selects.

    A record that is missing, cut, or another one than the index says is one ledger row.

    Raises:
        UserError: The file is no such index, or `options.where` does not fit it.
    """
    read = _read_parquet if _is_parquet(item.path) else _read_cdxj
    ranges = []
    try:
        with open_input(item.path) as stream:
            for found in read(stream, item, options):
                if isinstance(found, LedgerRow):
                    yield found
                    continue
                ranges.append(found)
                if len(ranges) == RECORDS_PER_BATCH:
                    yield from read_records(ranges, options.product_token)
                    ranges = []
    except FileNotFoundError:
        yield drop(item.path, Failure.FILE_MISSING, "no such file")
    except RecordFailed as error:
        yield drop(item.path, error.outcome, error.detail)
    yield from read_records(ranges, options.product_token)


def split_index(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields parts of an index: row groups of Parquet, bytes of CDXJ."""
    try:
        with open_input(item.path) as stream:
            if _is_parquet(item.path):
                cuts = list(cut_parquet(open_parquet(stream)))
            else:
                cuts = list(cut_cdxj(stream.seek(0, 2), item.path))
    except (FileNotFoundError, RecordFailed):
        cuts = []  # whoever reads the index says what is wrong with it
    if not cuts:
        yield item
    for start, end in cuts:
        yield replace(item, start=start, end=end)


def check_index(path: str, options: ReadOptions) -> None:
    """Raises UserError if a file is no index, or the condition does not fit it."""
    if not _is_parquet(path):
        _condition(SCHEMA, options)
        return
    try:
        with open_input(path) as stream:
            _condition(_schema_of(path, open_parquet(stream).schema_arrow), options)
    except (FileNotFoundError, RecordFailed):
        return  # shows when it is read


def _is_parquet(path: str) -> bool:
    return path.lower().endswith(".parquet")


def _condition(schema: pa.Schema, options: ReadOptions) -> pc.Expression | None:
    return parse_condition(options.where, schema) if options.where else None


def _schema_of(path: str, schema: pa.Schema) -> pa.Schema:
    """Returns a file's schema with the columns that its path adds."""
    if missing := [name for name in _PLACE if name not in schema.names]:
        raise UserError(
            f"{path}: no column {missing[0]!r}: not an index with the columns of Common Crawl's"
        )
    for name in _partition(path):
        if name not in schema.names:
            schema = schema.append(pa.field(name, pa.string()))
    return schema


def _partition(path: str) -> dict[str, str]:
    return dict(_PARTITION.findall(path))


def _read_parquet(
    stream: BinaryIO, item: CrawlInput, options: ReadOptions
) -> Iterator[RecordRange | LedgerRow]:
    table = open_parquet(stream)
    schema = _schema_of(item.path, table.schema_arrow)
    condition = _condition(schema, options)
    columns = [*_PLACE, *([_DIGEST] if _DIGEST in schema.names else [])]
    scan = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    form = ds.ParquetFileFormat(default_fragment_scan_options=scan)
    whole: Any = form.make_fragment(stream, partition_expression=_partition_expression(item.path))
    for fragment in whole.split_by_row_group(condition, schema):
        group = fragment.row_groups[0].id
        if group < item.start or 0 <= item.end <= group:
            continue
        try:
            batches = fragment.to_batches(
                schema, columns=columns, filter=condition, batch_size=ROWS_PER_BATCH
            )
            for batch in batches:
                yield from _ranges(batch.to_pylist(), item.path, options.cc_root)
        except (pa.ArrowException, OSError):
            yield drop(item.path, Failure.FILE_FORMAT, f"damaged in row group {group}")


def _partition_expression(path: str) -> pc.Expression:
    expression = pc.scalar(True)
    for name, value in _partition(path).items():
        expression = expression & (pc.field(name) == value)
    return expression


def _read_cdxj(
    stream: BinaryIO, item: CrawlInput, options: ReadOptions
) -> Iterator[RecordRange | LedgerRow]:
    condition = _condition(SCHEMA, options)
    columns = condition_columns(options.where) if options.where else frozenset[str]()
    lines = read_cdxj(stream, item.path, item.start, item.end, columns)
    while batch := list(islice(lines, ROWS_PER_BATCH)):
        rows = []
        for offset, row in batch:
            if isinstance(row, BrokenRow):
                yield drop(item.path, row.outcome, f"at byte {offset}: {row.why}")
            else:
                rows.append(row)
        table = pa.Table.from_pylist(rows, schema=SCHEMA)
        selected = table.filter(condition) if condition is not None else table
        yield from _ranges(selected.to_pylist(), item.path, options.cc_root)


def _ranges(
    rows: Iterable[dict[str, Any]], path: str, cc_root: str
) -> Iterator[RecordRange | LedgerRow]:
    for row in rows:
        if any(row[name] is None for name in _PLACE):
            yield drop(row["url"] or path, Failure.ROW, f"{path}: says no place of a record")
        elif (archive := _archive(row["warc_filename"], cc_root)) is None:
            yield drop(
                row["url"], Failure.ROW, f"{path}: names an archive that is not below cc_root"
            )
        else:
            yield RecordRange(
                path=archive,
                offset=row["warc_record_offset"],
                length=row["warc_record_length"],
                url=row["url"],
                digest=row.get(_DIGEST),
            )


def _archive(name: str, cc_root: str) -> str | None:
    """Returns the archive's path; an index must not lead anywhere else than below `cc_root`."""
    root = cc_root.rstrip("/") + "/"
    relative = name.removeprefix(root)
    if "://" in relative or relative.startswith("/") or ".." in relative.split("/"):
        return None
    return join(cc_root, relative)
