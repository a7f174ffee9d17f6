"""HTML pages to candidates: the pictures of a page, each with the texts that it gives them.

Lexbor reads the page as browsers do (WHATWG, scripting off, so that `<noscript>` counts).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.crawl.candidates import PageFacts, Text, image_items
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.pages.charset import page_as_utf8
from pipeline.crawl.pages.find_texts import TextFinder
from pipeline.crawl.pages.images import read_images
from pipeline.crawl.pages.json_ld import Metadata, read_json_ld
from pipeline.crawl.pages.licences import licence_links
from pipeline.crawl.pages.page_language import page_language
from pipeline.crawl.pages.page_nodes import PageNodes, parse_page
from pipeline.crawl.pages.share_cards import card_pictures
from pipeline.web.opt_out import header_signals, meta_signals
from schemas.errors import RecordRejected
from schemas.records import Candidate, LedgerRow, TextSource
from schemas.uid import resolve_url


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What one page holds.

    Attributes:
        items: Of every `<img>` in page order, then of the pictures that its metadata names.
    """

    items: tuple[Candidate | LedgerRow, ...]


def read_page(page: Page, options: ReadOptions) -> PageContent:
    """Reads pictures with their texts and opt-out signals out of a page.

    Args:
        page: The page; its charset is found by `pipeline.crawl.pages.charset`.
        options: Which texts to take, and our name in robots' rules.
    """
    html = page_as_utf8(page.body, page.charset)
    nodes = parse_page(html, headings="context" in options.text_sources)
    metadata = read_json_ld(nodes.json_ld)
    base = _try_resolve((nodes.base or "").strip(), page.url) or page.url
    opt_out = _opt_out(nodes, page, options.product_token)
    facts = PageFacts(
        url=page.url,
        base=base,
        opt_out=opt_out,
        licence_url=next(_resolve_all(licence_links(nodes, metadata.licence), base), None),
        source=page.source,
        source_offset=page.source_offset,
        fetched_at=page.fetched_at,
        language=page_language(nodes.root, nodes.metas, page.headers),
    )
    return PageContent(items=tuple(_items(nodes, metadata, facts, options)))


def _items(
    nodes: PageNodes, metadata: Metadata, facts: PageFacts, options: ReadOptions
) -> Iterator[Candidate | LedgerRow]:
    sources = frozenset(options.text_sources)
    finder = TextFinder(sources)
    for image in read_images(nodes.images):
        yield from image_items(image.src, finder.texts(image), facts, size=image.size)
    if "og" in sources:
        for src, texts in card_pictures(nodes.metas).items():
            yield from image_items(src, _from("og", texts), facts)
    if "meta" in sources:
        for picture in metadata.pictures:
            licence_url = _try_resolve(picture.licence, facts.base)
            described = _from("meta", picture.texts)
            yield from image_items(picture.src, described, facts, licence_url=licence_url)


def _from(place: TextSource, texts: Iterable[str]) -> Iterator[Text]:
    return ((place, text) for text in texts)


def _try_resolve(url: str, base: str) -> str | None:
    try:
        return resolve_url(url, base) if url else None
    except RecordRejected:
        return None


def _resolve_all(urls: Iterable[str], base: str) -> Iterator[str]:
    return (url for written in urls if (url := _try_resolve(written, base)))


def _opt_out(nodes: PageNodes, page: Page, product_token: str) -> tuple[str, ...]:
    metas = [(meta["name"] or "", meta["content"] or "") for meta in nodes.metas if "name" in meta]
    signals = {
        *page.opt_out,
        *header_signals(page.headers, product_token),
        *meta_signals(metas, product_token),
    }
    return tuple(sorted(signals))
