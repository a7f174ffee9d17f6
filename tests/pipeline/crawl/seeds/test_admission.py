from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.crawl.seeds import admission as module
from pipeline.crawl.seeds.admission import Admission
from pipeline.crawl.seeds.entries import Entry, Kind
from pipeline.crawl.seeds.frontier import Frontier
from pipeline.crawl.seeds.scope import LeftOut
from pipeline.crawl.seeds.seed_options import Scope, SeedOptions
from pipeline.crawl.seeds.seeds import Site

SEED = "http://www.a.example/"


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    opened = Frontier(tmp_path / "f.sqlite")
    yield opened
    opened.close()


def gate(frontier: Frontier, max_total: int | None = None, **options: object) -> Admission:
    site = Site(name="a.example", seeds=(SEED,), max_pages=max_total)
    return Admission(site, frontier, SeedOptions(**options))


def queue(frontier: Frontier) -> list[Entry]:
    return frontier.waiting("a.example", 0, 999)


def paths(frontier: Frontier) -> list[str]:
    return [entry.url.removeprefix(SEED) for entry in queue(frontier)]


def test_the_seed_is_first_and_a_second_start_adds_nothing(frontier: Frontier) -> None:
    gate(frontier)
    gate(frontier)
    assert paths(frontier) == [""]


def test_only_hosts_in_scope_are_let_in(frontier: Frontier) -> None:
    narrow = gate(frontier)
    for url in ("http://b.example/", "http://blog.a.example/"):
        narrow.offer(url, 1)
    assert paths(frontier) == [""]
    wide = gate(frontier, scope=Scope.DOMAIN)
    for url in ("http://b.example/", "http://blog.a.example/"):
        wide.offer(url, 1)
    assert [entry.url for entry in queue(frontier)] == [SEED, "http://blog.a.example/"]


def test_hosts_of_a_domain_are_counted(frontier: Frontier) -> None:
    admission = gate(frontier, scope=Scope.DOMAIN, max_hosts=2)
    for name in ("one", "two"):
        admission.offer(f"http://{name}.a.example/", 1)
    assert admission.num_hosts == 2
    assert list(frontier.left_out()) == [("two.a.example", LeftOut.HOSTS, 1)]


def test_budgets_of_host_and_crawl_and_depth(frontier: Frontier) -> None:
    admission = gate(frontier, max_pages=3, max_depth=2)
    for number in range(4):
        admission.offer(f"{SEED}{number}", 1)
    admission.offer(f"{SEED}deep", 3)
    assert paths(frontier) == ["", "0", "1"]
    left = {why: count for _, why, count in frontier.left_out()}
    assert left == {LeftOut.PAGES: 2, LeftOut.DEPTH: 1}


def test_the_share_of_the_whole_budget_counts_all_hosts(frontier: Frontier) -> None:
    admission = gate(frontier, max_total=2, scope=Scope.DOMAIN)
    admission.offer("http://blog.a.example/", 1)
    admission.offer(f"{SEED}1", 1)
    assert [entry.url for entry in queue(frontier)] == [SEED, "http://blog.a.example/"]


def test_a_url_that_comes_nearer_is_let_in(frontier: Frontier) -> None:
    admission = gate(frontier, max_depth=2)
    admission.offer(f"{SEED}x", 3)
    assert paths(frontier) == [""]
    admission.offer(f"{SEED}x", 1)
    assert paths(frontier) == ["", "x"]


def test_what_a_page_redirects_to_is_free(frontier: Frontier) -> None:
    admission = gate(frontier, max_pages=1)
    (seed,) = queue(frontier)
    admission.offer(f"{SEED}x", 1)
    admission.offer_target(f"{SEED}x", seed)
    assert [(entry.url, entry.hops) for entry in queue(frontier)] == [(SEED, 0), (f"{SEED}x", 1)]


def test_a_seed_may_move_within_its_domain(frontier: Frontier) -> None:
    admission = gate(frontier)
    assert not admission.adopt("http://b.example/")
    assert admission.adopt("http://a.example/")
    assert admission.covers("http://a.example/x")
    assert gate(frontier).covers("http://a.example/x")  # remembered


def test_a_host_that_fails_again_and_again_is_stopped_for_good(frontier: Frontier) -> None:
    admission = gate(frontier)
    (seed,) = queue(frontier)
    for _ in range(module.MAX_FAILURES - 1):
        admission.note(seed, is_host_failure=True)
    admission.note(seed, is_host_failure=False)
    for _ in range(module.MAX_FAILURES):
        assert admission.stopped(seed) is None
        admission.note(seed, is_host_failure=True)
    assert admission.stopped(seed) is LeftOut.HOST_FAILS
    assert gate(frontier).stopped(seed) is LeftOut.HOST_FAILS


def test_a_shape_without_news_is_stopped(frontier: Frontier) -> None:
    admission = gate(frontier)
    admission.offer(f"{SEED}shop/1?page=2", 1)
    admission.offer(f"{SEED}news/1", 1)
    for number in range(module.MAX_REPEATS):
        assert not any(admission.stopped(entry) for entry in queue(frontier))
        admission.note_repeat(f"{SEED}shop/{number}?page={number}")
    stopped = [entry.url for entry in queue(frontier) if admission.stopped(entry)]
    assert stopped == [f"{SEED}shop/1?page=2"]


def test_sitemaps_of_strangers_and_too_many_are_not_read(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SITEMAPS", 2)
    admission = gate(frontier)
    admission.offer_sitemap("http://b.example/s.xml")
    for number in (1, 1, 2, 3):
        admission.offer_sitemap(f"http://cdn.a.example/{number}.xml")
    found = [entry.url for entry in queue(frontier) if entry.kind is Kind.SITEMAP]
    assert found == ["http://cdn.a.example/1.xml", "http://cdn.a.example/2.xml"]


def test_the_memory_of_known_urls_has_an_end(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_KNOWN", 2)
    admission = gate(frontier)
    for number in (1, 2, 3, 1, 2, 3):
        admission.offer(f"{SEED}{number}", 1)
    assert paths(frontier) == ["", "1", "2", "3"]
