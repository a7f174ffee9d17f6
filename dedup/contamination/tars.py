"""Reads images from WebDataset tars, compressed or not."""

import tarfile
import zlib
from collections.abc import Iterator

import fsspec

from dedup.contamination.records import SourceImage, SourcePart, is_image_name
from schemas.errors import UserError

LABEL_EXTENSION = "cls"


def read_tar(part: SourcePart) -> Iterator[SourceImage]:
    """Yields the pictures of one tar, in its order; the key is the member's name.

    The label is the `.cls` member of the same sample: what has the same name up to the first dot
    after the last slash, side by side (the WebDataset format).

    Raises:
        UserError: The file is no whole tar, or holds no picture.
    """
    file, found = part.files[0], False
    try:
        with fsspec.open(file, "rb") as stream, tarfile.open(fileobj=stream, mode="r|*") as tar:
            for image in _read_samples(tar, part.prefix):
                found = True
                yield image
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise UserError(f"{file}: not a whole, readable tar") from error
    if not found:
        raise UserError(f"{file}: no images in this tar")


def _read_samples(tar: tarfile.TarFile, prefix: str) -> Iterator[SourceImage]:
    sample, label = "", None
    images: list[tuple[str, bytes]] = []
    for header in tar:
        stem, extension = _split_name(header.name)
        if stem != sample:
            yield from _sample_images(images, label, prefix)
            sample, label, images = stem, None, []
        # A stream cannot go back, so each member is read when it comes, and only what we need.
        member = tar.extractfile(header) if header.isreg() else None
        if member is not None and extension == LABEL_EXTENSION:
            label = member.read().decode("utf-8", "replace").strip()
        elif member is not None and is_image_name(header.name):
            images.append((header.name, member.read()))
    yield from _sample_images(images, label, prefix)


def _sample_images(
    images: list[tuple[str, bytes]], label: str | None, prefix: str
) -> Iterator[SourceImage]:
    for name, body in images:
        yield SourceImage(key=prefix + printable(name), body=body, label=label)


def _split_name(name: str) -> tuple[str, str]:
    folder, slash, base = name.rpartition("/")
    stem, _, extension = base.partition(".")
    return f"{folder}{slash}{stem}", extension


def printable(name: str) -> str:
    """Returns a file name that can be written as UTF-8, whatever bytes the disk or tar held."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
