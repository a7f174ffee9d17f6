"""The WARC files of one crawler: they grow by whole records and are cut back to what was committed.

A file is `NAME.open` while it grows and takes its name when it is full or the crawl has ended.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import RunError

OPEN_SUFFIX = ".open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record lies.

    Attributes:
        file: Name of the archive within its folder.
        offset: Byte where the record's gzip member begins.
        length: Bytes of the member.
    """

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveState:
    """What the frontier knows of a file.

    Attributes:
        size: Bytes that are committed.
        is_closed: Whether nothing will be added.
    """

    name: str
    size: int
    is_closed: bool


class ArchiveWriter:
    """Appends records; `sync` and `finish_renames` stand around the frontier's commit.

    Args:
        folder: Of the files.
        stem: What their names begin with.
        max_bytes: A file that has grown beyond this is closed.
        make_head: Returns the record that begins a file, from the file's name.
        states: What the last commit said; files are brought back to that.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        max_bytes: int,
        make_head: Callable[[str], bytes],
        states: Sequence[ArchiveState] = (),
    ) -> None:
        self._folder = folder
        self._stem = stem
        self._max_bytes = max_bytes
        self._make_head = make_head
        self._closed: list[ArchiveState] = []
        self._count = len(states)
        self._descriptor: int | None = None
        self._name = ""
        self._size = 0
        self._pending: list[bytes] = []
        self._recover(states)

    def append(self, records: Sequence[bytes]) -> Place:
        """Adds records that belong together; returns where the first one will lie."""
        if self._descriptor is None:
            self._open_next()
        place = Place(file=self._name, offset=self._size, length=len(records[0]))
        for record in records:
            self._put(record)
        if self._size > self._max_bytes:
            self._close()
        return place

    def sync(self) -> list[ArchiveState]:
        """Brings all that was appended to the disk; returns what may now be committed."""
        states, self._closed = self._closed, []
        if self._descriptor is not None:
            self._flush()
            states.append(ArchiveState(name=self._name, size=self._size, is_closed=False))
        return states

    def finish_renames(self, states: Sequence[ArchiveState]) -> None:
        """Gives files their names, once the commit says that they are closed."""
        for state in states:
            if state.is_closed:
                (self._folder / (state.name + OPEN_SUFFIX)).rename(self._folder / state.name)

    def close(self) -> None:
        """Closes the file that is open; the next `sync` says so."""
        if self._descriptor is not None:
            self._close()

    def abandon(self) -> None:
        """Lets go of the file without writing what is pending; the next run cuts it back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _recover(self, states: Sequence[ArchiveState]) -> None:
        known = {state.name for state in states}
        for stray in self._folder.glob(f"*{OPEN_SUFFIX}"):
            if stray.name.removesuffix(OPEN_SUFFIX) not in known:
                stray.unlink()  # begun after the last commit
        for state in states:
            path = self._folder / (state.name + OPEN_SUFFIX)
            if state.is_closed:
                if path.exists():
                    path.rename(self._folder / state.name)
            else:
                self._reopen(state, path)

    def _reopen(self, state: ArchiveState, path: Path) -> None:
        found = path.stat().st_size if path.exists() else 0
        if found < state.size:
            raise RunError(
                f"{path}: {found} bytes where {state.size} were written: lost by the disk"
            )
        self._descriptor = os.open(path, os.O_WRONLY)
        os.ftruncate(self._descriptor, state.size)
        os.lseek(self._descriptor, state.size, os.SEEK_SET)
        self._name, self._size = state.name, state.size

    def _open_next(self) -> None:
        self._name = f"{self._stem}-{self._count:05d}.warc.gz"
        self._count += 1
        path = self._folder / (self._name + OPEN_SUFFIX)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        self._size = 0
        self._put(self._make_head(self._name))

    def _put(self, record: bytes) -> None:
        self._pending.append(record)
        self._size += len(record)

    def _flush(self) -> None:
        assert self._descriptor is not None
        data = memoryview(b"".join(self._pending))
        self._pending.clear()
        while data:
            data = data[os.write(self._descriptor, data) :]
        os.fdatasync(self._descriptor)

    def _close(self) -> None:
        assert self._descriptor is not None
        self._flush()
        os.close(self._descriptor)
        self._descriptor = None
        self._closed.append(ArchiveState(name=self._name, size=self._size, is_closed=True))
