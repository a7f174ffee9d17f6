import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.crawl.site import SiteOptions, crawl_site, read_seeds
from pipeline.web.client import WebClient
from schemas.records import Candidate, LedgerRow
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


def page(name: str, *links: str, head: str = "", headers: tuple[str, ...] = ()) -> bytes:
    anchors = "".join(f'<a href="{link}">next</a>' for link in links)
    image = f'<img src="/{name}.jpg" alt="picture {name}">'
    return ok(f"<html><head>{head}</head><body>{image}{anchors}</body></html>".encode(), *headers)


async def crawl(
    replies: Mapping[str, Reply],
    seed: str = "/",
    *,
    max_pages: int = 100,
    max_depth: int = 10,
    robots: bool = False,
) -> tuple[list[Candidate | LedgerRow], Site]:
    options = SiteOptions(
        max_pages=max_pages, max_depth=max_depth, page_deadline_s=5, max_page_bytes=10_000
    )
    async with serve(replies) as site:
        async with WebClient(web_options("127.0.0.1", robots=robots)) as client:
            items = await crawl_site(site.url(seed), options, client)
        # The text around the pictures of these pages is links, which other tests read.
        return [i for i in items if isinstance(i, LedgerRow) or i.text_source == "alt"], site


def texts(items: list[Candidate | LedgerRow]) -> list[str]:
    return [
        i.text.removeprefix("picture ") if isinstance(i, Candidate) else i.outcome for i in items
    ]


TREE: dict[str, Reply] = {
    "/": page("root", "/a", "/b", "/a#again"),
    "/a": page("a", "/c", "/"),
    "/b": page("b", "/d", "/c"),
    "/c": page("c"),
    "/d": page("d", "/e"),
    "/e": page("e"),
}


def test_pages_come_breadth_first_each_once() -> None:
    items, site = asyncio.run(crawl(TREE))
    assert texts(items) == ["root", "a", "b", "c", "d", "e"]
    assert sorted(site.requests) == ["/", "/a", "/b", "/c", "/d", "/e"]
    first = items[0]
    assert isinstance(first, Candidate)
    assert (first.source, first.page_url) == (site.url(), site.url())
    assert first.url == site.url("/root.jpg")
    assert first.fetched_at is not None


@pytest.mark.parametrize("seed", range(5))
def test_order_does_not_depend_on_timing(seed: int) -> None:
    chance = random.Random(seed)
    late: dict[str, Reply] = {
        path: dripping([reply], chance.random() / 20)
        for path, reply in TREE.items()
        if isinstance(reply, bytes)
    }
    assert texts(asyncio.run(crawl(late))[0]) == ["root", "a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("max_pages", "max_depth", "expected"),
    [
        (1, 9, "root"),
        (3, 9, "root a b"),
        (99, 0, "root"),
        (99, 1, "root a b"),
        (99, 2, "root a b c d"),
    ],
)  # fmt: skip
def test_limits_are_inclusive(max_pages: int, max_depth: int, expected: str) -> None:
    items, site = asyncio.run(crawl(TREE, max_pages=max_pages, max_depth=max_depth))
    assert texts(items) == expected.split()
    assert len(site.requests) == len(items)


def test_page_that_fails_is_a_row_and_the_crawl_goes_on() -> None:
    replies = {
        "/": page("root", "/gone", "/x.pdf", "/short", "/loop", "/good"),
        "/x.pdf": ok(b"%PDF", content_type="application/pdf"),
        "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>",
        "/loop": redirect("/loop"),
        "/good": page("good"),
    }
    items, site = asyncio.run(crawl(replies))
    assert texts(items) == ["root", "http_404", "page_not_html", "truncated", "redirects", "good"]
    row = items[1]
    assert row == LedgerRow(uid=None, url=site.url("/gone"), stage="crawl", outcome="http_404")


def test_other_hosts_are_left_alone() -> None:
    async def run() -> tuple[list[str], list[str]]:
        async with serve({"/": page("other")}) as other:
            replies = {
                "/": page("root", other.url(), "/away", "/a"),
                "/away": redirect(other.url()),
                "/a": page("a"),
            }
            items, _ = await crawl(replies)
            return texts(items), other.requests

    found, asked = asyncio.run(run())
    assert found == ["root", "redirects", "a"]
    assert asked == ["/"]  # by the redirect, whose page is not used


