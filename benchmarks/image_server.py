"""Photos on loopback for the download benchmarks, as fast as one Python process serves them.

`python -m benchmarks.image_server FOLDER [MS]` serves `/N.jpg` for every N from the JPEGs there, on
all of 127.0.0.0/8; it says its port and the port of a socket that accepts and never answers, and
ends when its standard input closes. `/last` says when the last photo was sent. Every answer comes
after MS milliseconds.
"""

import asyncio
import re
import sys
import threading
import time
from pathlib import Path

_PHOTO = re.compile(rb"/(\d+)\.jpg\Z")


def _answer(body: bytes, content_type: str, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


class _Photos:
    """The answers, and when the last photo was sent."""

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("*.jpg"))
        self._photos = [_answer(path.read_bytes(), "image/jpeg") for path in files]
        self._missing = _answer(b"", "text/plain", "404 Not Found")
        self._last = 0.0

    def answer(self, path: bytes) -> bytes:
        if found := _PHOTO.match(path):
            self._last = time.time()
            return self._photos[int(found[1]) % len(self._photos)]
        if path == b"/last":
            return _answer(str(self._last).encode(), "text/plain")
        return self._missing


class _Connection(asyncio.Protocol):
    def __init__(self, photos: _Photos, delay_s: float) -> None:
        self._photos = photos
        self._delay_s = delay_s
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._answer, head)
            else:
                self._answer(head)

    def _answer(self, head: bytes) -> None:
        self._transport.write(self._photos.answer(head.split(b" ", 2)[1]))
        if b"connection: close" in head.lower():  # urllib waits for it
            self._transport.close()


async def _serve(folder: str, delay_s: float) -> None:
    photos = _Photos(Path(folder))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(photos, delay_s), "0.0.0.0", 0, backlog=1024
    )
    silent = await loop.create_server(asyncio.Protocol, "0.0.0.0", 0, backlog=1024)
    ports = [running.sockets[0].getsockname()[1] for running in (server, silent)]
    print(*ports, flush=True)
    ended = asyncio.Event()
    threading.Thread(target=_wait_for_end, args=(loop, ended), daemon=True).start()
    await ended.wait()
    server.close()
    silent.close()


def _wait_for_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2]) / 1000 if sys.argv[2:] else 0.0))
