import asyncio
import random
from pathlib import Path

import pytest

from pipeline.crawl.seeds import site_crawl
from schemas.records import LedgerRow
from tests.pipeline.crawl.seeds.crawls import crawl, options, page, run_crawl
from tests.pipeline.web.bad_server import Reply, Send, answer, dripping, ok, redirect, serve

TREE: dict[str, Reply] = {
    "/": page("root", "/a", "/b", "/a#again"),
    "/a": page("a", "/c", "/"),
    "/b": page("b", "/d", "/c"),
    "/c": page("c"),
    "/d": page("d", "/e"),
    "/e": page("e"),
}


def test_pages_come_breadth_first_each_once(tmp_path: Path) -> None:
    crawled, site = crawl(tmp_path, TREE)
    assert crawled.texts == ["root", "a", "b", "c", "d", "e"]
    assert sorted(site.requests) == ["/", "/a", "/b", "/c", "/d", "/e"]
    assert crawled.rows == []


@pytest.mark.parametrize("seed", range(5))
def test_order_does_not_depend_on_timing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    late: dict[str, Reply] = {
        path: dripping([reply], chance.random() / 20)
        for path, reply in TREE.items()
        if isinstance(reply, bytes)
    }
    assert crawl(tmp_path, late)[0].texts == ["root", "a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("max_pages", "max_depth", "expected", "left"),
    [
        (1, 9, "root", "pages 2"),
        (3, 9, "root a b", "pages 2"),
        (99, 0, "root", "depth 2"),
        (99, 1, "root a b", "depth 2"),
        (99, 2, "root a b c d", "depth 1"),
    ],
)  # fmt: skip
def test_limits_are_inclusive_and_what_they_cost_is_one_row(
    tmp_path: Path, max_pages: int, max_depth: int, expected: str, left: str
) -> None:
    crawled, site = crawl(tmp_path, TREE, max_pages=max_pages, max_depth=max_depth)
    assert crawled.texts == expected.split()
    assert len(site.requests) == len(crawled.texts)
    assert crawled.rows == [
        LedgerRow(
            uid=None,
            url=f"http://{site.address}/",
            stage="crawl",
            outcome="budget",
            detail=f"URLs found and not fetched: {left}",
        )
    ]


def test_page_that_fails_is_a_row_and_the_crawl_goes_on(tmp_path: Path) -> None:
    replies = {
        "/": page("root", "/gone", "/x.pdf", "/short", "/loop", "/good"),
        "/x.pdf": ok(b"%PDF", content_type="application/pdf"),
        "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>",
        "/loop": redirect("/loop"),
        "/good": page("good"),
    }
    crawled, site = crawl(tmp_path, replies)
    assert crawled.texts == ["root", "good"]
    assert crawled.outcomes == ["http_404", "page_not_html", "truncated", "redirects"]
    assert crawled.rows[0] == LedgerRow(
        uid=None, url=site.url("/gone"), stage="crawl", outcome="http_404"
    )


def test_other_hosts_are_left_alone(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], list[str], list[str]]:
        async with serve({"/": page("other")}) as other:
            replies = {
                "/": page("root", other.url(), "/away", "/a"),
                "/away": redirect(other.url()),
                "/a": page("a"),
            }
            async with serve(replies) as site:
                crawled = await asyncio.to_thread(run_crawl, tmp_path, [site.url()])
            return crawled.texts, crawled.outcomes, other.requests

    assert asyncio.run(run()) == (["root", "a"], ["redirects"], [])