def test_seed_that_redirects_to_another_host_is_crawled_there() -> None:
    async def run() -> list[str]:
        async with serve({"/": page("root", "/a"), "/a": page("a")}) as target:
            items, _ = await crawl({"/": redirect(target.url())})
            return texts(items)

    assert asyncio.run(run()) == ["root", "a"]


def test_page_reached_twice_through_redirects_counts_once() -> None:
    replies = {
        "/": page("root", "/old", "/new", "/older"),
        "/old": redirect("/new"),
        "/older": redirect("/new"),
        "/new": page("new"),
    }
    assert texts(asyncio.run(crawl(replies))[0]) == ["root", "new"]


@pytest.mark.parametrize(
    "root",
    [
        page("root", "/a", head='<meta name="robots" content="nofollow">'),
        page("root", "/a", headers=("X-Robots-Tag: nofollow",)),
        page("root", "/a", headers=("X-Robots-Tag: none",)),
    ],
)
def test_nofollow_keeps_the_page_and_not_its_links(root: bytes) -> None:
    assert texts(asyncio.run(crawl({"/": root, "/a": page("a")}))[0]) == ["root"]


def test_opt_out_of_header_and_meta_goes_on_the_candidate() -> None:
    root = page(
        "root", head='<meta name="robots" content="noai">', headers=("X-Robots-Tag: noimageai",)
    )
    (candidate,) = asyncio.run(crawl({"/": root}))[0]
    assert isinstance(candidate, Candidate)
    assert candidate.opt_out == ("header:noimageai", "meta:noai")


def test_opt_out_of_the_site_goes_on_the_candidate() -> None:
    robots = ok(b"User-agent: *\nContent-Usage: train-ai=n\n")
    (candidate,) = asyncio.run(crawl({"/robots.txt": robots, "/": page("root")}, robots=True))[0]
    assert isinstance(candidate, Candidate)
    assert candidate.opt_out == ("robots:train-ai=n",)


def test_robots_refuses_pages_by_row() -> None:
    replies = {
        "/robots.txt": ok(b"User-agent: webimagetext\nDisallow: /private\n"),
        "/": page("root", "/private/a", "/b"),
        "/private/a": page("a"),
        "/b": page("b"),
    }
    items, site = asyncio.run(crawl(replies, robots=True))
    assert texts(items) == ["root", "robots", "b"]
    assert "/private/a" not in site.requests


def test_charset_of_the_header_is_used() -> None:
    body = '<img src="/a.jpg" alt="café">'.encode("cp1252")
    replies = {"/": answer("200 OK", body, "Content-Type: text/html; charset=windows-1252")}
    assert texts(asyncio.run(crawl(replies))[0]) == ["café"]


@pytest.mark.parametrize(
    ("seed", "outcome"),
    [
        ("not a url", "url"),
        ("ftp://a.example/", "scheme"),
        ("http://10.0.0.1/", "address"),
        ("http://nosuch.invalid/", "dns"),
    ],
)
def test_seed_that_cannot_be_crawled_is_one_row(seed: str, outcome: str) -> None:
    async def run() -> list[Candidate | LedgerRow]:
        options = SiteOptions(max_pages=9, max_depth=9, page_deadline_s=5, max_page_bytes=100)
        async with WebClient(web_options(robots=True)) as client:
            return await crawl_site(seed, options, client)

    (row,) = asyncio.run(run())
    assert isinstance(row, LedgerRow)
    assert (row.uid, row.outcome) == (None, outcome)


def test_seeds_are_lines_without_comments_and_repetition(tmp_path: Path) -> None:
    path = tmp_path / "seeds.txt"
    text = "\ufeff# mine\nhttp://a.example/\r\n\n  http://b.example/x#1 \nhttp://a.example/\n"
    path.write_text(text, encoding="utf-8")
    assert read_seeds(str(path)) == ["http://a.example/", "http://b.example/x#1"]


def test_a_url_is_its_own_seed() -> None:
    assert read_seeds("http://a.example/") == ["http://a.example/"]
