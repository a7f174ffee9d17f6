"""A server on loopback that sends exactly the bytes that a test names."""

import asyncio
import queue
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.web.options import WebOptions

Send = Callable[[asyncio.StreamWriter], Awaitable[None]]
Reply = bytes | Send


def ok(body: bytes, *headers: str, content_type: str = "text/html") -> bytes:
    """Returns a whole answer."""
    return answer("200 OK", body, f"Content-Type: {content_type}", *headers)


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Returns an answer that says that the connection ends, as this server ends each.

    Unsaid, a client that sends on the closing connection would now and then find out too late.
    """
    told = f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"
    lines = [*told, *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(location: str) -> bytes:
    return answer("302 Found", b"", f"Location: {location}")


def dripping(pieces: Iterable[bytes], pause_s: float = 0.01) -> Send:
    """Sends pieces, with a pause before each."""

    async def send(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            await asyncio.sleep(pause_s)
            writer.write(piece)
            await writer.drain()

    return send


async def reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection by RST instead of FIN."""
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass
class Site:
    """A running server.

    Attributes:
        port: Its port.
        host: Its address.
        scheme: How it is spoken to.
        requests: `path` of every request, in the order of arrival.
        heads: Whole request heads, likewise.
        starts: Loop time of each.
        most_at_once: Connections that were being answered at the same time.
    """

    port: int = 0
    host: str = "127.0.0.1"
    scheme: str = "http"
    requests: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    most_at_once: int = 0
    now: int = 0

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.address}{path}"


@asynccontextmanager
async def serve(
    replies: Mapping[str, Reply],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Site]:
    """Serves `replies` by path, 404 for the others; closes each connection after its answer."""
    site = Site(host=host, scheme="https" if tls else "http")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        site.now += 1
        site.most_at_once = max(site.most_at_once, site.now)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ")[1]
            site.requests.append(path)
            site.heads.append(head)
            site.starts.append(asyncio.get_running_loop().time())
            reply = replies.get(path, answer("404 Not Found"))
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client gave up, or the test is over, as many of them want
        finally:
            site.now -= 1
            writer.close()

    server = await asyncio.start_server(handle, host, port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


@contextmanager
def serving(replies: Mapping[str, Reply], **where: Any) -> Iterator[Site]:
    """Serves as `serve` does, on a thread of its own, for clients that bring their own loop."""
    ready: queue.SimpleQueue[Site | OSError] = queue.SimpleQueue()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        try:
            async with serve(replies, **where) as site:
                ready.put(site)
                await stop.wait()
        except OSError as error:
            ready.put(error)

    def main() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = threading.Thread(target=main)
    thread.start()
    site = ready.get()
    try:
        if isinstance(site, OSError):
            raise site
        yield site
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join()


def web_options(
    *allow: str,
    robots: bool = False,
    site_files: bool = False,
    connections: int = 4,
    nameservers: tuple[str, ...] = (),
) -> WebOptions:
    return WebOptions(
        user_agent="webimagetext-test/1 (+https://example.org)",
        product_token="webimagetext",
        robots=robots,
        site_files=site_files,
        allow_address=allow,
        host_connections=connections,
        nameservers=nameservers,
    )
