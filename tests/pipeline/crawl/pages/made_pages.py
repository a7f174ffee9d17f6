"""Pages that tests read, made of a few tags."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.crawl.candidates import Text
from pipeline.crawl.options import TEXT_SOURCES, ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.pages.html import PageContent, read_page
from schemas.records import Candidate, TextSource

URL = "http://host/dir/page.html"


def read(
    html: str | bytes,
    headers: tuple[tuple[str, str], ...] = (),
    sources: tuple[TextSource, ...] = TEXT_SOURCES,
    charset: str | None = None,
) -> PageContent:
    """Returns what a page at `URL` holds."""
    page = Page(
        url=URL,
        body=html if isinstance(html, bytes) else html.encode("utf-8", "replace"),
        charset=charset,
        headers=headers,
        source="archive.warc",
        source_offset=7,
        fetched_at=None,
    )
    return read_page(page, ReadOptions(product_token="webimagetext", text_sources=sources))


def texts_of(html: str, *sources: TextSource) -> list[Text]:
    """Returns place and text of each candidate of a page."""
    items = read(html, sources=sources or TEXT_SOURCES).items
    return [(item.text_source, item.text) for item in items if isinstance(item, Candidate)]


def node_of(html: str, selector: str = "img") -> LexborNode:
    """Returns one element of a page."""
    node = LexborHTMLParser(html).css_first(selector)
    assert node is not None
    return node
