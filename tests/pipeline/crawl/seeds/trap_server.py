"""A loopback web full of traps, in a process of its own: `python -m ... PLAIN_HOSTS LOG`.

It says its port, writes every request to the log as it comes, and ends with its standard input.
"""

import asyncio
import json
import resource
import sys
import threading
import time
from collections import Counter
from itertools import count
from typing import TextIO

TRAPS = ("calendar", "loops", "sessions", "slow", "storm", "busy", "copies", "deeper", "longer")
SAME_BODY = "<p>this shop is closed</p>"


def trap_host(name: str) -> str:
    return f"127.2.0.{TRAPS.index(name) + 1}"


def plain_host(number: int) -> str:
    return f"127.2.{number // 250 + 1}.{number % 250 + 1}"


def html(path: str, *links: str, text: str = "") -> str:
    anchors = "".join(f'<a href="{link}">link</a>' for link in links)
    return f'<img src="/i{path}.jpg" alt="picture of {path}">{text}{anchors}'


class Traps:
    """One answer a path: a body, a status with headers, or None to drip for ever."""

    def __init__(self) -> None:
        self.sessions = count(1)
        self.asked: Counter[str] = Counter()

    def calendar(self, path: str) -> object:
        month = int(path.rpartition("/")[2] or 0)
        return html(path, f"/month/{month + 1}", f"/month/{month - 1}", f"/day/{month}0")

    def loops(self, path: str) -> object:
        if path == "/":
            return html(path, "/round/a", "/self", "/on/1", "/good")
        if path.startswith("/on/"):
            return 302, {"Location": f"/on/{int(path[4:]) + 1}"}
        targets = {"/round/a": "/round/b", "/round/b": "/round/a", "/self": "/self"}
        return (302, {"Location": targets[path]}) if path in targets else html(path)

    def sessions_(self, path: str) -> object:
        bare = path.partition("?")[0].partition(";")[0]
        here = int(bare.rpartition("/")[2] or 0)
        links = [f"/p/{n % 5}?sid={next(self.sessions)}" for n in (here + 1, here + 2)]
        return html(bare, *links, f"/q/{here % 5};jsessionid={next(self.sessions)}")

    def slow(self, path: str) -> object:
        return html(path, *(f"/drip/{n}" for n in range(20))) if path == "/" else None

    def storm(self, path: str) -> object:
        return html(path, *(f"/{n}" for n in range(50))) if path == "/" else (503, {})

    def busy(self, path: str) -> object:
        self.asked[path] += 1
        if self.asked[path] == 1:
            return 429, {"Retry-After": "1"}
        return html(path, "/1", "/2") if path == "/" else html(path)

    def copies(self, path: str) -> object:
        number = int(path.rpartition("/")[2] or 0)
        return f'{SAME_BODY}<a href="/shop/{number + 1}">a</a>' if path == "/" else self._shop(path)

    def _shop(self, path: str) -> str:
        # The same bytes under every URL, and links that never end.
        return SAME_BODY + "".join(f'<a href="/shop/{n}">x</a>' for n in range(200))

    def deeper(self, path: str) -> object:
        return html("/deeper", "a/b/", "more/")

    def longer(self, path: str) -> object:
        return html("/longer", f"{path}x{'y' * 120}" if path != "/" else "/z")

    def plain(self, path: str) -> object:
        return html(path, "/", "/a", "/b") if path in ("/", "/a", "/b") else (404, {})


class Connection(asyncio.Protocol):
    def __init__(self, traps: Traps, log: TextIO) -> None:
        self._traps = traps
        self._log = log

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        for head in data.split(b"\r\n\r\n")[:-1]:
            path = head.split(b" ", 2)[1].decode()
            self._log.write(json.dumps([time.monotonic(), self._host, path]) + "\n")
            self._answer(path)

    def _answer(self, path: str) -> None:
        number = int(self._host.rpartition(".")[2]) - 1
        is_trap = self._host.startswith("127.2.0.")
        name = TRAPS[number] if is_trap else "plain"
        if path in ("/robots.txt", "/sitemap.xml"):
            self._send(404, {}, "")
            return
        said = getattr(self._traps, "sessions_" if name == "sessions" else name)(path)
        if isinstance(said, str):
            self._send(200, {"Content-Type": "text/html"}, said)
        elif said is None:
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<html>")
            self._drip()
        else:
            self._send(*said, "")

    def _send(self, status: int, headers: dict[str, str], body: str) -> None:
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._transport.write("\r\n".join([*lines, "", body]).encode())

    def _drip(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b" ")
            asyncio.get_running_loop().call_later(0.05, self._drip)


async def serve(plain_hosts: int, log_path: str) -> None:
    loop, traps = asyncio.get_running_loop(), Traps()
    with open(log_path, "w", buffering=1) as log:
        first = await loop.create_server(lambda: Connection(traps, log), trap_host(TRAPS[0]), 0)
        port = first.sockets[0].getsockname()[1]
        hosts = [*map(trap_host, TRAPS[1:]), *map(plain_host, range(plain_hosts))]
        await loop.create_server(lambda: Connection(traps, log), hosts, port, backlog=64)
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        ended = asyncio.Event()

        def wait() -> None:
            sys.stdin.read()
            loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=wait, daemon=True).start()
        await ended.wait()


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 8192), limit))
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
