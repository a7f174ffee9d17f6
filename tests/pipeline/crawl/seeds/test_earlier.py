import asyncio
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.crawl.seeds.earlier import EarlierCrawl
from schemas.errors import RunError, UserError
from tests.pipeline.crawl.seeds.crawls import Crawled, crawl, options, page, run_crawl
from tests.pipeline.web.bad_server import Reply, Site, answer, ok, serve


def tagged(name: str, *links: str) -> bytes:
    """A page with an ETag and a date."""
    head = (f'ETag: "{name}"', "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT")
    return page(name, *links, headers=head)


def recrawl(
    folder: Path, first: Mapping[str, Reply], second: Mapping[str, Reply]
) -> tuple[Crawled, Crawled, Site]:
    """Crawls a site, then crawls it again after it has changed."""

    async def run() -> tuple[Crawled, Crawled, Site]:
        replies = dict(first)
        async with serve(replies) as site:
            old = await asyncio.to_thread(run_crawl, folder / "old", [site.url()])
            replies.clear()
            replies.update(second)
            site.heads.clear()
            given = options(recrawl_from=str(folder / "old"))
            new = await asyncio.to_thread(run_crawl, folder / "new", [site.url()], given=given)
            return old, new, site

    return asyncio.run(run())


OLD: dict[str, Reply] = {
    "/": tagged("root", "/same", "/changed", "/gone", "/untagged"),
    "/same": tagged("same", "/behind"),
    "/behind": page("behind"),
    "/changed": tagged("changed"),
    "/gone": tagged("gone"),
    "/untagged": page("untagged"),
}
NEW: dict[str, Reply] = {
    "/": page("root", "/same", "/changed", "/gone", "/untagged", "/new"),
    "/same": answer("304 Not Modified", b"", 'ETag: "same"'),
    "/behind": page("behind"),
    "/changed": tagged("changed2"),
    "/untagged": page("untagged"),
    "/new": page("new"),
}


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, Crawled, Site]:
    return recrawl(tmp_path_factory.mktemp("recrawl"), OLD, NEW)


def test_pages_are_asked_for_conditionally(again: tuple[Crawled, Crawled, Site]) -> None:
    _, _, site = again
    (head,) = [head for head in site.heads if head.startswith("GET /same ")]
    assert 'If-None-Match: "same"' in head
    assert "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT" in head
    (plain,) = [head for head in site.heads if head.startswith("GET /untagged ")]
    assert "If-" not in plain


def test_a_page_that_has_not_changed_gives_its_candidates_and_links(
    again: tuple[Crawled, Crawled, Site],
) -> None:
    old, new, _ = again
    assert sorted(new.texts) == ["behind", "changed2", "new", "root", "same", "untagged"]
    ((_, url, headers, _),) = [r for r in new.records() if r[0] == "revisit"]
    assert url.endswith("/same")
    assert headers["WARC-Profile"].endswith("/server-not-modified")
    original = next(h for k, u, h, _ in old.records() if k == "response" and u == url)
    assert headers["WARC-Refers-To"] == original["WARC-Record-ID"]
    assert headers["WARC-Refers-To-Date"] == original["WARC-Date"]
    (copy,) = [r for r in new.records() if r[0] == "response" and r[1] == url]
    (first,) = [r for r in old.records() if r[0] == "response" and r[1] == url]
    assert copy == first  # the same record: id, date, headers and body


def test_what_has_changed_is_counted(again: tuple[Crawled, Crawled, Site]) -> None:
    _, new, _ = again
    summary = json.loads((new.work / "crawl/000/crawl.json").read_text())
    assert summary["recrawl"] == {"same": 3, "changed": 2, "new": 1, "gone": 1}


def test_a_third_crawl_can_build_on_the_second(
    again: tuple[Crawled, Crawled, Site], tmp_path: Path
) -> None:
    _, new, _ = again
    earlier = EarlierCrawl(str(new.work))
    url = next(url for url in new.urls() if url.endswith("/same"))
    found = earlier.page(url)
    assert found
    assert b"picture same" in found.read().body
    assert found.conditions["If-None-Match"] == '"same"'
    earlier.close()


def test_304_without_being_asked_is_a_failure(tmp_path: Path) -> None:
    crawled, _ = crawl(tmp_path, {"/": answer("304 Not Modified")})
    assert crawled.outcomes == ["http_304"]


def test_a_folder_without_a_finished_crawl_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no crawl of seeds"):
        EarlierCrawl(str(tmp_path))

    crawl(tmp_path, {"/": page("root")})
    EarlierCrawl(str(tmp_path)).close()
    with sqlite3.connect(tmp_path / "crawl/000/frontier.sqlite") as database:
        database.execute("DELETE FROM facts WHERE name = 'finished'")
    database.close()
    with pytest.raises(UserError, match="has not ended"):
        EarlierCrawl(str(tmp_path))


def test_an_archive_that_was_taken_away_stops_the_run(tmp_path: Path) -> None:
    crawled, site = crawl(tmp_path, {"/": ok(b"<p>x</p>", 'ETag: "1"')})
    earlier = EarlierCrawl(str(tmp_path))
    found = earlier.page(site.url())
    assert found
    Path(crawled.inputs[0].path).write_bytes(b"")
    with pytest.raises(RunError, match="not the archive"):
        found.read()
    earlier.close()
