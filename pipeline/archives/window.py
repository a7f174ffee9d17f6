"""A part of a file as a stream of its own, whose positions stay those of the file."""

import errno
import io
from typing import TYPE_CHECKING, BinaryIO

from fsspec.spec import AbstractBufferedFile

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

NUM_TRIES = 3  # of a read from a server; fsspec's HTTP files try once


def network_errors() -> tuple[type[Exception], ...]:
    """Returns what a read from a server may raise; asked for only once something was raised."""
    import aiohttp  # takes 0.2 s, which readers of local files need not spend

    return (OSError, aiohttp.ClientError, TimeoutError)


class Window(io.RawIOBase):
    """The bytes `[start, end)` of a file.

    Offsets that readers report are those of the file, so that an image in a WACZ file is read
    again without knowing the member that holds it.

    Args:
        stream: Seekable; stays the caller's.
        start: First byte.
        end: Behind the last byte; the file's end if negative.

    Raises:
        RecordFailed: From reads: `connect`, where the file's server does not answer; `protocol`,
            where it does not know ranges.
    """

    def __init__(self, stream: "BinaryIO | Window", start: int = 0, end: int = -1) -> None:
        super().__init__()
        self._stream = stream
        self._position = start
        self.start = start
        self.end = end if end >= 0 else stream.seek(0, io.SEEK_END)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Returns the position within the file."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves to a position within the file; `SEEK_END` means the window's end."""
        ends = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.end}
        position = ends[whence] + offset
        if position < 0:
            raise OSError(errno.EINVAL, "no such position")  # as files do
        self._position = position
        return position

    def read(self, size: int | None = -1, /) -> bytes:
        """Returns up to `size` bytes, fewer only at the window's end."""
        left = self.end - self._position
        size = left if size is None or size < 0 else min(size, left)
        if size <= 0:
            return b""
        data = self._read_stream(size)
        self._position += len(data)
        return data

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fills `buffer`; for the buffered readers of the standard library."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def _read_stream(self, size: int) -> bytes:
        for number in range(NUM_TRIES):
            try:
                # Others move the same stream; a seek to where it stands costs nothing.
                self._stream.seek(self._position)
                return self._stream.read(size)
            except network_errors() as error:
                if number == NUM_TRIES - 1:
                    detail = f"no answer at byte {self._position}"
                    raise RecordFailed(Failure.CONNECT, detail) from error
            except ValueError as error:
                if not isinstance(self._stream, AbstractBufferedFile):
                    raise
                raise RecordFailed(
                    Failure.PROTOCOL, "the server gives no parts of files"
                ) from error
        raise AssertionError("NUM_TRIES is positive")


class Prefixed:
    """Some bytes and then a file from an offset on, read once from the front.

    Positions count from 0: FastWARC takes a Zstandard dictionary only there.

    Attributes:
        shift: What is to be added to a position to get that of the file.
    """

    def __init__(self, head: bytes, stream: Window, start: int) -> None:
        stream.seek(start)
        self._head = io.BytesIO(head)
        self._stream = stream
        self._position = 0
        self.shift = start - len(head)

    def tell(self) -> int:
        """Returns how much was read."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Returns some of the next `size` bytes, none at the end."""
        data = self._head.read(size) or self._stream.read(size)
        self._position += len(data)
        return data
