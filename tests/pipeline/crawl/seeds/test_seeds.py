from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.seeds.seeds import CrawlPart, Site, plan_parts, read_seeds
from schemas.records import LedgerRow


def test_seeds_are_lines_without_comments(tmp_path: Path) -> None:
    path = tmp_path / "seeds.txt"
    path.write_text("\ufeff# mine\nhttp://a.example/\r\n\n  http://b.example/x#1 \n", "utf-8")
    assert list(read_seeds(str(path))) == ["http://a.example/", "http://b.example/x#1"]


def test_a_url_is_its_own_seed() -> None:
    assert list(read_seeds("http://a.example/")) == ["http://a.example/"]


def test_hosts_of_one_domain_are_one_site() -> None:
    (part,) = plan_parts(["http://www.a.example/", "http://a.example", "http://a.example/#x"], 4)
    site = Site(name="a.example", seeds=("http://a.example/", "http://www.a.example/"))
    assert part == CrawlPart(number=0, sites=(site,))


def test_a_seed_that_is_no_url_is_a_row() -> None:
    rows = [row for row in plan_parts(["not a url", "ftp://a.example/"], 2)]
    assert [(row.url, row.outcome) for row in rows if isinstance(row, LedgerRow)] == [
        ("ftp://a.example/", "scheme"),
        ("not a url", "url"),
    ]


def parts_of(seeds: list[str], crawlers: int, total: int | None = None) -> list[CrawlPart]:
    return [p for p in plan_parts(seeds, crawlers, total) if isinstance(p, CrawlPart)]


def test_the_whole_budget_is_shared_out() -> None:
    seeds = [f"http://{name}.example/" for name in "abcde"]
    shares = [site.max_pages for part in parts_of(seeds, 2, 12) for site in part.sites]
    assert sorted(shares) == [2, 2, 2, 3, 3]


@given(st.sets(st.integers(0, 50), min_size=1), st.integers(1, 6), st.randoms())
def test_every_site_is_in_one_part_whatever_the_order(numbers, crawlers, chance) -> None:
    seeds = [f"http://h{number}.example/" for number in sorted(numbers)]
    shuffled = seeds.copy()
    chance.shuffle(shuffled)
    parts = parts_of(shuffled, crawlers)
    assert parts == parts_of(seeds, crawlers)
    assert len(parts) == min(crawlers, len(seeds))
    names = [site.name for part in parts for site in part.sites]
    assert sorted(names) == sorted(f"h{number}.example" for number in numbers)
