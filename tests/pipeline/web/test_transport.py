import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import pytest

from pipeline.web.address import AddressGuard
from pipeline.web.answer import Answer
from pipeline.web.transport import Transport, read_start, read_whole
from schemas.errors import RecordError
from tests.pipeline.web.bad_server import Reply, answer, dripping, ok, reset, serve

LIMIT = 1000
GZIP = "Content-Encoding: gzip"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def transport() -> AsyncIterator[Transport]:
    async with Transport("bot/1", AddressGuard(("127.0.0.1",))) as opened:
        yield opened


async def get(url: str, max_bytes: int = LIMIT) -> Answer:
    async with transport() as opened:
        return await opened.get(url, "*/*", partial(read_whole, max_bytes=max_bytes))


async def get_reply(reply: Reply) -> Answer:
    async with serve({"/": reply}) as site:
        return await get(site.url())


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (ok(b"abc"), b"abc"),
        (ok(b"a" * LIMIT), b"a" * LIMIT),
        (ok(gzip.compress(b"abc" * 100), GZIP), b"abc" * 100),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
    ],
)
def test_whole_body_is_decoded(reply: bytes, body: bytes) -> None:
    assert asyncio.run(get_reply(reply)).body == body


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (ok(b"a" * (LIMIT + 1)), "too_large"),
        (dripping([CHUNKED, *[b"400\r\n" + b"a" * 1024 + b"\r\n"] * 100], 0), "too_large"),
        (ok(gzip.compress(b"\0" * 10_000_000), GZIP), "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "truncated"),
        (CHUNKED + b"3\r\nabc\r\n", "truncated"),
        (ok(b"abc", GZIP), "protocol"),
        (CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc, and more than announced", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nabc", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1000 + b"\r\n", "protocol"),
        (b"<html>no status line</html>", "protocol"),
        (ok(b""), "empty"),
        (answer("204 No Content"), "empty"),
        (b"", "connect"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "connect"),
        (reset, "connect"),
    ],
)
def test_bad_answer_has_its_class(reply: Reply, outcome: str) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(get_reply(reply))
    assert caught.value.outcome == outcome


def test_reset_within_the_body_is_truncated() -> None:
    async def reply(writer: asyncio.StreamWriter) -> None:
        await dripping([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])(writer)
        await reset(writer)

    with pytest.raises(RecordError) as caught:
        asyncio.run(get_reply(reply))
    assert caught.value.outcome == "truncated"


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://nosuch.invalid/", "dns"),
        ("http://a..b/", "dns"),
        ("https://./", "dns"),
        ("https://.a.b/", "dns"),
        (f"http://{'a' * 70}.example/", "dns"),
        ("http://127.0.0.1:1/", "connect"),
        ("http://10.0.0.1/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::ffff:169.254.169.254]/", "address"),
    ],
)
def test_unreachable_host_has_its_class(url: str, outcome: str) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(get(url))
    assert caught.value.outcome == outcome


def test_plain_answer_to_a_tls_hello_is_tls() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        async with server:
            await get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    with pytest.raises(RecordError) as caught:
        asyncio.run(run())
    assert caught.value.outcome == "tls"


def test_a_redirect_is_returned_and_no_body_but_a_success_is_read() -> None:
    async def run(reply: bytes) -> Answer:
        return await get_reply(reply)

    moved = asyncio.run(run(answer("302 Found", b"body", "Location: /b")))
    assert (moved.status, moved.location, moved.body) == (302, "/b", b"")
    assert asyncio.run(run(answer("404 Not Found", b"a" * LIMIT * 2))).status == 404


def test_request_names_us_and_carries_no_cookie() -> None:
    async def run() -> list[str]:
        async with serve({"/": ok(b"abc", "Set-Cookie: a=b")}) as site, transport() as opened:
            for _ in range(2):
                await opened.get(site.url(), "image/*", partial(read_whole, max_bytes=LIMIT))
            return site.heads

    for head in asyncio.run(run()):
        assert "User-Agent: bot/1\r\n" in head
        assert "Accept: image/*\r\n" in head
        assert "Accept-Encoding: gzip, deflate\r\n" in head
        assert "cookie" not in head.lower()


