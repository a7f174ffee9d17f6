"""A loopback web of many hosts for the crawl benchmark: raw asyncio, keep-alive, a log of all.

`python -m benchmarks.site_server HOSTS PAGES LOG` serves `PAGES` pages on each of `HOSTS` addresses
(127.1.x.y), says its port, and ends when its standard input closes; then it writes the log.
"""

import asyncio
import json
import random
import sys
import threading
import time
from pathlib import Path

LINKS_PER_PAGE = 40
IMAGES_PER_PAGE = 10
CRAWL_DELAY_S = 0.2
DELAYED = 10  # every tenth host asks for it
_WORDS = ("old", "red", "boat", "harbour", "quiet", "river", "stone", "bridge", "roof")


def host_name(number: int) -> str:
    """Returns the address of a host."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def asks_for_delay(number: int) -> bool:
    """Whether the host's robots.txt has a Crawl-delay."""
    return number % DELAYED == 0


def make_page(number: int, pages: int) -> bytes:
    """Returns a page of about 10 kB that links to pages behind it and at random."""
    chance = random.Random(number)
    ahead = [(number * 3 + step) % pages for step in (1, 2, 3)]
    targets = [*ahead, *(chance.randrange(pages) for _ in range(LINKS_PER_PAGE - 3))]
    links = "".join(f'<li><a href="/page/{n}.html">Page number {n}</a></li>' for n in targets)
    images = "".join(
        f'<figure><img src="/img/{number}-{n}.jpg" alt="A photo of the {chance.choice(_WORDS)}">'
        f"<figcaption>{' '.join(chance.choices(_WORDS, k=12))}</figcaption></figure>"
        for n in range(IMAGES_PER_PAGE)
    )
    text = "".join(f"<p>{' '.join(chance.choices(_WORDS, k=60))}.</p>" for _ in range(16))
    head = f"<title>Page {number}</title><meta charset=utf-8>"
    body = f"<nav><ul>{links}</ul></nav>{text}{images}"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def _answer(
    body: bytes, content_type: str = "text/html; charset=utf-8", status: str = "200 OK"
) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Site:
    """The answers by path, the same on every host, and the log."""

    def __init__(self, hosts: int, pages: int) -> None:
        self.answers = {
            f"/page/{n}.html".encode(): _answer(make_page(n, pages)) for n in range(pages)
        }
        self.answers[b"/"] = _answer(make_page(0, pages))
        self.missing = _answer(b"", status="404 Not Found")
        plain = "text/plain"
        delay = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S}\n".encode()
        self.robots = {
            host_name(n): _answer(delay if asks_for_delay(n) else b"User-agent: *\n", plain)
            for n in range(hosts)
        }
        self.log: list[tuple[float, str, str, int]] = []
        self.open: dict[str, int] = dict.fromkeys(self.robots, 0)


class _Connection(asyncio.Protocol):
    def __init__(self, site: _Site) -> None:
        self._site = site
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]
        self._site.open[self._host] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._site.open[self._host] -= 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            site = self._site
            site.log.append((time.monotonic(), self._host, path.decode(), site.open[self._host]))
            if path == b"/robots.txt":
                self._transport.write(site.robots[self._host])
            else:
                self._transport.write(site.answers.get(path, site.missing))


async def _serve(hosts: int, pages: int, log: str) -> None:
    site = _Site(hosts, pages)
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Connection(site), host_name(0), 0, backlog=512)
    port = first.sockets[0].getsockname()[1]
    rest = [host_name(n) for n in range(1, hosts)]
    server = await loop.create_server(lambda: _Connection(site), rest, port, backlog=512)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    threading.Thread(target=_wait_for_end, args=(loop, ended), daemon=True).start()
    await ended.wait()
    first.close()
    server.close()
    Path(log).write_text("".join(json.dumps(row) + "\n" for row in site.log))


def _wait_for_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
