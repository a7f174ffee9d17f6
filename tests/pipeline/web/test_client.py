import asyncio
import socket
from collections.abc import Mapping
from datetime import UTC

import pytest

from pipeline.web import resolver
from pipeline.web.client import Fetched, WebClient, media_type
from pipeline.web.options import WebOptions
from pipeline.web.validators import Conditions, Validators
from schemas.errors import RecordError
from tests.name_server import serve_names
from tests.pipeline.web.bad_server import (
    Reply,
    Site,
    answer,
    dripping,
    ok,
    redirect,
    serve,
    web_options,
)

CLOSED = ok(b"User-agent: *\nDisallow: /private\n", content_type="text/plain")


async def fetch(
    client: WebClient, url: str, *, deadline_s: float = 5, media_types: tuple[str, ...] = ()
) -> Fetched:
    return await client.fetch(
        url, deadline_s=deadline_s, max_bytes=1000, accept="*/*", media_types=media_types
    )


async def fetch_one(
    replies: Mapping[str, Reply],
    path: str = "/",
    *,
    robots: bool = False,
    deadline_s: float = 5,
    media_types: tuple[str, ...] = (),
) -> tuple[Fetched, Site]:
    async with serve(replies) as site:
        async with WebClient(web_options(site.address, robots=robots)) as client:
            fetched = await fetch(
                client, site.url(path), deadline_s=deadline_s, media_types=media_types
            )
        return fetched, site


def test_success_comes_with_its_headers_final_url_and_time() -> None:
    fetched, site = asyncio.run(fetch_one({"/": redirect("/b?q=1#top"), "/b?q=1": ok(b"abc")}))
    assert (fetched.status, fetched.body) == (200, b"abc")
    assert fetched.final_url == site.url("/b?q=1")
    assert ("Content-Type", "text/html") in fetched.headers
    assert fetched.fetched_at.tzinfo == UTC


def test_a_thing_that_has_not_changed_comes_as_a_304_with_what_is_said_of_it_now() -> None:
    async def run() -> tuple[Fetched, list[str]]:
        same = answer("304 Not Modified", b"", "X-Robots-Tag: noai")
        async with serve({"/": redirect("/b"), "/b": same}) as site:
            conditions = Conditions(url=site.url("/b"), validators=Validators('"1"', None))
            async with WebClient(web_options(site.address)) as client:
                fetched = await client.fetch(
                    site.url(), deadline_s=5, max_bytes=9, accept="*/*", conditions=conditions
                )
            return fetched, site.heads

    fetched, heads = asyncio.run(run())
    assert (fetched.status, fetched.body) == (304, b"")
    assert fetched.header("x-robots-tag") == "noai"
    assert ["If-None-Match" in head for head in heads] == [False, True]


@pytest.mark.parametrize("status", [300, 304, 400, 403, 404, 410, 429, 451, 500, 503])
def test_other_status_is_its_own_failure(status: int) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one({"/": answer(f"{status} X")}))
    assert caught.value.outcome == f"http_{status}"


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"/": redirect("/")}, "redirects"),
        ({"/": redirect("/b"), "/b": redirect("/")}, "redirects"),
        ({"/": redirect("http://169.254.169.254/latest/meta-data/")}, "address"),
        ({"/": redirect("http://127.0.0.1:1/")}, "address"),
        ({"/": redirect("http://2130706433:1/")}, "address"),
        ({"/": redirect("file:///etc/passwd")}, "scheme"),
        ({"/": redirect("http://user:secret@example.org/")}, "url"),
        ({"/": redirect("http://[")}, "url"),
        ({"/": answer("302 Found")}, "http_302"),
    ],
)
def test_redirect_that_may_not_be_followed(replies: dict[str, Reply], outcome: str) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one(replies))
    assert caught.value.outcome == outcome


@pytest.mark.parametrize(("length", "is_followed"), [(5, True), (6, False)])
def test_five_redirects_and_no_more(length: int, is_followed: bool) -> None:
    replies: dict[str, Reply] = {f"/{i}": redirect(f"/{i + 1}") for i in range(length)}
    replies[f"/{length}"] = ok(b"abc")
    if is_followed:
        assert asyncio.run(fetch_one(replies, "/0"))[0].body == b"abc"
    else:
        with pytest.raises(RecordError):
            asyncio.run(fetch_one(replies, "/0"))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"
SLOW: dict[str, Reply] = {
    "silence": dripping([b""], 3600),
    "slow headers": dripping([bytes([byte]) for byte in HEAD], 0.1),
    "dripping body": dripping([HEAD, *[b"a"] * 900], 0.1),
}


@pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW.keys())
def test_slow_answer_meets_the_deadline(reply: Reply) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one({"/": reply}, deadline_s=0.3))
    assert caught.value.outcome == "deadline"


