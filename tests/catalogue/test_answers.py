"""Cases 31, 33, 53 and 58: what a status means, and how often a host is asked."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.web.address import AddressGuard
from pipeline.web.answer import Answer
from pipeline.web.origin_cache import MAX_AGE_S
from pipeline.web.robots import Robots
from pipeline.web.transport import Transport, read_start
from tests.catalogue.download import OPTIONS, PHOTO, download
from tests.pipeline.web.bad_server import Reply, Send, answer, ok, serve, serving, web_options

RETRIED = replace(OPTIONS, retries=1)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 451])
def test_31_what_is_refused_or_gone_is_asked_for_once(tmp_path: Path, status: int) -> None:
    with serving({"/a.jpg": answer(f"{status} No", b"<html>")}) as site:
        web = web_options(site.address)
        (row,) = download(tmp_path, [site.url("/a.jpg")], web, RETRIED).values()
        assert len(site.requests) == 1
    assert (row.outcome, row.http_status, row.status) == (
        f"http_{status}",
        status,
        "failed_to_download",
    )


def times(site_starts: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(site_starts)]


def test_31_a_server_error_is_tried_once_more_after_a_while(tmp_path: Path) -> None:
    with serving({"/a.jpg": answer("500 Oops")}) as site:
        web = web_options(site.address)
        (row,) = download(tmp_path, [site.url("/a.jpg")], web, RETRIED).values()
        (gap_s,) = times(site.starts)
    assert row.outcome == "http_500"
    assert gap_s >= 0.99


def once(first: bytes, then: bytes) -> Send:
    answers = [then, first]

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop() if len(answers) > 1 else answers[0])
        await writer.drain()

    return send


@pytest.mark.parametrize("status", ["503 Busy", "429 Too Many Requests"])
def test_31_a_host_gets_the_rest_that_it_asks_for(tmp_path: Path, status: str) -> None:
    busy = answer(status, b"", "Retry-After: 1")
    replies: dict[str, Reply] = {"/a.jpg": once(busy, ok(PHOTO)), "/b.jpg": ok(PHOTO)}
    with serving(replies) as site:
        web = replace(web_options(site.address), host_connections=1)
        urls = [site.url("/a.jpg"), site.url("/b.jpg")]
        rows = download(tmp_path, urls, web, RETRIED)
        assert [row.outcome for row in rows.values()] == ["ok", "ok"]
        assert sorted(site.requests) == ["/a.jpg", "/a.jpg", "/b.jpg"]
        # Whatever came after the first answer, of this URL or another, came a second later.
        first = site.requests.index("/a.jpg")
        assert times(site.starts)[first] >= 0.9


@pytest.mark.parametrize("status", [503, 429])
def test_31_a_host_that_asks_for_an_hour_is_left_to_a_later_run(
    tmp_path: Path, status: int
) -> None:
    with serving({"/a.jpg": answer(f"{status} Later", b"", "Retry-After: 3600")}) as site:
        web = web_options(site.address)
        (row,) = download(tmp_path, [site.url("/a.jpg")], web, RETRIED).values()
        assert len(site.requests) == 1
    assert (row.outcome, row.http_status) == (f"http_{status}", status)


def test_33_a_page_that_says_it_is_an_image(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
    with serving({"/a.jpg": ok(page, content_type="image/jpeg")}) as site:
        (row,) = download(tmp_path, [site.url("/a.jpg")], web_options(site.address)).values()
    assert (row.outcome, row.http_status, row.bytes) == ("not_image", 200, len(page))


@pytest.mark.parametrize(("hours", "verdicts", "requests"), [(23, "aa", 1), (25, "ab", 2)])
def test_53_robots_txt_is_read_again_after_a_day(hours: int, verdicts: str, requests: int) -> None:
    now = [0.0]
    rules = {"a": b"User-agent: *\nCrawl-delay: 1\n", "b": b"User-agent: *\nCrawl-delay: 2\n"}
    replies = {"/robots.txt": once(*(ok(rules[name]) for name in "ab"))}

    async def run() -> tuple[list[float], int]:
        async with (
            serve(replies) as site,
            Transport("bot/1", AddressGuard((site.address,))) as transport,
        ):

            async def get(url: str) -> Answer:
                return await transport.get(url, "*/*", lambda answer: read_start(answer, 10_000))

            robots = Robots(get, "bot", clock=lambda: now[0])
            delays = [await robots.crawl_delay_s(site.url("/x"))]
            now[0] = hours * 3600.0
            delays.append(await robots.crawl_delay_s(site.url("/y")))
            await robots.close()
            return delays, len(site.requests)

    assert MAX_AGE_S == 24 * 3600
    assert asyncio.run(run()) == ([float(" ab".index(name)) for name in verdicts], requests)


def test_58_a_thousand_urls_of_one_host_keep_to_its_limit(tmp_path: Path) -> None:
    """Of one process; tests/pipeline/web/test_shared_turns.py has eight of them."""

    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.001)
        writer.write(answer("404 Not Found"))

    paths = [f"/{n}.jpg" for n in range(1000)]
    with serving(dict.fromkeys(paths, slow)) as site:
        web = web_options(site.address, connections=3)
        rows = download(tmp_path, [site.url(path) for path in paths], web)
        assert sorted(site.requests) == sorted(paths)
        # The server may still be closing an answered connection when the next one comes.
        assert site.most_at_once <= 2 * 3
    assert {row.outcome for row in rows.values()} == {"http_404"}
