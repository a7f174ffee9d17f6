"""Times that several processes read and move, one at a time: until when each bucket is paid."""

import fcntl
import mmap
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_TIME = struct.Struct("<d")


@dataclass(slots=True)
class Bucket:
    """One time, to be changed while nobody else may."""

    paid_until: float


class PaidTimes:
    """Numbered times in a buffer.

    Args:
        buffer: Zeros at first; a memory map shares them.
        start: Of the times in the buffer, in bytes.
        file: Locked by its byte `lock_byte` during a change; None if no other process takes part.
        lock_byte: One that nobody locks for anything else.
    """

    def __init__(
        self,
        buffer: mmap.mmap | bytearray,
        start: int = 0,
        file: int | None = None,
        lock_byte: int = 0,
    ) -> None:
        self._buffer = buffer
        self._start = start
        self._file = file
        self._lock_byte = lock_byte
        self._lock = threading.Lock()  # a file's lock never conflicts within its process

    @contextmanager
    def change(self, number: int) -> Iterator[Bucket]:
        """Yields a bucket, and writes it back at the end; holds everybody else up."""
        at = self._start + number * _TIME.size
        with self._lock, self._locked():
            bucket = Bucket(*_TIME.unpack_from(self._buffer, at))
            yield bucket
            _TIME.pack_into(self._buffer, at, bucket.paid_until)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, self._lock_byte)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._lock_byte)
