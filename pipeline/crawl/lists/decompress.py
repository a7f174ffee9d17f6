"""Compressed lists as streams of their content; a cut one says so."""

import gzip
import io
import zlib
from typing import BinaryIO, cast

import pyarrow as pa

DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)  # what reading a cut or broken file raises


def open_decompressed(stream: BinaryIO, name: str) -> tuple[BinaryIO, str]:
    """Returns a stream of the content, and the file's lower name without the compression's suffix.

    Reading raises one of `DAMAGE` where the file is cut or damaged.
    """
    lower = name.lower()
    if lower.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream)), lower.removesuffix(".gz")
    if lower.endswith(".zst"):
        content = io.BufferedReader(_Zstd(stream))
        return cast(BinaryIO, content), lower.removesuffix(".zst")
    return stream, lower


class _Zstd(io.RawIOBase):
    """Arrow's reader: zstandard's own ends a cut frame without a word."""

    def __init__(self, stream: BinaryIO) -> None:
        self._content = pa.CompressedInputStream(cast(io.IOBase, stream), "zstd")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # Buffer is 3.12's
        try:
            data = self._content.read(len(buffer))
        except OSError as error:
            if error.errno is not None:  # the disk's or the network's, not Arrow's
                raise
            raise EOFError("the content is cut or damaged") from error
        buffer[: len(data)] = data
        return len(data)