def test_deadline_is_shared_by_all_hops() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(redirect("/"))

    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one({"/": slow}, deadline_s=0.5))
    assert caught.value.outcome == "deadline"  # six hops of 0.2 s would be `redirects`


def test_waiting_for_a_turn_costs_no_deadline() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(ok(b"abc"))

    async def run() -> int:
        async with serve({"/": slow}) as site:
            options = web_options(site.address, connections=1)
            async with WebClient(options) as client:
                tasks = [fetch(client, site.url(), deadline_s=0.6) for _ in range(10)]
                return len(await asyncio.gather(*tasks))

    assert asyncio.run(run()) == 10


def test_host_gets_no_more_connections_than_allowed() -> None:
    async def run() -> int:
        async with serve({"/": dripping([ok(b"abc")])}) as site:
            async with WebClient(web_options(site.address, connections=2)) as client:
                await asyncio.gather(*(fetch(client, site.url()) for _ in range(20)))
            return site.most_at_once

    # The server may still be closing an answered connection when the next one comes.
    assert asyncio.run(run()) <= 4


@pytest.mark.parametrize(
    ("replies", "path", "outcome"),
    [
        ({"/robots.txt": CLOSED, "/private/a": ok(b"abc")}, "/private/a", "robots"),
        ({"/robots.txt": CLOSED, "/": redirect("/private/a")}, "/", "robots"),
        ({"/robots.txt": answer("503 Busy"), "/": ok(b"abc")}, "/", "robots"),
        ({"/robots.txt": answer("429 Slow", b"", "Retry-After: 0")}, "/", "robots"),
        ({"/robots.txt": redirect("http://169.254.169.254/")}, "/", "robots"),
    ],
)
def test_robots_is_obeyed_at_each_hop(replies: dict[str, Reply], path: str, outcome: str) -> None:
    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one(replies, path, robots=True))
    assert caught.value.outcome == outcome


def test_robots_is_fetched_once_and_before_anything_else() -> None:
    async def run() -> list[str]:
        async with serve({"/robots.txt": CLOSED, "/": ok(b"abc")}) as site:
            async with WebClient(web_options(site.address, robots=True)) as client:
                await asyncio.gather(*(fetch(client, site.url()) for _ in range(5)))
            return site.requests

    assert asyncio.run(run()) == ["/robots.txt", *["/"] * 5]


def test_crawl_delay_spaces_requests() -> None:
    delay = ok(b"User-agent: *\nCrawl-delay: 0.2\n")

    async def run() -> list[float]:
        async with serve({"/robots.txt": delay, "/": ok(b"abc")}) as site:
            async with WebClient(web_options(site.address, robots=True)) as client:
                await asyncio.gather(*(fetch(client, site.url()) for _ in range(3)))
            return site.starts[1:]

    first, second, third = asyncio.run(run())
    assert second - first > 0.1
    assert third - second > 0.1


def test_what_a_site_says_comes_with_the_page_of_the_last_hop() -> None:
    usage = ok(b"User-agent: *\nContent-Usage: /b train-ai=n\n")
    reserved = ok(b'[{"location": "/a", "tdm-reservation": 1}]')
    replies: dict[str, Reply] = {
        "/robots.txt": usage,
        "/.well-known/tdmrep.json": reserved,
        "/ai.txt": ok(b"User-agent: *\nDisallow: /b"),
        "/a": redirect("/b"),
        "/b": ok(b"abc"),
    }

    async def run(robots: bool, site_files: bool) -> tuple[str, ...]:
        async with serve(replies) as site:
            options = web_options(site.address, robots=robots, site_files=site_files)
            async with WebClient(options) as client:
                return (await fetch(client, site.url("/a"))).site_signals

    assert asyncio.run(run(True, True)) == ("ai.txt:disallow", "robots:train-ai=n")
    assert asyncio.run(run(True, False)) == ("robots:train-ai=n",)
    assert asyncio.run(run(False, True)) == ("ai.txt:disallow",)
    assert asyncio.run(run(False, False)) == ()


def test_refused_address_is_refused_whatever_robots_would_say() -> None:
    async def run(robots: bool) -> None:
        options = web_options(robots=robots)
        async with serve({"/": ok(b"abc")}) as site, WebClient(options) as client:
            try:
                await fetch(client, site.url())
            finally:
                assert site.requests == []

    for robots in (True, False):
        with pytest.raises(RecordError) as caught:
            asyncio.run(run(robots))
        assert caught.value.outcome == "address"


ADDRESSES = {
    "one private": ["10.0.0.1"],
    "two private": ["10.0.0.1", "192.168.0.1"],
    "private, and public that does not answer": ["10.0.0.1", "127.0.0.1"],
    "the other way round": ["127.0.0.1", "10.0.0.1"],
    "both families": ["fd00::1", "10.0.0.1"],
}


