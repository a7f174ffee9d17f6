"""Pictures that lie at hand: pointed at where they lie, or copied once where they cannot be."""

import hashlib
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.crawl.inputs import CrawlInput
from pipeline.shards.manifest import hash_file
from pipeline.shards.storage import atomic_output, is_remote, join
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import ImageKind, ImageRef
from schemas.uid import name_picture

_FOLDER = "pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that needs no network.

    Attributes:
        name: Its URL where it has none on the web.
    """

    ref: ImageRef
    name: str


class Spool:
    """One file that holds copies of pictures, one behind the other, in their order."""

    def __init__(self, path: str, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._offset = 0

    def add(self, data: bytes) -> Picture:
        """Copies a picture."""
        if not data:
            raise RecordFailed(Failure.EMPTY, "no picture in the row")
        self._stream.write(data)
        offset, self._offset = self._offset, self._offset + len(data)
        ref = ImageRef(source=self._path, offset=offset, length=len(data), kind=ImageKind.BYTES)
        return Picture(ref=ref, name=name_picture(hashlib.sha256(data).hexdigest()))


@contextmanager
def open_spool(work: str, item: CrawlInput) -> Iterator[Spool]:
    """Yields the spool of one part of an input; it appears whole when the block ends.

    Its name and its bytes depend on the part alone, so a part that is read again makes it again.

    Args:
        work: Folder of what a crawl keeps.
        item: The part whose pictures are copied.
    """
    assert work, "pictures need a folder to be copied to"
    part = f"{item.kind}\0{item.path}\0{item.start}\0{item.end}"
    name = hashlib.sha256(part.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    path = join(work, _FOLDER, f"{name}.bin")
    with atomic_output(path) as stream:
        yield Spool(path, stream)


def point_at(path: str) -> Picture:
    """Returns a picture that is a file of its own.

    Raises:
        RecordFailed: `file_missing` or `empty`.
    """
    try:
        size, sha256 = hash_file(path)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise RecordFailed(Failure.FILE_MISSING, "no such picture") from error
    if not size:
        raise RecordFailed(Failure.EMPTY, "an empty picture")
    ref = ImageRef(source=path, offset=0, length=size, kind=ImageKind.BYTES)
    return Picture(ref=ref, name=name_picture(sha256))


def beside(list_path: str, name: str) -> str:
    """Returns the path of a file that a list names.

    Raises:
        RecordFailed: `row`: it is not below the list's folder, so a list that came from elsewhere
            cannot bring in whatever lies on this machine.
    """
    folder = list_path.rpartition("/")[0]
    relative = posixpath.normpath(name.strip().replace("\\", "/"))
    is_below = relative not in ("", ".") and not relative.startswith(("../", "/"))
    path = join(folder or "/", relative)
    if is_below and relative != ".." and ":" not in relative.partition("/")[0]:
        real = path if is_remote(path) else os.path.realpath(path)
        root = folder if is_remote(path) else os.path.realpath(folder or "/")
        if real.startswith(root.rstrip("/") + "/"):
            return path
    raise RecordFailed(Failure.ROW, "names a picture that is not below the list's folder")


def picture_bytes(cell: object) -> bytes | str:
    """Returns the bytes of a picture cell, or the path that stands there instead.

    Args:
        cell: Bytes, or a struct of `bytes` and `path`, as Parquet and `datasets` have it.
    """
    if isinstance(cell, dict):
        path = cell.get("path")
        return cell.get("bytes") or (path if isinstance(path, str) else b"")
    return cell if isinstance(cell, bytes) else b""
