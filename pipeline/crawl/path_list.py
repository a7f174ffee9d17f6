"""Lists of archives as Common Crawl publishes them: a path a line, from the server's root."""

import gzip
import os
import zlib
from collections.abc import Iterator
from urllib.parse import urljoin

from pipeline.archives.open_file import open_file
from pipeline.shards.storage import is_remote, join
from schemas.errors import RecordFailed, UserError

PATH_LIST_SUFFIXES = (".paths", ".paths.gz")
COMMON_CRAWL = "https://data.commoncrawl.org/"


def read_path_list(path: str) -> Iterator[str]:
    """Yields what the list names, each once a line.

    A relative path is one of the list's own server (or bucket); of a local list it is a file
    beside the list if there is one, and else one of Common Crawl's server.

    Raises:
        UserError: The list cannot be read.
    """
    try:
        with open_file(path) as stream:
            data = stream.read()
        text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        lines = text.decode("utf-8-sig").splitlines()
    except RecordFailed as error:
        raise UserError(f"{path}: {error.detail}") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a list of paths, or cut short") from error
    for line in lines:
        if name := line.strip():
            yield name if is_remote(name) else _resolve(name, path)


def _resolve(name: str, path: str) -> str:
    if path.startswith(("http://", "https://")):
        return urljoin(path, "/" + name.lstrip("/"))
    if is_remote(path):
        scheme, _, rest = path.partition("://")
        return f"{scheme}://{join(rest.partition('/')[0], name.lstrip('/'))}"
    beside = os.path.join(os.path.dirname(path), name)
    return beside if os.path.exists(beside) else urljoin(COMMON_CRAWL, name.lstrip("/"))
