"""bzip2 files cut at any byte: a range's content is that of the streams that begin in it.

A multistream file is many bz2 streams, one after the other; each begins with ten bytes that occur
nowhere else by chance (2**-80 a byte), so no index is needed. A file of one stream belongs to the
range that it begins in. Format: https://en.wikipedia.org/wiki/Bzip2#File_format.
"""

import bz2
import re
from collections.abc import Iterator
from typing import BinaryIO

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

_READ_BYTES = 2**20
_MAX_CONTENT_BYTES = 8 * 2**20  # of one piece: a small file may hold a vast one
_MAGIC = re.compile(rb"BZh[1-9]1AY&SY")
_MAGIC_BYTES = 10


def read_streams(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, bool]]:
    """Yields `(content, whether it belongs to the range)` from its first stream to the file's end.

    Nothing is yielded if no stream begins in `[start, end)`. Whoever needs the end of something
    that begins in the range reads on; all others stop where content is not the range's.

    Raises:
        RecordFailed: The file is no bzip2 file, is damaged, or ends within a stream.
    """
    position = _find_stream(stream, start, end)
    if position is None:
        return
    stream.seek(position)
    decompressor, raw, is_own = bz2.BZ2Decompressor(), b"", True
    while True:
        if decompressor.needs_input and not raw and not (raw := stream.read(_READ_BYTES)):
            raise RecordFailed(Failure.DUMP_TRUNCATED, "ends within a bzip2 stream")
        position += len(raw)
        try:
            content = decompressor.decompress(raw, _MAX_CONTENT_BYTES)
        except OSError as error:
            raise RecordFailed(Failure.DUMP_DAMAGED, "a bzip2 block is damaged") from error
        raw = b""
        yield content, is_own
        if decompressor.eof:
            raw = decompressor.unused_data
            position -= len(raw)
            if len(raw) < _MAGIC_BYTES:
                raw += stream.read(_READ_BYTES)
            if not _MAGIC.match(raw):
                return  # bzip2 itself ignores what follows the last stream
            is_own = position < end
            decompressor = bz2.BZ2Decompressor()


def _find_stream(stream: BinaryIO, start: int, end: int) -> int | None:
    """Returns where the first stream in `[start, end)` begins."""
    stream.seek(start)
    tail, position = b"", start
    while position < end and (data := stream.read(_READ_BYTES)):
        raw = tail + data
        found = _MAGIC.search(raw)
        if start == 0 and not (found and found.start() == 0):
            raise RecordFailed(Failure.FILE_FORMAT, "does not begin as a bzip2 file does")
        if found:
            at = position - len(tail) + found.start()
            return at if at < end else None
        position += len(data)
        tail = raw[-_MAGIC_BYTES + 1 :]
    return None