def test_seed_that_redirects_within_its_domain_is_crawled_there(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with serve({"/": page("root", "/a"), "/a": page("a")}) as target:
            async with serve({"/": redirect(target.url())}) as site:
                crawled = await asyncio.to_thread(
                    run_crawl, tmp_path, [site.url()], given=options(max_pages=2)
                )
            return crawled.texts

    assert asyncio.run(run()) == ["root", "a"]


def test_page_reached_twice_through_redirects_is_fetched_once(tmp_path: Path) -> None:
    replies = {
        "/": page("root", "/old", "/new", "/older"),
        "/old": redirect("/new"),
        "/older": redirect("/new"),
        "/new": page("new"),
    }
    crawled, site = crawl(tmp_path, replies)
    assert crawled.texts == ["root", "new"]
    assert site.requests.count("/new") == 1
    assert crawled.rows == []


def test_robots_refuses_pages_by_row(tmp_path: Path) -> None:
    replies = {
        "/robots.txt": ok(b"User-agent: webimagetext\nDisallow: /private\n"),
        "/": page("root", "/private/a", "/b"),
        "/private/a": page("a"),
        "/b": page("b"),
    }
    crawled, site = crawl(tmp_path, replies, robots=True)
    assert crawled.texts == ["root", "b"]
    assert crawled.outcomes == ["robots"]
    assert "/private/a" not in site.requests


@pytest.mark.parametrize(
    ("seed", "outcome"),
    [
        ("not a url", "url"),
        ("ftp://a.example/", "scheme"),
        ("http://10.0.0.1/", "address"),
        ("http://nosuch.invalid/", "dns"),
    ],
)
def test_seed_that_cannot_be_crawled_is_one_row(tmp_path: Path, seed: str, outcome: str) -> None:
    (row,) = run_crawl(tmp_path, [seed], given=options(tries=1)).rows
    assert (row.uid, row.outcome) == (None, outcome)


def sitemap(*urls: str, index: bool = False) -> bytes:
    tag, root = ("sitemap", "sitemapindex") if index else ("url", "urlset")
    entries = "".join(f"<{tag}><loc>{url}</loc></{tag}>" for url in urls)
    return ok(f"<{root}>{entries}</{root}>".encode(), content_type="application/xml")


def test_pages_of_sitemaps_come_behind_the_links_and_other_hosts_do_not(tmp_path: Path) -> None:
    robots = b"User-agent: *\nDisallow: /secret\nSitemap: /index.xml\n"
    replies: dict[str, Reply] = {
        "/robots.txt": ok(robots),
        "/": page("root", "/a"),
        "/a": page("a", "/index.xml"),
        "/index.xml": sitemap("/one.xml", "/gone.xml", "/secret.xml", index=True),
        "/one.xml": sitemap("/b", "/a", "http://b.example/", "/secret/x"),
        "/b": page("b"),
    }
    crawled, site = crawl(tmp_path, replies, sitemaps=True, robots=True)
    assert crawled.texts == ["root", "a", "b"]
    assert crawled.outcomes == ["robots"]  # the page; sitemaps that are not there are no loss
    assert site.requests.count("/index.xml") == 1
    assert "/sitemap.xml" not in site.requests


def test_a_host_that_names_no_sitemap_is_asked_for_the_usual_one(tmp_path: Path) -> None:
    replies: dict[str, Reply] = {
        "/": page("root"),
        "/sitemap.xml": sitemap("/deep/hidden"),
        "/deep/hidden": page("hidden"),
    }
    assert crawl(tmp_path, replies, sitemaps=True)[0].texts == ["root", "hidden"]


def test_a_redirect_that_only_adds_a_session_is_followed(tmp_path: Path) -> None:
    async def door(writer: asyncio.StreamWriter) -> None:
        writer.write(redirect("/in?sid=7"))

    inside: Send = door
    replies: dict[str, Reply] = {"/": page("root", "/in"), "/in": inside, "/in?sid=7": page("in")}
    assert crawl(tmp_path, replies)[0].texts == ["root", "in"]
    endless: dict[str, Reply] = {"/": redirect("/?sid=1"), "/?sid=1": redirect("/?sid=2"),
                                 "/?sid=2": redirect("/?sid=1")}  # fmt: skip
    crawled, site = crawl(tmp_path / "endless", endless)
    assert crawled.outcomes == ["redirects"]
    assert len(site.requests) == 6


def test_statuses_that_the_archive_reader_passes_are_rows(tmp_path: Path) -> None:
    replies = {
        "/": page("root", "/203", "/untyped", "/plain"),
        "/203": answer("203 Other", b"<p>", "Content-Type: text/html"),
        "/untyped": answer("200 OK", b"just words"),
        "/plain": answer("200 OK", b'<html><img src="/p.jpg" alt="picture plain">'),
    }
    crawled, _ = crawl(tmp_path, replies)
    assert crawled.texts == ["root", "plain"]
    assert crawled.outcomes == ["http_203", "page_not_html"]


def test_globs_of_pages_and_not_of_seeds(tmp_path: Path) -> None:
    replies = {"/": page("root", "/blog/1", "/shop/1"), "/blog/1": page("blog")}
    crawled, site = crawl(tmp_path, replies, include=("*/blog/*",))
    assert crawled.texts == ["root", "blog"]
    assert crawled.rows[0].detail == "URLs found and not fetched: pattern 1"
    assert "/shop/1" not in site.requests


def test_redirects_are_in_the_archive_for_replay(tmp_path: Path) -> None:
    crawled, site = crawl(tmp_path, {"/": redirect("/a"), "/a": page("a")})
    kinds = [(kind, url.removeprefix(site.url(""))) for kind, url, _, _ in crawled.records()]
    assert kinds == [
        ("warcinfo", ""),
        ("response", "/"),
        ("request", "/"),
        ("response", "/a"),
        ("request", "/a"),
    ]


def test_a_finished_crawl_asks_nobody_again(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with serve(TREE) as site:
            first = await asyncio.to_thread(run_crawl, tmp_path, [site.url()])
            asked = len(site.requests)
            second = await asyncio.to_thread(run_crawl, tmp_path, [site.url()])
            assert (second.inputs, second.rows) == (first.inputs, first.rows)
            return site.requests[asked:]

    assert asyncio.run(run()) == []


def test_answers_that_wait_are_bounded_and_the_crawl_still_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_crawl, "MAX_HELD_BYTES", 0)
    assert crawl(tmp_path, TREE)[0].texts == ["root", "a", "b", "c", "d", "e"]
