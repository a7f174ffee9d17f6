from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.crawl.seeds import frontier as module
from pipeline.crawl.seeds.archive_writer import ArchiveState
from pipeline.crawl.seeds.entries import HostState, Kind, Result, Standing, What
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.scope import LeftOut
from pipeline.crawl.seeds.seeds import Site
from schemas.errors import RunError, UserError

SITE = Site(name="a.example", seeds=())
URL = "http://a.example/"


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    opened = Frontier(tmp_path / "f.sqlite")
    yield opened
    opened.close()


def add(frontier: Frontier, *paths: str, site: str = SITE.name) -> None:
    for path in paths:
        frontier.add(site, URL + path, depth=1, kind=Kind.PAGE)


def waiting(frontier: Frontier, after: int = 0, limit: int = 99) -> list[str]:
    found = frontier.waiting(SITE.name, after, limit)
    return [entry.url.removeprefix(URL) for entry in found]


def test_urls_wait_in_their_order_and_by_site(frontier: Frontier) -> None:
    add(frontier, "c", "a", "b")
    add(frontier, "x", site="other")
    assert waiting(frontier) == ["c", "a", "b"]
    assert waiting(frontier, limit=2) == ["c", "a"]
    first = frontier.waiting(SITE.name, 0, 1)[0]
    assert waiting(frontier, after=first.id) == ["a", "b"]


def test_only_what_was_committed_lasts(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite")
    add(frontier, "kept")
    frontier.commit([ArchiveState(name="1", size=7, is_closed=False)])
    add(frontier, "lost")
    frontier.close()
    frontier = Frontier(tmp_path / "f.sqlite")
    assert waiting(frontier) == ["kept"]
    assert frontier.archives() == [ArchiveState(name="1", size=7, is_closed=False)]
    frontier.commit([ArchiveState(name="1", size=9, is_closed=True)])
    assert frontier.archives() == [ArchiveState(name="1", size=9, is_closed=True)]
    frontier.close()
    assert [path.name for path in tmp_path.iterdir()] == ["f.sqlite"]


def test_a_second_process_is_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frontier: Frontier
) -> None:
    monkeypatch.setattr(module, "LOCK_WAIT_S", 0.1)
    frontier.commit()
    with pytest.raises(UserError, match="another crawl"):
        Frontier(tmp_path / "f.sqlite")


def test_a_file_belongs_to_one_crawl(frontier: Frontier) -> None:
    frontier.claim("one")
    frontier.claim("one")
    with pytest.raises(RunError, match="other seeds or options"):
        frontier.claim("two")


def test_standing_of_a_url(frontier: Frontier) -> None:
    assert frontier.standing(URL) is Standing.NEW
    frontier.leave(SITE.name, URL, LeftOut.DEPTH, 9)
    assert frontier.standing(URL) is LeftOut.DEPTH
    assert frontier.standing(f"{URL}?sid=4") is LeftOut.DEPTH
    add(frontier, "")
    assert frontier.standing(URL) is Standing.LET_IN
    assert list(frontier.left_out()) == []


def test_a_settled_url_waits_no_more_and_says_what_it_is(frontier: Frontier) -> None:
    add(frontier, "a", "b", "c")
    a, b, c = frontier.waiting(SITE.name, 0, 9)
    page = Result(what=What.PAGE, digest="d", canonical=f"{URL}z", record_id="r", date="t")
    frontier.settle(a, page)
    frontier.settle(b, Result(what=What.DROPPED, outcome="http_404"))
    frontier.leave_entry(c, LeftOut.REPEATS)
    assert waiting(frontier) == []
    assert frontier.result(a.url) == page
    assert frontier.result(c.url) is None
    assert frontier.same_payload(SITE.name, "d") == [(a.url, page)]
    assert frontier.same_payload("other", "d") == []
    assert frontier.has_canonical(SITE.name, f"{URL}z")
    assert not frontier.has_canonical(SITE.name, URL)
    assert list(frontier.dropped()) == [(b.url, "http_404", "")]
    assert list(frontier.left_out()) == [("a.example", LeftOut.REPEATS, 1)]
    assert frontier.counts() == {"dropped": 1, "page": 1}
    assert list(frontier.pages()) == [(a.url, "d")]


def test_repeats_and_sitemaps_are_remembered(frontier: Frontier) -> None:
    add(frontier, "a", "b", "c")
    kinds = (What.PAGE, What.SAME_PAYLOAD, What.COPY)
    for entry, what in zip(frontier.waiting(SITE.name, 0, 9), kinds, strict=True):
        frontier.settle(entry, Result(what=what))
    assert list(frontier.repeated(SITE.name)) == [f"{URL}b", f"{URL}c"]
    frontier.add(SITE.name, f"{URL}sitemap.xml", depth=1, kind=Kind.SITEMAP)
    assert frontier.num_sitemaps(SITE.name) == 1


def test_hosts_and_sites_are_remembered(frontier: Frontier) -> None:
    assert frontier.add_site(SITE)
    frontier.finish_site(SITE.name)
    assert not frontier.add_site(SITE)
    frontier.save_host(SITE.name, HostState(host="a", added=1))
    frontier.save_host(SITE.name, HostState(host="a", added=2, failures=3))
    assert frontier.hosts(SITE.name) == [HostState(host="a", added=2, failures=3)]
