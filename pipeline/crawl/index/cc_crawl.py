"""Where Common Crawl keeps the index of a crawl (commoncrawl.org/columnar-index)."""

import gzip
import re
import zlib
from collections.abc import Callable

import aiohttp

from pipeline.shards.storage import join, read_bytes
from schemas.errors import UserError

_CRAWL_NAME = re.compile(r"CC-MAIN-\d{4}-\d{2}")
_SUBSET = "subset=warc"  # the others hold robots.txt files and failed fetches
_INDEX_NAME = re.compile(r".*(\.parquet|\.cdxj?(\.gz)?|/cdx-\d+\.gz)")


def is_crawl_name(source: str) -> bool:
    """Whether `source` names a crawl, such as `CC-MAIN-2024-22`."""
    return _CRAWL_NAME.fullmatch(source) is not None


def is_index_name(path: str) -> bool:
    """Whether a file's name ends as those of indexes do."""
    return _INDEX_NAME.fullmatch(path.lower()) is not None


def crawl_tables(name: str, cc_root: str, find_files: Callable[[str], list[str]]) -> list[str]:
    """Returns the Parquet files of the columnar index of a crawl.

    Args:
        name: Of the crawl.
        cc_root: `https://data.commoncrawl.org/`, where a list of files stands in for a listing;
            or an object store or folder with the same files, such as `s3://commoncrawl/`.
        find_files: Lists the files below a folder.

    Raises:
        UserError: There is no such crawl, or it cannot be reached.
    """
    if not cc_root.startswith(("http://", "https://")):
        table = f"cc-index/table/cc-main/warc/crawl={name}/{_SUBSET}"
        return [file for file in find_files(join(cc_root, table)) if file.endswith(".parquet")]
    listing = join(cc_root, "crawl-data", name, "cc-index-table.paths.gz")
    try:
        lines = gzip.decompress(read_bytes(listing)).decode().split()
    except (OSError, aiohttp.ClientError, EOFError, zlib.error) as error:
        raise UserError(
            f"cc-index:{name}: {listing} cannot be read: check the name and the network"
        ) from error
    return [join(cc_root, line) for line in lines if f"/{_SUBSET}/" in line]
