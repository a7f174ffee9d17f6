"""Paths and whole-or-nothing writes, on local disks and object stores alike.

A path is a `str`: local, or a URL that fsspec knows (`s3://`, `gs://`, `memory://`).
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import fsspec

TEMPORARY_PREFIX = ".tmp-"


def is_remote(path: str) -> bool:
    """Whether `path` is a URL; everything else is a local path."""
    return "://" in path


def join(folder: str, *names: str) -> str:
    """Returns the path of `names` within `folder`."""
    return "/".join((folder.rstrip("/") or "/", *names)) if names else folder


def exists(path: str) -> bool:
    """Whether a file or folder is there."""
    if not is_remote(path):
        return os.path.exists(path)
    filesystem, name = fsspec.core.url_to_fs(path)
    return bool(filesystem.exists(name))


def list_files(folder: str, suffix: str = "") -> list[str]:
    """Returns the files right in `folder` that end with `suffix`, sorted; none if it is missing.

    What begins with a dot or an underscore is left out: temporary files and our own work.
    """
    if is_remote(folder):
        filesystem, name = fsspec.core.url_to_fs(folder)
        found = filesystem.ls(name, detail=True) if filesystem.exists(name) else []
        names = [item["name"].rsplit("/", 1)[-1] for item in found if item["type"] == "file"]
    else:
        names = [e.name for e in os.scandir(folder) if e.is_file()] if exists(folder) else []
    shown = sorted(n for n in names if n.endswith(suffix) and not n.startswith((".", "_")))
    return [join(folder, name) for name in shown]


def file_size(path: str) -> int:
    """Returns a file's size in bytes; raises FileNotFoundError."""
    if not is_remote(path):
        return os.path.getsize(path)
    filesystem, name = fsspec.core.url_to_fs(path)
    return int(filesystem.size(name))


def open_input(path: str) -> BinaryIO:
    """Opens a file to read its bytes; raises FileNotFoundError."""
    if not is_remote(path):
        return open(path, "rb")
    return cast(BinaryIO, fsspec.open(path, "rb").open())


def remove(path: str) -> None:
    """Removes a file; one that is missing is none to remove."""
    try:
        if is_remote(path):
            filesystem, name = fsspec.core.url_to_fs(path)
            filesystem.rm_file(name)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return


def read_bytes(path: str) -> bytes:
    """Returns the whole file."""
    with open_input(path) as stream:
        return stream.read()


def read_range(path: str, offset: int, length: int) -> bytes:
    """Returns `length` bytes of a file from `offset` on, fewer if it ends before that."""
    if is_remote(path):
        filesystem, name = fsspec.core.url_to_fs(path)
        return cast(bytes, filesystem.cat_file(name, start=offset, end=offset + length))
    with open(path, "rb") as stream:
        stream.seek(offset)
        return stream.read(length)


@contextmanager
def atomic_output(path: str) -> Iterator[BinaryIO]:
    """Yields a file that appears at `path` whole when the block ends, or not at all.

    Locally: a temporary name in the same folder, fsync, rename. On an object store the upload is
    itself atomic: it is built in a local temporary file and put in one piece.
    """
    if is_remote(path):
        with tempfile.TemporaryFile() as spool:
            yield cast(BinaryIO, spool)
            spool.seek(0)
            with fsspec.open(path, "wb") as target:
                while chunk := spool.read(2**20):
                    target.write(chunk)
        return
    folder, name = os.path.split(path)
    os.makedirs(folder or ".", exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f"{TEMPORARY_PREFIX}{name}-", dir=folder or ".")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide the dataset from its readers
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_bytes(path: str, data: bytes) -> None:
    """Writes a small file whole."""
    with atomic_output(path) as stream:
        stream.write(data)
