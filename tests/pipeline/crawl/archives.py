"""Archives that tests write for themselves."""

import gzip

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


def pack(records: list[bytes], packing: str) -> tuple[bytes, list[int]]:
    """Returns the file and where each record begins in it."""
    parts = [gzip.compress(part, mtime=0) for part in records] if packing == "gz" else records
    offsets = [sum(map(len, parts[:place])) for place in range(len(parts))]
    return b"".join(parts), offsets
