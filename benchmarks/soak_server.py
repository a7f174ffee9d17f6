"""A server on all of 127.0.0.0/8 that misbehaves in every way that `soak_cases` knows.

`python -m benchmarks.soak_server SEED` says its port, and ends when its standard input closes; then
it says as JSON what it saw: requests, the most that one host had to serve at once, and requests
for what robots.txt forbids. Raw bytes: HTTP libraries are too kind.
"""

import asyncio
import gzip
import json
import socket
import struct
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable

from benchmarks.soak_cases import PLAIN_HOSTS, damage, picture_at, pictures

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
NOTHING_ALLOWED = b"User-agent: *\nDisallow: /\n"
TDMREP = b'[{"location": "/", "tdm-reservation": 1}]'
SITE_FILES = ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json")
FLOOD = b"\0" * 65536
DRIP_S = 0.2
GONE_S = 0.05  # after which the end of a connection is seen, too
TLS_HANDSHAKE = b"\x16"

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class _Log:
    """What the server saw."""

    def __init__(self) -> None:
        self.requests = 0
        self.forbidden = 0
        self.most_at_once = 0
        self.tried: set[str] = set()
        self._now: Counter[str] = Counter()

    def begin(self, host: str, path: str) -> None:
        self.requests += 1
        is_closed = host.startswith(("127.5.", "127.6."))
        self.forbidden += path.startswith("/private/") or (is_closed and path not in SITE_FILES)
        self._now[host] += 1
        asyncio.get_running_loop().call_later(GONE_S, self._count, host)

    def end(self, host: str) -> None:
        self._now[host] -= 1

    def _count(self, host: str) -> None:
        self.most_at_once = max(self.most_at_once, self._now[host])


class Answers:
    """Answers requests; `seed` decides the pictures."""

    def __init__(self, seed: int, port: int, log: _Log) -> None:
        self._seed = seed
        self._port = port
        self._log = log
        self._bomb = gzip.compress(b"\0" * 2**25)

    async def send(self, host: str, path: str, reader: Reader, writer: Writer) -> bool:
        """Answers one request; returns whether the connection may serve another."""
        if host.startswith("127.4."):
            return await _mute(reader, writer)
        if path in SITE_FILES:
            writer.write(_site_file(host, path))
            return True
        kind, number = path.split("/")[1:3]
        if kind.isdigit():
            writer.write(self._status(kind))
            return True
        if act := _ACTS.get(kind):
            return await act(reader, writer)
        return self._write(kind, number, path, writer)

    def _write(self, kind: str, number: str, path: str, writer: Writer) -> bool:
        body = picture_at(self._seed, path)
        if kind == "flaky" and path not in self._log.tried:
            self._log.tried.add(path)
            writer.write(_answer(b"", "Retry-After: 0", status="503 Busy"))
        elif kind in _REDIRECTS:
            other = f"127.1.0.{int(number) % PLAIN_HOSTS + 1}:{self._port}"
            location = _REDIRECTS[kind].format(other=other, path=path, number=number)
            writer.write(_answer(b"", f"Location: {location}", status="302 Found"))
        elif kind == "bomb":
            writer.write(_answer(self._bomb, "Content-Encoding: gzip"))
        elif kind in _BODIES:
            data, keeps_open = _BODIES[kind](body)
            writer.write(data)
            return keeps_open
        else:
            writer.write(_answer(body))
        return True

    def _status(self, kind: str) -> bytes:
        after = {"429": "Retry-After: 1", "503": "Retry-After: 1"}.get(kind, "X: y")
        return _answer(b"", after, status=f"{kind} As It Is")


