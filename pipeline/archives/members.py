"""Compressed members of an archive, one by one: gzip (RFC 1952) and Zstandard (RFC 8878).

WARC in Zstandard: a frame a record, its dictionary in a skippable frame in front (IIPC,
`warc-specifications/warc-zstd`).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Protocol

import zstandard

from pipeline.archives.window import Window

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
CHUNK_BYTES = 2**18

_GZIP_WBITS = 31
_SKIPPABLE = tuple(struct.pack("<I", number) for number in range(0x184D2A50, 0x184D2A60))
_DICTIONARY_FRAME = struct.pack("<I", 0x184D2A5D)
_SKIPPABLE_HEAD = 8  # magic and length
MAX_DICTIONARY_BYTES = 2**24  # ours; the tools that write them make 110 KiB
# Zstandard holds a block of 128 KiB in 4 bytes, so what is given at once bounds what comes out.
_ZSTD_STEP = 2**10


class CorruptMember(Exception):
    """The compressed bytes are no member, or its checksum is wrong."""


class Codec(Protocol):
    """How members are told and opened."""

    magic: bytes

    def pieces(self, stream: Window, offset: int) -> Iterator[tuple[bytes, int]]:
        """Yields a member's content in pieces, each with the offset behind the member, or -1.

        Raises:
            CorruptMember: The member cannot be followed.
        """

    def start(self, data: bytes, max_bytes: int) -> bytes | None:
        """Returns the first content of the member that `data` begins with, None if it is none."""


class Gzip:
    """Members of RFC 1952."""

    magic = GZIP_MAGIC

    def pieces(self, stream: Window, offset: int) -> Iterator[tuple[bytes, int]]:
        """See `Codec`."""
        stream.seek(offset)
        inflater = zlib.decompressobj(_GZIP_WBITS)
        position = offset
        while not inflater.eof and (data := stream.read(CHUNK_BYTES)):
            position += len(data)
            while data and not inflater.eof:
                try:
                    piece = inflater.decompress(data, CHUNK_BYTES)
                except zlib.error as error:
                    raise CorruptMember from error
                data = inflater.unconsumed_tail
                yield piece, position - len(inflater.unused_data) if inflater.eof else -1

    def start(self, data: bytes, max_bytes: int) -> bytes | None:
        """See `Codec`."""
        try:
            return zlib.decompressobj(_GZIP_WBITS).decompress(data, max_bytes)
        except zlib.error:
            return None


class Zstd:
    """Frames of RFC 8878; a skippable frame is a member without content."""

    magic = ZSTD_MAGIC

    def __init__(self, dictionary: bytes = b"") -> None:
        try:
            shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
            self._decompressor = zstandard.ZstdDecompressor(dict_data=shared)
            self._decompressor.decompressobj()  # only now it looks at the dictionary
        except zstandard.ZstdError as error:
            raise CorruptMember from error

    def pieces(self, stream: Window, offset: int) -> Iterator[tuple[bytes, int]]:
        """See `Codec`."""
        stream.seek(offset)
        head = stream.read(_SKIPPABLE_HEAD)
        if head.startswith(_SKIPPABLE):
            yield from _skip_frame(stream, offset, head)
            return
        stream.seek(offset)
        inflater = self._decompressor.decompressobj()
        position = offset
        while not inflater.eof and (data := stream.read(_ZSTD_STEP)):
            position += len(data)
            try:
                piece = inflater.decompress(data)
            except zstandard.ZstdError as error:
                raise CorruptMember from error
            yield piece, position - len(inflater.unused_data) if inflater.eof else -1

    def start(self, data: bytes, max_bytes: int) -> bytes | None:
        """See `Codec`."""
        content = b""
        inflater = self._decompressor.decompressobj()
        try:
            for place in range(0, len(data), _ZSTD_STEP):
                content += inflater.decompress(data[place : place + _ZSTD_STEP])
                if inflater.eof or len(content) >= max_bytes:
                    break
        except zstandard.ZstdError:
            return None
        return content[:max_bytes]


def _skip_frame(stream: Window, offset: int, head: bytes) -> Iterator[tuple[bytes, int]]:
    """Yields the frame's end; its length is all it says, so a frame must follow."""
    if len(head) < _SKIPPABLE_HEAD:
        return
    end = offset + _SKIPPABLE_HEAD + struct.unpack("<I", head[4:])[0]
    if end > stream.seek(0, 2):
        return
    stream.seek(end)
    following = stream.read(len(ZSTD_MAGIC))
    if following and not starts_zstd(following):
        raise CorruptMember
    yield b"", end


def read_dictionary(stream: Window, start: int = 0) -> bytes:
    """Returns the dictionary that the frames of an archive need; empty if it has none.

    Raises:
        CorruptMember: There is one, and it cannot be read.
    """
    stream.seek(start)
    head = stream.read(_SKIPPABLE_HEAD)
    if len(head) < _SKIPPABLE_HEAD or not head.startswith(_DICTIONARY_FRAME):
        return b""
    (length,) = struct.unpack("<I", head[4:])
    data = stream.read(min(length, MAX_DICTIONARY_BYTES))
    if len(data) != length:
        raise CorruptMember
    if not data.startswith(ZSTD_MAGIC):
        return data
    try:
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=MAX_DICTIONARY_BYTES)
    except zstandard.ZstdError as error:
        raise CorruptMember from error


def skip_frames(stream: Window, offset: int) -> int:
    """Returns the offset of the first frame from `offset` on that holds content."""
    while True:
        stream.seek(offset)
        head = stream.read(_SKIPPABLE_HEAD)
        if len(head) < _SKIPPABLE_HEAD or not head.startswith(_SKIPPABLE):
            return offset
        offset += _SKIPPABLE_HEAD + struct.unpack("<I", head[4:])[0]


def dictionary_frame(dictionary: bytes) -> bytes:
    """Returns the frame that makes a reader know the dictionary; nothing for none."""
    if not dictionary:
        return b""
    return _DICTIONARY_FRAME + struct.pack("<I", len(dictionary)) + dictionary


def starts_zstd(head: bytes) -> bool:
    """Whether a file that begins like this is Zstandard."""
    return head.startswith((ZSTD_MAGIC, *_SKIPPABLE))
