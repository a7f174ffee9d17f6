"""What a crawler needs of a page, and no more: its links, its canonical URL, whether to follow.

The images of the page are read later, from the archive.
"""

from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.crawl.pages.charset import page_as_utf8
from pipeline.crawl.pages.depth import limit_depth
from pipeline.web.opt_out import header_signals, meta_signals
from schemas.errors import RecordRejected
from schemas.uid import resolve_url

MAX_LINKS = 6000  # Heritrix's maxOutlinks


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Where a page leads.

    Attributes:
        links: Absolute URLs of `<a href>` and `<area href>` in page order, without those that ask
            not to be followed; none if the whole page asks for that.
        canonical: What the page calls its own URL, if it does.
    """

    links: tuple[str, ...]
    canonical: str | None


def read_links(
    body: bytes,
    url: str,
    *,
    charset: str | None,
    headers: tuple[tuple[str, str], ...],
    product_token: str,
) -> PageLinks:
    """Reads a page's links; `url` is the page's own, after redirects."""
    tree = LexborHTMLParser(limit_depth(page_as_utf8(body, charset)))
    base = _base_url(tree, url)
    metas = [
        (_attribute(node, "name"), _attribute(node, "content"))
        for node in tree.css("meta[name][content]")
    ]
    signals = (*header_signals(headers, product_token), *meta_signals(metas, product_token))
    is_closed = any(signal.partition(":")[2] in ("nofollow", "none") for signal in signals)
    return PageLinks(
        links=() if is_closed else _links(tree, base), canonical=_canonical(tree, base)
    )


def _links(tree: LexborHTMLParser, base: str) -> tuple[str, ...]:
    origin = "/".join(base.split("/", 3)[:3]) + "/"
    hrefs = dict.fromkeys(
        _attribute(node, "href")
        for node in tree.css("a[href], area[href]")
        if "nofollow" not in _attribute(node, "rel").lower()
    )
    found = dict.fromkeys(
        # What does not depend on the page is mostly a menu, the same on every page of a site.
        _resolve_cached(href, origin)
        if href.startswith(("/", "http://", "https://"))
        else _resolve(href, base)
        for href in list(hrefs)[:MAX_LINKS]
    )
    return tuple(link for link in found if link)


def _canonical(tree: LexborHTMLParser, base: str) -> str | None:
    nodes = tree.css("link[rel][href]")
    hrefs = [_attribute(n, "href") for n in nodes if "canonical" in _rel(n)]
    # Several that differ say nothing (Google's documentation of rel=canonical).
    return _resolve(hrefs[0], base) if hrefs and len(set(hrefs)) == 1 else None


def _base_url(tree: LexborHTMLParser, page_url: str) -> str:
    node = tree.css_first("base[href]")
    return (_resolve(_attribute(node, "href"), page_url) if node else None) or page_url


def _rel(node: LexborNode) -> list[str]:
    return _attribute(node, "rel").lower().split()


def _attribute(node: LexborNode, name: str) -> str:
    return (node.attributes.get(name) or "").strip()


def _resolve(href: str, base: str) -> str | None:
    try:
        return resolve_url(href, base)
    except RecordRejected:
        return None


_resolve_cached = lru_cache(maxsize=2**16)(_resolve)