@pytest.mark.parametrize("addresses", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_name_with_a_refused_address(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    monkeypatch.setattr(resolver, "_family", lambda: socket.AF_UNSPEC)

    async def run(nameserver: str) -> None:
        options = web_options("127.0.0.1:1", nameservers=(nameserver,))
        async with WebClient(options) as client:
            await fetch(client, "http://name.example:1/")

    with (
        serve_names({"name.example": tuple(addresses)}) as names,
        pytest.raises(RecordError) as caught,
    ):
        asyncio.run(run(names.address))
    assert caught.value.outcome == "address"


def test_name_with_one_good_address_is_fetched_from_there() -> None:
    async def run(nameserver: str) -> bytes:
        async with serve({"/": ok(b"abc")}) as site:
            options = web_options(site.address, nameservers=(nameserver,))
            async with WebClient(options) as client:
                return (await fetch(client, f"http://name.example:{site.port}/")).body

    with serve_names({"name.example": ("10.0.0.1", "127.0.0.1")}) as names:
        assert asyncio.run(run(names.address)) == b"abc"


def test_other_media_type_is_not_read() -> None:
    replies = {"/": ok(b"%PDF" * 1000, content_type="application/pdf")}
    with pytest.raises(RecordError) as caught:
        asyncio.run(fetch_one(replies, media_types=("text/html",)))
    assert caught.value.outcome == "page_not_html"
    untyped = {"/": answer("200 OK", b"<html>")}
    assert asyncio.run(fetch_one(untyped, media_types=("text/html",)))[0].body == b"<html>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html; charset=UTF-8", ("text/html", "utf-8")),
        ('Text/HTML;charset="Latin1"', ("text/html", "latin1")),
        ("text/html", ("text/html", None)),
        ("nonsense", ("text/plain", None)),
        ("", ("text/plain", None)),
        ("text/html; charset*=x'y'%ff", ("text/html", None)),
    ],
)
def test_media_type(value: str, expected: tuple[str, str | None]) -> None:
    found = media_type(value)
    assert found[0] == expected[0]
    assert found[1] == expected[1] or "*=" in value


def test_wrong_allowance_is_told_at_construction() -> None:
    with pytest.raises(ValueError, match="localhost"):
        WebClient(WebOptions(user_agent="b", product_token="b", allow_address=("localhost",)))


@pytest.mark.parametrize(
    ("reply", "status", "body"),
    [(ok(b"abc"), 200, b"abc"), (redirect("/b"), 302, b""), (answer("503 Busy", b"x"), 503, b"")],
)
def test_one_request_is_one_answer_of_whatever_status(
    reply: bytes, status: int, body: bytes
) -> None:
    async def run() -> Fetched:
        async with serve({"/": reply}) as site, WebClient(web_options(site.address)) as client:
            return await client.fetch_once(site.url(), deadline_s=5, max_bytes=9, accept="*/*")

    fetched = asyncio.run(run())
    assert (fetched.status, fetched.body, fetched.ip) == (status, body, "127.0.0.1")
    assert fetched.site_signals == ()
    assert fetched.header("content-length") is not None


def test_a_host_on_hold_is_left_alone() -> None:
    async def run() -> float:
        async with serve({"/": ok(b"abc")}) as site, WebClient(web_options(site.address)) as client:
            begun = asyncio.get_running_loop().time()
            client.hold(site.url("/any"), 0.2)
            await fetch(client, site.url())
            return site.starts[0] - begun

    assert asyncio.run(run()) >= 0.19


def test_sitemaps_are_those_of_robots_txt() -> None:
    async def run(robots: bool) -> tuple[str, ...]:
        replies, web = (
            {"/robots.txt": ok(b"Sitemap: /s.xml")},
            web_options("127.0.0.1", robots=robots),
        )
        async with serve(replies) as site, WebClient(web) as client:
            return await client.sitemaps(site.url("/page"))

    assert asyncio.run(run(True)) == ("/s.xml",)
    assert asyncio.run(run(False)) == ()


def test_permission_is_robots_and_the_sites_files_without_the_page_itself() -> None:
    rules = ok(b"User-agent: *\nDisallow: /private\nContent-Usage: train-ai=n\n")

    async def run() -> None:
        async with serve({"/robots.txt": rules, "/a": ok(b"a")}) as site:
            async with WebClient(web_options(site.address, robots=True)) as client:
                assert await client.permit(site.url("/a")) == ("robots:train-ai=n",)
                with pytest.raises(RecordError, match="robots"):
                    await client.permit(site.url("/private/b"))
            assert "/a" not in site.requests

    asyncio.run(run())