def test_headers_keep_order_repetition_and_every_byte() -> None:
    reply = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: caf\xe9\r\nContent-Length: 1\r\n\r\na"
    headers = asyncio.run(get_reply(reply)).headers
    assert headers == (("X-A", "1"), ("X-A", "caf\xe9"), ("Content-Length", "1"))


def test_start_of_an_endless_body_is_read_and_no_more() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"abcd" * 1000)
            await writer.drain()

    async def run() -> bytes:
        async with serve({"/": endless}) as site, transport() as opened:
            read = partial(read_start, max_bytes=10)
            return (await opened.get(site.url(), "*/*", read)).body

    assert asyncio.run(asyncio.wait_for(run(), 20)) == b"abcdabcdab"


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert asyncio.run(get_reply(ok(b"abc"))).body == b"abc"


@asynccontextmanager
async def keep_alive_server(*, drops: bool) -> AsyncIterator[tuple[str, list[int]]]:
    """Answers on one connection again and again, or drops it, without a word, after an answer."""
    requests: list[int] = []  # number of the connection that each came on
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                requests.append(number)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
                if drops:
                    await asyncio.sleep(0.02)  # idle for the client by then
                    break
        except asyncio.IncompleteReadError:
            pass
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", requests
    finally:
        server.close()


@pytest.mark.parametrize(
    ("keep_alive", "drops", "connections"),
    [(False, False, [1, 2, 3]), (True, False, [1, 1, 1]), (True, True, [1, 2, 3])],
)
def test_connections_serve_several_requests_if_they_may(
    keep_alive: bool, drops: bool, connections: list[int]
) -> None:
    async def run() -> list[int]:
        guard = AddressGuard(("127.0.0.1",))
        async with (
            keep_alive_server(drops=drops) as (url, requests),
            Transport("bot/1", guard, keep_alive=keep_alive) as opened,
        ):
            for pause_s in (0.0, 0.05, 0.02):  # dropped before, and just when it is used again
                await asyncio.sleep(pause_s)
                answer = await opened.get(url, "*/*", partial(read_whole, max_bytes=9))
                assert answer.body == b"abc"
            return requests

    assert asyncio.run(run()) == connections


def test_an_answer_says_where_it_came_from_and_what_was_sent() -> None:
    told = []

    async def run() -> Answer:
        async with serve({"/": ok(b"abc")}) as site, transport() as opened:
            read = partial(read_whole, max_bytes=9)
            return await opened.get(
                site.url(), "*/*", read, headers={"X-More": "1"}, on_sent=lambda: told.append(1)
            )

    answered = asyncio.run(run())
    assert (answered.status, answered.reason, answered.ip) == (200, "OK", "127.0.0.1")
    assert {("User-Agent", "bot/1"), ("X-More", "1"), ("Accept", "*/*")} <= set(answered.sent)
    assert told == [1]


def test_a_host_that_takes_no_connection_is_known_before_its_deadline() -> None:
    async def run() -> str:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
            for _ in range(4):  # nobody accepts: the kernel drops whoever comes after these
                early = waiting.enter_context(socket.socket())
                early.setblocking(False)
                early.connect_ex(full.getsockname())
            guard = AddressGuard(("127.0.0.1",))
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            async with Transport("bot/1", guard, connect_s=0.2) as opened, asyncio.timeout(20):
                with pytest.raises(RecordError) as caught:
                    await opened.get(url, "*/*", partial(read_whole, max_bytes=LIMIT))
        return f"{caught.value.outcome}: {caught.value.detail}"

    assert asyncio.run(run()) == "deadline: no connection in time"
