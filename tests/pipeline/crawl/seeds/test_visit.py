import asyncio
from collections.abc import Mapping

import pytest

from pipeline.crawl.seeds.entries import Entry, Kind
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.visit import Visit, Visitor
from pipeline.web.client import Fetched, WebClient
from schemas.errors import RecordError
from tests.pipeline.web.bad_server import Reply, Site, answer, ok, redirect, serve, web_options


def sequence(*replies: bytes) -> Reply:
    left = list(replies)

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    return send


def visit(
    replies: Mapping[str, Reply],
    path: str = "/",
    *,
    kind: Kind = Kind.PAGE,
    conditions: Mapping[str, str] | None = None,
    robots: bool = False,
    **options: object,
) -> tuple[Visit, Site]:
    async def run() -> tuple[Visit, Site]:
        given = SeedOptions(**({"backoff_s": 0.05, "page_deadline_s": 1.0} | options))
        web = web_options("127.0.0.1", robots=robots)
        async with serve(replies) as site, WebClient(web) as client:
            entry = Entry(id=1, url=site.url(path), depth=0, kind=kind, hops=0)
            return await Visitor(client, given)(entry, conditions or {}), site

    return asyncio.run(run())


BUSY = answer("503 Busy")


def test_a_busy_host_is_asked_again_after_ever_longer_waits() -> None:
    found, site = visit({"/": sequence(BUSY, BUSY, ok(b"x"))})
    assert isinstance(found.answer, Fetched)
    first, second, third = site.starts
    assert second - first >= 0.05
    assert third - second >= 0.1


def test_retry_after_is_obeyed() -> None:
    busy = answer("429 Slow down", b"", "Retry-After: 1")
    found, site = visit({"/": sequence(busy, ok(b"x"))})
    assert isinstance(found.answer, Fetched)
    assert site.starts[1] - site.starts[0] >= 0.99


@pytest.mark.parametrize(
    ("reply", "outcome", "times"),
    [
        (BUSY, "http_503", 3),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "truncated", 3),
        (ok(b"%PDF", content_type="application/pdf"), "page_not_html", 1),
    ],
)
def test_tries_are_bounded_and_told(reply: bytes, outcome: str, times: int) -> None:
    found, site = visit({"/": reply})
    assert isinstance(found.answer, RecordError)
    assert found.answer.outcome == outcome
    assert found.answer.detail.endswith("3 tries") == (times == 3)
    assert len(site.requests) == times
    assert found.is_host_failure == (outcome == "http_503")


@pytest.mark.parametrize("reply", [answer("404 Gone"), redirect("/x"), answer("304 Same")])
def test_other_answers_come_as_they_are(reply: bytes) -> None:
    found, site = visit({"/": reply})
    assert isinstance(found.answer, Fetched)
    assert len(site.requests) == 1


def test_conditions_are_sent() -> None:
    _, site = visit({"/": answer("304 Same")}, conditions={"If-None-Match": '"1"'})
    assert 'If-None-Match: "1"' in site.heads[0]


def test_a_sitemap_may_have_any_type() -> None:
    xml = ok(b"<urlset/>", content_type="application/x-gzip")
    found, _ = visit({"/s.xml": xml}, "/s.xml", kind=Kind.SITEMAP)
    assert isinstance(found.answer, Fetched)


def test_a_seed_brings_the_sitemaps_that_robots_txt_names() -> None:
    robots = ok(b"Sitemap: /a.xml\nUser-agent: *\nDisallow: /x\nsitemap: http://b.example/b.xml\n")
    found, _ = visit({"/robots.txt": robots, "/": ok(b"x")}, robots=True)
    assert found.sitemaps == ("/a.xml", "http://b.example/b.xml")
    found, _ = visit({"/robots.txt": robots, "/": ok(b"x")}, robots=True, sitemaps=False)
    assert found.sitemaps == ()
