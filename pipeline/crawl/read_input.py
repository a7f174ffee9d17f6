"""One input, or a part of one, to candidates, ledger rows and the images that it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.url_list import read_url_list, split_url_list
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.pages.html import read_page
from pipeline.crawl.pictures.hub import read_hub_dataset, split_hub_dataset
from pipeline.crawl.pictures.picture_folder import read_picture_folder, split_picture_folder
from pipeline.crawl.pictures.picture_tar import read_picture_tar
from pipeline.crawl.split_archive import split_archive
from pipeline.crawl.warc import ArchivedImage, read_archive
from pipeline.crawl.wat import read_wat
from schemas.records import Candidate, LedgerRow

Item = Candidate | LedgerRow | ArchivedImage


def split_input(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields parts of `item` that workers can read side by side; together they are `item`."""
    match item.kind:
        case InputKind.WARC | InputKind.WAT | InputKind.WACZ:
            for start, end in split_archive(item.path):
                yield replace(item, start=start, end=end)
        case InputKind.LIST:
            yield from split_url_list(item)
        case InputKind.PICTURES:
            yield from split_picture_folder(item)
        case InputKind.HUB:
            yield from split_hub_dataset(item)
        case InputKind.CC_INDEX:
            # Imported by those who have an index: its parser of conditions costs half a second.
            from pipeline.crawl.index.cc_index import split_index

            yield from split_index(item)
        case _:
            yield item


def read_input(item: CrawlInput, options: ReadOptions) -> Iterator[Item]:
    """Yields what `item` holds, in its order, whatever its kind."""
    match item.kind:
        case InputKind.WARC | InputKind.WACZ:
            yield from _read_pages(_read_archive(item, options), options)
        case InputKind.WAT:
            yield from read_wat(item.path, options, start=item.start, end=item.end)
        case InputKind.LIST:
            yield from read_url_list(item, options)
        case InputKind.PICTURES:
            yield from read_picture_folder(item)
        case InputKind.TAR:
            yield from read_picture_tar(item.path)
        case InputKind.HUB:
            yield from read_hub_dataset(item, options)
        case InputKind.CC_INDEX:
            from pipeline.crawl.index.cc_index import read_index

            yield from _read_pages(read_index(item, options), options)
        case _:
            raise AssertionError(f"{item.kind} is no kind that is read here")


def _read_archive(
    item: CrawlInput, options: ReadOptions
) -> Iterator[Page | LedgerRow | ArchivedImage]:
    return read_archive(
        item.path,
        options.product_token,
        start=item.start,
        end=item.end,
        max_page_bytes=options.max_page_bytes,
    )


def _read_pages(
    found: Iterable[Page | LedgerRow | ArchivedImage], options: ReadOptions
) -> Iterator[Item]:
    for item in found:
        if isinstance(item, Page):
            yield from read_page(item, options).items
        else:
            yield item
