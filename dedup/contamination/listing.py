"""Finds out what a source is and which files it has, on local disks and object stores alike."""

import os
from collections.abc import Iterator

import fsspec

from dedup.contamination.hub import choose_split
from dedup.contamination.records import BenchmarkSource, SourceKind, is_image_name
from dedup.contamination.tables import is_index, require_images
from schemas.errors import UserError

HUB_PREFIX = "hf:"
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz")
# The side table of a folder of images, by the convention of `datasets`; it holds no pictures.
SIDE_TABLE = "metadata.parquet"
_GLOB = frozenset("*?[")


def list_benchmark(name: str, source: str) -> BenchmarkSource:
    """Finds the files of a source.

    Args:
        name: The benchmark's name in the report.
        source: A folder of images, a tar, a Parquet file (also a saved index), a folder or glob
            of one of these, or `hf:NAME[:SPLIT]`; local, or a URL that fsspec knows.

    Raises:
        UserError: Nothing is there, or nothing that can be read as images.
    """
    if source.startswith(HUB_PREFIX):
        dataset, split = choose_split(source.removeprefix(HUB_PREFIX))
        return BenchmarkSource(
            name=name, source=source, kind=SourceKind.HUB, root=dataset, files=(split,)
        )
    root, files = _find_files(source)
    kind, files = _choose_kind(source, files)
    if kind is SourceKind.PARQUET:
        require_images(files)
    return BenchmarkSource(name=name, source=source, kind=kind, root=root, files=tuple(files))


def _find_files(source: str) -> tuple[str, list[str]]:
    """Returns the folder that keys are relative to, and the files, sorted."""
    if not source:
        raise UserError("a source is empty: give a folder, a tar, a Parquet file or hf:NAME")
    filesystem, path = fsspec.core.url_to_fs(source)
    remote = "://" in source
    if filesystem.isdir(path):
        found = filesystem.find(path) if remote else _walk(path)
        root = path
    elif filesystem.isfile(path):
        found, root = [path], os.path.dirname(path)
    elif _GLOB & set(source):
        found = [match for match in filesystem.glob(path) if filesystem.isfile(match)]
        root = os.path.commonpath([os.path.dirname(match) for match in found]) if found else ""
    else:
        raise UserError(f"{source}: no such file or folder")
    shown = sorted(file for file in found if not _is_hidden(os.path.relpath(file, root)))
    if not remote:
        return root, shown
    return filesystem.unstrip_protocol(root), [filesystem.unstrip_protocol(f) for f in shown]


def _walk(folder: str) -> Iterator[str]:
    """Yields every file below a local folder, links followed, no folder twice."""
    seen: set[str] = set()
    for current, folders, files in os.walk(folder, followlinks=True, onerror=_refuse_folder):
        seen.add(os.path.realpath(current))
        folders[:] = [
            name for name in folders if os.path.realpath(os.path.join(current, name)) not in seen
        ]
        yield from (os.path.join(current, name) for name in files)


def _refuse_folder(error: OSError) -> None:
    raise UserError(f"{error.filename}: this folder cannot be read") from error


def _is_hidden(relative: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in relative.split("/"))


def _choose_kind(source: str, files: list[str]) -> tuple[SourceKind, list[str]]:
    images = [file for file in files if is_image_name(file)]
    tars = [file for file in files if file.lower().endswith(TAR_SUFFIXES)]
    tables = [file for file in files if _is_table(file)]
    # A pool of ours or of img2dataset has a table beside each tar: the pictures are in the tars.
    archives = tars or tables
    if images and archives:
        raise UserError(
            f"{source}: holds both pictures and {'tars' if tars else 'Parquet tables'}; give the "
            "folder of one of them, or a glob such as FOLDER/*.tar"
        )
    if images:
        return SourceKind.FOLDER, images
    if tars:
        return SourceKind.TAR, tars
    if tables:
        return (SourceKind.INDEX if is_index(tables) else SourceKind.PARQUET), tables
    raise UserError(f"{source}: no images here; expected picture files, tars or Parquet tables")


def _is_table(file: str) -> bool:
    return file.lower().endswith(".parquet") and os.path.basename(file) != SIDE_TABLE
