"""One input, or a part of one, to candidates, ledger rows and the images that it holds."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.crawl.html import read_page
from pipeline.crawl.inputs import ARCHIVES, CrawlInput, InputKind
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.split_archive import split_archive
from pipeline.crawl.url_list import read_url_list
from pipeline.crawl.warc import ArchivedImage, read_archive
from pipeline.crawl.wat import read_wat
from schemas.records import Candidate, LedgerRow

Item = Candidate | LedgerRow | ArchivedImage


def split_input(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields parts of `item` that workers can read side by side; together they are `item`."""
    if item.kind in ARCHIVES:
        for start, end in split_archive(item.path):
            yield replace(item, start=start, end=end)
    else:
        yield item


def read_input(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    """Yields what `item` holds, in its order, whatever its kind."""
    match item.kind:
        case InputKind.WARC | InputKind.WACZ:
            yield from _read_archive(item, options)
        case InputKind.WAT:
            yield from read_wat(item.path, options, start=item.start, end=item.end)
        case InputKind.LIST:
            yield from read_url_list(item.path, options.url_column, options.text_column)
        case _:
            raise AssertionError(f"{item.kind} is no kind that is read here")


def _read_archive(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    for found in read_archive(
        item.path,
        options.product_token,
        start=item.start,
        end=item.end,
        max_page_bytes=options.max_page_bytes,
    ):
        if isinstance(found, Page):
            yield from read_page(found, options).items
        else:
            yield found
