import asyncio
import random
from pathlib import Path

import pytest

from pipeline.crawl.crawler import crawl_part  # noqa: F401
from schemas.records import LedgerRow
from tests.pipeline.crawl.crawls import crawl, options, page, run_crawl
from tests.pipeline.web.bad_server import Reply, dripping, ok, redirect, serve

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
