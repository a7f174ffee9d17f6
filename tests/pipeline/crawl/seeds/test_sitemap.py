import gzip

import pytest

from pipeline.crawl.seeds import sitemap
from pipeline.crawl.seeds.sitemap import Sitemap, read_sitemap
from schemas.errors import RecordFailed

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://x/image"'
PAGES = f"""{HEAD}<urlset {NAMES}>
<url><loc> http://a.example/1?x=1&amp;y=2 </loc><lastmod>2024-01-01</lastmod>
<image:image><image:loc>http://a.example/1.jpg</image:loc></image:image></url>
<url><loc><![CDATA[http://a.example/2]]></loc></url></urlset>""".encode()
INDEX = f"{HEAD}<sitemapindex {NAMES}><sitemap><loc>/s.xml</loc></sitemap></sitemapindex>".encode()
BOTH = Sitemap(pages=("http://a.example/1?x=1&y=2", "http://a.example/2"))


def test_pages_and_no_pictures() -> None:
    assert read_sitemap(PAGES) == BOTH


def test_gzip_and_other_charsets() -> None:
    assert read_sitemap(gzip.compress(PAGES)) == BOTH
    assert read_sitemap(PAGES.decode().replace("UTF-8", "UTF-16").encode("utf-16")) == BOTH


def test_an_index_names_sitemaps() -> None:
    assert read_sitemap(INDEX) == Sitemap(sitemaps=("/s.xml",))


def test_lines_of_text() -> None:
    text = b"\xef\xbb\xbfhttp://a.example/1\r\nhttp://a.example/2\nnonsense\n"
    assert read_sitemap(text).pages == ("http://a.example/1", "http://a.example/2")


def test_what_comes_before_a_break_counts() -> None:
    assert read_sitemap(PAGES[:-40]).pages[:1] == BOTH.pages[:1]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><p>no such page</body></html>",
        gzip.compress(PAGES)[:10] + b"\xff" * 20,
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url>',
    ],
)
def test_no_sitemap_broken_gzip_and_entity_bombs_fail(body: bytes) -> None:
    with pytest.raises(RecordFailed):
        read_sitemap(body)


def test_no_more_urls_than_the_protocol_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_URLS", 1)
    assert len(read_sitemap(PAGES).pages) == 1


def test_a_gzip_bomb_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 10_000)
    bomb = gzip.compress(PAGES[:-9] + b" " * 10_000_000 + b"</urlset>")
    assert read_sitemap(bomb) == BOTH
