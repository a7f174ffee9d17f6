"""HTML pages to candidates: one item for every `<img>`.

Lexbor reads the page as browsers do (WHATWG, scripting off, so that `<noscript>` counts).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.crawl.candidates import PageFacts, image_items
from pipeline.crawl.charset import decode_page
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.web.opt_out import header_signals, meta_signals
from schemas.errors import RecordRejected
from schemas.records import Candidate, LedgerRow
from schemas.uid import resolve_url

MAX_DEPTH = 512  # Chrome's limit of nested elements; Lexbor takes time with the depth squared
DEPTH_MATTERS_TAGS = 20_000  # below, even the deepest page parses in 0.4 s (measured)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements without content (WHATWG) that pages use often.
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})
# What decides which images and links a page has; the rest only nests.
_NESTING_TAG = re.compile(
    r"</?(?!(?:a|base|image|img|link|math|meta|noembed|noframes|plaintext|script|style|svg"
    r"|template|textarea|title|xmp)[\s/>])[a-zA-Z][^<>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What one page holds.

    Attributes:
        items: One for every `<img>`, in page order.
        links: Absolute URLs of `<a href>` without repetition, in page order.
        nofollow: Whether the page asks robots not to follow its links.
    """

    items: tuple[Candidate | LedgerRow, ...]
    links: tuple[str, ...]
    nofollow: bool


def read_page(page: Page, options: ReadOptions) -> PageContent:
    """Reads images with their alt texts, links and opt-out signals out of a page.

    Args:
        page: The page; its charset is found as browsers do (`decode_page`).
        options: Which texts to take, and our name in robots' rules.
    """
    tree = LexborHTMLParser(limit_depth(decode_page(page.body, page.charset)))
    base = _base_url(tree, page.url)
    opt_out = _opt_out(tree, page, options.product_token)
    licence_url = next(_licences(tree, base), None)
    facts = PageFacts(
        url=page.url,
        base=base,
        opt_out=opt_out,
        licence_url=licence_url,
        source=page.source,
        source_offset=page.source_offset,
        fetched_at=page.fetched_at,
    )
    return PageContent(
        items=tuple(
            item
            for node in tree.css("img")
            for item in image_items(
                _attribute(node, "src"), [("alt", _attribute(node, "alt"))], facts
            )
        ),
        links=tuple(dict.fromkeys(_resolve_all(tree.css("a[href]"), base))),
        nofollow=any(signal.partition(":")[2] in ("nofollow", "none") for signal in opt_out),
    )


def limit_depth(text: str) -> str:
    """Returns `text`, without its nesting tags if they nest deeper than any browser goes."""
    if text.count("<") < DEPTH_MATTERS_TAGS or _depth(text) <= MAX_DEPTH:
        return text
    return _NESTING_TAG.sub(" ", text)


def _depth(text: str) -> int:
    """Returns an upper bound of the depth: elements that HTML closes by itself stay open here."""
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        if tag[1]:
            depth = max(depth - 1, 0)
        elif tag[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _attribute(node: LexborNode, name: str) -> str:
    return (node.attributes.get(name) or "").strip()


def _try_resolve(url: str, base: str) -> str | None:
    try:
        return resolve_url(url, base)
    except RecordRejected:
        return None


def _resolve_all(nodes: list[LexborNode], base: str) -> Iterator[str]:
    for href in dict.fromkeys(_attribute(node, "href") for node in nodes):
        if url := _try_resolve(href, base):
            yield url


def _base_url(tree: LexborHTMLParser, page_url: str) -> str:
    """Returns what relative URLs of the page are relative to; only the first `<base>` counts."""
    node = tree.css_first("base[href]")
    return (_try_resolve(_attribute(node, "href"), page_url) if node else None) or page_url


def _opt_out(tree: LexborHTMLParser, page: Page, product_token: str) -> tuple[str, ...]:
    metas = [
        (_attribute(node, "name"), _attribute(node, "content"))
        for node in tree.css("meta[name][content]")
    ]
    signals = {
        *page.opt_out,
        *header_signals(page.headers, product_token),
        *meta_signals(metas, product_token),
    }
    return tuple(sorted(signals))


def _licences(tree: LexborHTMLParser, base: str) -> Iterator[str]:
    nodes = tree.css("a[rel][href], link[rel][href]")
    return _resolve_all(
        [n for n in nodes if "license" in _attribute(n, "rel").lower().split()], base
    )
