"""Content codings, undone as the bytes come: gzip and deflate, all that we ask for (RFC 9110, 8.4).

aiohttp's own decoder takes a gzip body that ends early for a whole one (3.14), and whether it knows
brotli depends on what else is installed.
"""

import zlib

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

ASKED_FOR = "gzip, deflate"

_READ = frozenset({"gzip", "deflate"})
_CODINGS = _READ | {"br", "zstd", "compress", "dcb", "dcz"}  # IANA's registry of content codings

_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's wbits
_GZIP_START = b"\x1f\x8b"
_METHOD = 8  # of the first byte of a zlib stream (RFC 1950); a raw one begins otherwise


class Unpacker:
    """Unpacks one body.

    Args:
        content_encoding: The header; words in it that are no coding (`utf-8`, `none`, `binary` are
            met) mean nothing.

    Raises:
        RecordFailed: `protocol`: the body is packed in a way that we did not ask for.
    """

    def __init__(self, content_encoding: str) -> None:
        words = (word.strip().removeprefix("x-") for word in content_encoding.lower().split(","))
        codings = [word for word in words if word in _CODINGS]
        if len(codings) > 1 or not _READ.issuperset(codings):
            raise RecordFailed(Failure.PROTOCOL, "a body encoding that was not asked for")
        self._coding = codings[0] if codings else ""
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes, max_bytes: int) -> bytes:
        """Returns what `data` holds, or no more than its first `max_bytes` bytes.

        Raises:
            RecordFailed: `protocol`.
        """
        if not self._coding:
            return data[:max_bytes]
        found = b""
        while data and len(found) < max_bytes and self._goes_on(data):
            assert self._stream
            try:
                found += self._stream.decompress(data, max_bytes - len(found))
            except zlib.error as error:
                raise RecordFailed(Failure.PROTOCOL, "broken body encoding") from error
            data = self._stream.unconsumed_tail or self._stream.unused_data
        return found

    def end(self) -> None:
        """Raises `RecordFailed` (`truncated`) if the body is not whole."""
        if self._stream and not self._stream.eof:
            raise RecordFailed(Failure.TRUNCATED, "the packed body ends early")

    def _goes_on(self, data: bytes) -> bool:
        """Starts the stream, or the next of several (RFC 1952, 2.2); what else follows is left."""
        if self._stream is None:
            self._stream = zlib.decompressobj(self._wbits(data))
        elif self._stream.eof:
            if self._coding != "gzip" or not data.startswith(_GZIP_START):
                return False
            self._stream = zlib.decompressobj(_GZIP)
        return True

    def _wbits(self, data: bytes) -> int:
        if self._coding == "gzip":
            return _GZIP
        return _ZLIB if data[0] & 0x0F == _METHOD else _RAW
