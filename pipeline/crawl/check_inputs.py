"""What the user says of the inputs' columns, checked before any work."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import fsspec

from pipeline.crawl.index.cc_index import check_index
from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.url_list import check_url_list
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.pictures.hub import check_hub_dataset
from schemas.errors import UserError

_SIDE_BY_SIDE = 16  # footers on an object store take some 100 ms each


def check_inputs(inputs: Sequence[CrawlInput], options: ReadOptions) -> None:
    """Reads the columns of every list, and of an index' first file, whose others are like it.

    Raises:
        UserError: A column is missing or of the wrong type; the message names file and column.
    """
    indexes = [item for item in inputs if item.kind is InputKind.CC_INDEX]
    if options.where and not indexes:
        raise UserError("--where: no input is an index; write cc-index:SOURCE")
    for item in indexes[:1]:
        _check_root(options.cc_root)
        check_index(item.path, options)
    for item in inputs:
        if item.kind is InputKind.HUB:
            check_hub_dataset(item.path, options)
    lists = [item.path for item in inputs if item.kind is InputKind.LIST]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        list(threads.map(partial(check_url_list, options=options), lists))


def _check_root(cc_root: str) -> None:
    try:
        fsspec.core.url_to_fs(cc_root)
    except (ImportError, ValueError) as error:  # a package that is not there, an unknown scheme
        raise UserError(
            f"--cc-root {cc_root}: cannot be opened: s3:// needs pip install 'webimagetext[aws]',"
            " gs:// 'webimagetext[gcp]'"
        ) from error
