"""Page views by title: Wikimedia's hourly dumps, `domain title views bytes` a line, gzipped.

https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Traffic/Pageviews. Titles with a colon
are left out as MetaCLIP does (arXiv 2309.16671): nearly all are pages of other namespaces.
"""

import gzip
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from pipeline.shards.storage import open_input
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

_MOBILE = (b"", b".m", b".zero")  # desktop, mobile, and Wikipedia Zero until 2018


def read_views(path: str, project: str) -> Iterator[tuple[str, int]]:
    """Yields `(title, views)` of a project, such as `en` for English Wikipedia.

    Raises:
        RecordFailed: After the last line that can be read: the file ends early or is no gzip file,
            or some lines are not such lines.
    """
    prefixes = tuple(project.encode() + suffix + b" " for suffix in _MOBILE)
    broken = 0
    with open_input(path) as stream, gzip.open(stream) as lines:
        try:
            for line in lines:
                if not line.startswith(prefixes):
                    continue
                found = _parse(line)
                if found is None:
                    broken += 1
                elif ":" not in found[0] and found[0] != "-":  # a hyphen stands for no title
                    yield found
        except EOFError as error:
            raise RecordFailed(Failure.TRUNCATED, "ends within its gzip data") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise RecordFailed(Failure.FILE_FORMAT, "not readable as gzip") from error
    if broken:
        raise RecordFailed(Failure.ROW, f"{broken} lines of {project} are not as they should be")


def _parse(line: bytes) -> tuple[str, int] | None:
    """Returns title and views of a line, None if it is broken."""
    fields = line.split()
    if len(fields) != 4 or not fields[2].isdigit():
        return None
    title = unquote_to_bytes(fields[1]).decode("utf-8", errors="replace").replace("_", " ")
    return None if "\ufffd" in title else (title, int(fields[2]))
