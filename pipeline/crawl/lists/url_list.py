"""Lists to candidates: of URLs, of files beside them, or tables that hold the pictures."""

from collections.abc import Iterator
from contextlib import nullcontext

from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.lists.columns import find_columns, header_names
from pipeline.crawl.lists.list_rows import open_list
from pipeline.crawl.lists.parquet_rows import (
    PICTURES_PER_BATCH,
    ROWS_PER_BATCH,
    cut_parquet,
    open_parquet,
    read_parquet,
)
from pipeline.crawl.lists.row_items import Item, RowReader, drop
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.pictures.pictures import open_spool
from pipeline.shards.storage import open_input
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

PARQUET = ".parquet"


def read_url_list(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    """Yields what the rows of a list, or of some row groups of a Parquet list, give.

    Every row gives a candidate for each of its texts, or one row that says why it gives none.

    Raises:
        UserError: The list lacks a column.
    """
    read = _read_parquet if item.path.lower().endswith(PARQUET) else _read_lines
    try:
        yield from read(item, options)
    except FileNotFoundError:
        yield drop(item.path, Failure.FILE_MISSING, "no such file")
    except RecordFailed as error:
        yield drop(item.path, error.outcome, error.detail)


def split_url_list(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields parts of a Parquet list, by row groups; another list, or a broken one, stays whole."""
    if not item.path.lower().endswith(PARQUET):
        yield item
        return
    try:
        with open_input(item.path) as stream:
            cuts = list(cut_parquet(open_parquet(stream)))
    except (FileNotFoundError, RecordFailed):
        cuts = []  # whoever reads the list says what is wrong with it
    if not cuts:
        yield item
    for start, end in cuts:
        yield CrawlInput(path=item.path, kind=item.kind, start=start, end=end)


def check_url_list(path: str, options: ReadOptions) -> None:
    """Reads as much of a list as tells its columns; what is broken shows when it is read.

    Raises:
        UserError: The list lacks a column, or one holds what it must not.
    """
    try:
        with open_input(path) as stream:
            if path.lower().endswith(PARQUET):
                schema = open_parquet(stream).schema_arrow
                find_columns(path, schema.names, schema, options)
            else:
                columns = open_list(stream, path, header_names(options)).columns
                find_columns(path, columns, None, options)
    except (FileNotFoundError, RecordFailed):
        return


def _read_lines(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    with open_input(item.path) as stream:
        table = open_list(stream, item.path, header_names(options))
        columns = find_columns(item.path, table.columns, None, options)
        reader = RowReader(path=item.path, columns=columns)
        for number, row in enumerate(table.rows):
            yield from reader(number, row)


def _read_parquet(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    with open_input(item.path) as stream:
        table = open_parquet(stream)
        schema = table.schema_arrow
        columns = find_columns(item.path, schema.names, schema, options)
        holds_pictures = columns.picture is not None
        batch = PICTURES_PER_BATCH if holds_pictures else ROWS_PER_BATCH
        with open_spool(options.work, item) if holds_pictures else nullcontext() as spool:
            reader = RowReader(path=item.path, columns=columns, spool=spool)
            for number, row in read_parquet(
                table, columns.wanted, item.start, item.end, batch=batch
            ):
                yield from reader(number, row)
