"""Reads images that lie in folders, where a folder may be a class."""

import os
from collections.abc import Iterator

import fsspec

from dedup.contamination.records import SourceImage, SourcePart
from dedup.contamination.tars import printable
from schemas.errors import UserError


def read_files(part: SourcePart) -> Iterator[SourceImage]:
    """Yields the images of a part; the key is the path below the source's folder.

    The label is the name of the folder that holds the image, none right in the source's folder.

    Raises:
        UserError: A file cannot be read.
    """
    for file in part.files:
        key = os.path.relpath(file, part.root)
        folder = os.path.basename(os.path.dirname(key))
        yield SourceImage(
            key=printable(key), body=_read_file(file), label=printable(folder) or None
        )


def _read_file(file: str) -> bytes:
    try:
        with fsspec.open(file, "rb") as stream:
            return bytes(stream.read())
    except OSError as error:
        raise UserError(f"{file}: this file cannot be read") from error
