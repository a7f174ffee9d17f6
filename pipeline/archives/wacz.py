"""WACZ files (a zip of archives, specs.webrecorder.net/wacz/1.1.1) to the archives in them."""

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from pipeline.archives.window import Window
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
ARCHIVE_SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # magic, then the lengths of name and extra field
_IS_ENCRYPTED = 1
_MAX_DEPTH = 2  # a multi-WACZ holds WACZ files, and those hold archives
_COPY_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An archive in a WACZ file.

    Attributes:
        start: First byte of its data in the file.
        end: Behind its data.
        name: Within the zip that holds it.
        is_stored: Whether the data is the archive itself, so that parts of it can be read.
    """

    start: int
    end: int
    name: str
    is_stored: bool


def list_members(stream: Window, depth: int = 0) -> tuple[Member, ...]:
    """Returns the archives in a WACZ file and in the WACZ files stored in it, by position.

    Raises:
        RecordFailed: `file_format`, where the zip or what it says of a member is broken.
    """
    found: list[Member] = []
    for info in _directory(stream):
        name = info.filename.lower()
        if not name.endswith((*ARCHIVE_SUFFIXES, ".wacz")):
            continue
        member = _locate(stream, info)
        if not name.endswith(".wacz"):
            found.append(member)
        elif member.is_stored and depth < _MAX_DEPTH:
            found.extend(list_members(Window(stream, member.start, member.end), depth + 1))
        else:
            raise RecordFailed(Failure.FILE_FORMAT, f"{info.filename}: packed too deep to read")
    return tuple(sorted(found, key=lambda member: member.start))


@contextmanager
def open_member(stream: Window, member: Member) -> Iterator[Window]:
    """Yields the archive that a member is; a compressed one is unpacked into a temporary file.

    Raises:
        RecordFailed: `file_format`, where its data is broken.
    """
    if member.is_stored:
        yield Window(stream, member.start, member.end)
        return
    with tempfile.TemporaryFile() as spool:
        try:
            with (
                zipfile.ZipFile(cast(BinaryIO, stream)) as packed,
                packed.open(member.name) as data,
            ):
                while chunk := data.read(_COPY_BYTES):
                    spool.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise RecordFailed(Failure.FILE_FORMAT, f"{member.name}: broken zip member") from error
        yield Window(cast(BinaryIO, spool))


def _directory(stream: Window) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(cast(BinaryIO, stream)) as packed:
            return packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise RecordFailed(Failure.FILE_FORMAT, "not a zip file, or cut short") from error


def _locate(stream: Window, info: zipfile.ZipInfo) -> Member:
    """Reads the member's local header, which alone says where its data begins."""
    stream.seek(info.header_offset)
    head = stream.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(ZIP_MAGIC):
        raise RecordFailed(
            Failure.FILE_FORMAT, f"{info.filename}: no zip member where it should be"
        )
    if info.flag_bits & _IS_ENCRYPTED:
        raise RecordFailed(Failure.FILE_FORMAT, f"{info.filename}: encrypted")
    _, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)
    start = info.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
    return Member(
        start=start,
        end=min(start + info.compress_size, stream.end),
        name=info.filename,
        is_stored=info.compress_type == zipfile.ZIP_STORED,
    )
