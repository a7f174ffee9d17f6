"""WebDataset tars whose bytes depend on their samples alone.

Member headers hold no time, owner or host, so equal samples in equal order give equal sha256.
"""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from schemas.errors import RunError

# Dots split WebDataset keys and upper case upsets readers (knowledge of webdataset 1.0: a key
# `img.v1.2` and a key `img.v1.3` become one sample `img`).
KEY_PATTERN = re.compile(r"[0-9a-f_]+\Z")


class TarWriter:
    """Writes samples, the members of each side by side."""

    def __init__(self, stream: BinaryIO) -> None:
        self._tar = tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT)

    def add_sample(self, key: str, members: Mapping[str, bytes]) -> None:
        """Adds `{key}.{extension}` for every extension of `members`, in their order."""
        if not KEY_PATTERN.match(key):
            raise ValueError(f"key must match {KEY_PATTERN.pattern}, got {key!r}")
        for extension, data in members.items():
            header = tarfile.TarInfo(f"{key}.{extension}")
            header.size = len(data)
            header.mode = 0o644
            self._tar.addfile(header, io.BytesIO(data))

    def close(self) -> None:
        """Writes the end of the archive; the stream stays open."""
        self._tar.close()


def read_samples(stream: BinaryIO, name: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yields `(key, {extension: bytes})` of every sample, in the tar's order.

    Raises:
        RunError: The tar is cut, or a member is no regular file or has no extension.
    """
    key, members = "", dict[str, bytes]()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for header in tar:
                member = tar.extractfile(header) if header.isreg() else None
                if member is None or "." not in header.name:
                    raise RunError(f"{name}: member {header.name!r} is no sample file")
                member_key, extension = header.name.split(".", 1)
                if member_key != key and members:
                    yield key, members
                    members = {}
                key = member_key
                members[extension] = member.read()
    except tarfile.TarError as error:
        raise RunError(f"{name}: not a whole tar") from error
    if members:
        yield key, members


class Member(NamedTuple):
    """Where a member's bytes lie in a tar."""

    offset: int
    length: int


def find_members(stream: BinaryIO, name: str) -> dict[str, Member]:
    """Returns every member by its name; reads headers alone, so the stream must be seekable.

    Raises:
        RunError: The tar is cut.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r:") as tar:
            return {h.name: Member(h.offset_data, h.size) for h in tar if h.isreg()}
    except tarfile.TarError as error:
        raise RunError(f"{name}: not a whole tar") from error
