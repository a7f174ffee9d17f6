"""Opens an archive wherever it lies: a file of its own, or inside a WACZ file."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.archives.layout import Layout, find_layout
from pipeline.archives.wacz import EMPTY_ZIP_MAGIC, ZIP_MAGIC, Member, list_members
from pipeline.archives.window import Window, network_errors
from pipeline.shards.storage import open_input
from schemas.errors import RecordFailed
from schemas.outcomes import Failure, http_failure


@contextmanager
def open_file(path: str) -> Iterator[Window]:
    """Yields the file at `path`, local or remote.

    Raises:
        RecordFailed: `file_missing`, `file_empty`, or what its server answered.
    """
    try:
        stream = open_input(path)
    except FileNotFoundError as error:
        raise _why_missing(error.__cause__) from error
    except network_errors() as error:
        raise _why_missing(error) from error
    with stream:
        if not stream.seekable():
            raise RecordFailed(Failure.PROTOCOL, "the server gives no parts of files")
        window = Window(stream)
        if window.end == 0:
            raise RecordFailed(Failure.FILE_EMPTY, "empty")
        yield window


def _why_missing(cause: BaseException | None) -> RecordFailed:
    """Says what lies behind a missing file, which is what fsspec makes of every answer."""
    import aiohttp  # here for the reason that `network_errors` gives

    if isinstance(cause, aiohttp.ClientResponseError) and cause.status != 404:
        return RecordFailed(http_failure(cause.status), "the server refuses the file")
    if isinstance(cause, (aiohttp.ClientConnectionError, TimeoutError)):
        return RecordFailed(Failure.CONNECT, "the server does not answer")
    is_there = isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError)
    why = "may not be read, or is no file" if is_there else "no such file"
    return RecordFailed(Failure.FILE_MISSING, why)


def is_wacz(stream: Window) -> bool:
    """Whether the file is a zip, by its first bytes."""
    stream.seek(stream.start)
    return stream.read(len(ZIP_MAGIC)) in (ZIP_MAGIC, EMPTY_ZIP_MAGIC)


def find_members(stream: Window) -> tuple[Member, ...]:
    """Returns the archives of a WACZ file; of any other file the file itself.

    Raises:
        RecordFailed: `file_format`.
    """
    if is_wacz(stream):
        return list_members(stream)
    return (Member(start=stream.start, end=stream.end, name="", is_stored=True),)


def require_layout(stream: Window) -> Layout:
    """Returns how the archive lies in `stream`.

    Raises:
        RecordFailed: `file_format`: it is no archive.
    """
    layout = find_layout(stream)
    if layout is None:
        raise RecordFailed(Failure.FILE_FORMAT, "not a WARC or ARC file")
    return layout