def _answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: image/jpeg", f"Content-Length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _head(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: image/jpeg", *headers, "", ""]).encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _site_file(host: str, path: str) -> bytes:
    if path == "/robots.txt":
        if host.startswith("127.5."):
            return _answer(b"", status="500 Broken")
        return _answer(NOTHING_ALLOWED if host.startswith("127.6.") else ROBOTS)
    if path == "/ai.txt" and host.startswith("127.7."):
        return _answer(NOTHING_ALLOWED)
    if path == SITE_FILES[2] and host.startswith("127.8."):
        return _answer(TDMREP)
    return MISSING


_CHUNKED = "Transfer-Encoding: chunked"
_IHDR = b"IHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\2\0\0\0"
_GIANT = (
    b"\x89PNG\r\n\x1a\n\0\0\0\r" + _IHDR + struct.pack(">I", zlib.crc32(_IHDR)) + b"\0\0\1\0IDAT"
)

# From a picture to what is sent, and whether the connection stays open.
_BODIES: dict[str, Callable[[bytes], tuple[bytes, bool]]] = {
    "gzipped": lambda body: (_answer(gzip.compress(body), "Content-Encoding: gzip"), True),
    "chunked": lambda body: (
        _head(_CHUNKED) + _chunk(body[:500]) + _chunk(body[500:]) + _chunk(b""),
        True,
    ),
    "closing": lambda body: (_answer(body, "Connection: close"), False),
    "unannounced": lambda body: (_head("Connection: close") + body, False),
    "mislabelled": lambda body: (_answer(body).replace(b"image/jpeg", b"text/plain"), True),
    "no-location": lambda _: (_answer(b"", status="302 Found"), True),
    "html": lambda _: (_answer(b"<html><body>No such picture</body></html>"), True),
    "svg": lambda _: (_answer(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), True),
    "nothing": lambda _: (_answer(b""), True),
    "cut": lambda body: (_answer(body[:-200], length=len(body)), False),
    "cut-chunk": lambda body: (_head(_CHUNKED) + _chunk(body)[:-300], False),
    "bad-chunk": lambda body: (_head(_CHUNKED) + _chunk(body) + b"zz\r\nbad\r\n", False),
    "bad-gzip": lambda body: (_answer(body, "Content-Encoding: gzip"), True),
    "garbage": lambda body: (body, False),
    "fat-head": lambda body: (_answer(body, f"X-Long: {'x' * 65536}"), False),
    "huge": lambda body: (_answer(body, length=10**9), False),
    "pixels": lambda body: (_answer(_GIANT + body), True),
    "mended": lambda body: (_answer(damage(body)), True),
    "broken": lambda _: (_answer(pictures("PNG")[0][:-500]), True),
    "noai": lambda body: (_answer(body, "X-Robots-Tag: noai"), True),
}

_REDIRECTS = {
    "moved": "/jpeg/{number}",
    "moved-away": "http://{other}/jpeg/{number}",
    "loop": "{path}",
    "to-ftp": "ftp://{other}/jpeg/{number}",
    "to-private": "http://10.1.2.3/jpeg/{number}",
    "to-nonsense": "http://[::bad/",
}


async def _mute(reader: Reader, _: Writer) -> bool:
    await reader.read()  # until the other side gives up
    return False


async def _drip(reader: Reader, writer: Writer) -> bool:
    writer.write(_head("Content-Length: 100000"))
    return await _go_on(reader, writer, b"\xff", DRIP_S)


async def _drip_head(reader: Reader, writer: Writer) -> bool:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    return await _go_on(reader, writer, b"X-Drip: y\r\n", DRIP_S)


async def _flood(reader: Reader, writer: Writer) -> bool:
    writer.write(_head("Connection: close"))
    return await _go_on(reader, writer, FLOOD, 0)


async def _go_on(reader: Reader, writer: Writer, piece: bytes, pause_s: float) -> bool:
    """Sends until the other side gives up."""
    gone = asyncio.ensure_future(reader.read())
    try:
        while not gone.done():
            writer.write(piece)
            await writer.drain()
            await asyncio.wait({gone}, timeout=pause_s)
    finally:
        gone.cancel()
    return False


async def _reset(_: Reader, writer: Writer) -> bool:
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


async def _reset_body(reader: Reader, writer: Writer) -> bool:
    writer.write(_answer(b"\xff\xd8\xff" + b"\0" * 500, length=100_000))
    await writer.drain()
    await asyncio.sleep(0.05)  # so that the head has arrived
    return await _reset(reader, writer)


async def _hang_up(_: Reader, __: Writer) -> bool:
    return False


async def _come_back_in_an_hour(_: Reader, writer: Writer) -> bool:
    writer.write(_answer(b"", "Retry-After: 3600", status="429 Too Many Requests"))
    return True


_ACTS: dict[str, Callable[[Reader, Writer], Awaitable[bool]]] = {
    "mute": _mute,
    "drip": _drip,
    "drip-head": _drip_head,
    "flood": _flood,
    "reset": _reset,
    "reset-body": _reset_body,
    "hang-up": _hang_up,
    "429-long": _come_back_in_an_hour,
}


async def _serve_connection(answers: Answers, log: _Log, reader: Reader, writer: Writer) -> None:
    host = writer.get_extra_info("sockname")[0]
    try:
        keeps_open = True
        while keeps_open:
            if await reader.readexactly(1) == TLS_HANDSHAKE:
                writer.write(_answer(b"", "Connection: close", status="400 Plain HTTP Here"))
                return
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("latin-1")
            log.begin(host, path)
            try:
                keeps_open = await answers.send(host, path, reader, writer)
                await writer.drain()
            finally:
                log.end(host)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the client gave up
    finally:
        writer.close()


async def serve(seed: int) -> None:
    """Serves until standard input ends."""
    log = _Log()
    listener = socket.create_server(("0.0.0.0", 0), backlog=4096)
    port = listener.getsockname()[1]
    answers = Answers(seed, port, log)
    server = await asyncio.start_server(
        lambda reader, writer: _serve_connection(answers, log, reader, writer), sock=listener
    )
    print(port, flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_wait_for_end, args=(loop, ended), daemon=True).start()
    await ended.wait()
    server.close()
    seen = {"requests": log.requests, "forbidden": log.forbidden, "most": log.most_at_once}
    print(json.dumps(seen), flush=True)


def _wait_for_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
