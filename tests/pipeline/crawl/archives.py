"""Archives that tests write for themselves."""

import gzip
import io
import struct

import zstandard

from pipeline.archives.window import Window

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 4


def http(
    body: bytes, content_type: str | None = "text/html", status: str = "200 OK", *more: str
) -> bytes:
    lines = [f"HTTP/1.1 {status}", *more]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(url: str, block: bytes, kind: str = "response", *more: str) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2026-01-02T03:04:05Z",
        f"Content-Length: {len(block)}",
        *more,
    ]
    if kind == "response":
        lines.append("Content-Type: application/http; msgtype=response")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def arc_record(url: str, block: bytes, kind: str = "text/html") -> bytes:
    return f"{url} 1.2.3.4 20260102030405 {kind} {len(block)}\n".encode() + block + b"\n"


ARC_FILE = arc_record(
    "filedesc://a.arc", b"1 0 test\nURL IP-address Archive-date Content-type Archive-length\n"
)
DICTIONARY = zstandard.train_dictionary(
    2000, [record(f"http://h/{n}", http(b"<p>some words %d" % n * 50)) for n in range(100)]
)


def pack(records: list[bytes], packing: str) -> tuple[bytes, list[int]]:
    """Returns the file and where each record begins in it."""
    head, parts = b"", records
    if packing == "gz":
        parts = [gzip.compress(part, mtime=0) for part in records]
    elif packing == "zst":
        parts = [zstandard.ZstdCompressor(write_checksum=True).compress(part) for part in records]
    elif packing == "zst-dictionary":
        packer = zstandard.ZstdCompressor(dict_data=DICTIONARY, write_checksum=True)
        parts = [packer.compress(part) for part in records]
        head = dictionary_frame()
    offsets = [len(head) + sum(map(len, parts[:place])) for place in range(len(parts))]
    return head + b"".join(parts), offsets


def dictionary_frame(*, is_compressed: bool = True) -> bytes:
    data = DICTIONARY.as_bytes()
    data = zstandard.ZstdCompressor().compress(data) if is_compressed else data
    return struct.pack("<II", 0x184D2A5D, len(data)) + data


def window(data: bytes) -> Window:
    return Window(io.BytesIO(data))
