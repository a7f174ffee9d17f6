"""A parsed page, and one pass over it that picks out the elements that something is read from."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from pipeline.crawl.pages.depth import limit_depth
from pipeline.crawl.pages.flow import HEADINGS
from pipeline.crawl.pages.image_url import Attributes

# Nothing here reads what they keep up to date, and they cost an eighth of the parse (measured).
_PARSER_OPTIONS = int(LexborDocumentOptions.WO_EVENTS)

# One query: each walks the whole tree, and a look at the bytes for what it may find costs more.
_QUERY = (
    "img, meta[content], link[href], base[href], script[type='application/ld+json' i],"
    " a[rel~=license i], a[itemprop~=license i], a[href*='creativecommons.org/' i]"
)
_QUERY_WITH_HEADINGS = f"{_QUERY}, {', '.join(sorted(HEADINGS))}"


@dataclass(slots=True, kw_only=True)
class PageNodes:
    """The elements of a page by what they are for, in page order.

    Attributes:
        images: Each `<img>` with the heading before it, if headings were asked for.
        metas: Attributes of `<meta content>`.
        links: Attributes of `<link href>`.
        anchors: Attributes of each `<a>` that may lead to a licence.
        json_ld: Texts of the JSON-LD scripts.
        base: The first `<base href>`.
        root: Attributes of `<html>`.
    """

    tree: LexborHTMLParser
    images: list[tuple[LexborNode, LexborNode | None]] = field(default_factory=list)
    metas: list[Attributes] = field(default_factory=list)
    links: list[Attributes] = field(default_factory=list)
    anchors: list[Attributes] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    base: str | None = None
    root: Attributes = field(default_factory=dict)


def parse_page(html: bytes, *, headings: bool) -> PageNodes:
    """Parses a page in UTF-8 and picks out the elements that `PageNodes` names."""
    nodes = PageNodes(tree=LexborHTMLParser(limit_depth(html), options=_PARSER_OPTIONS))
    if nodes.tree.root is not None:
        nodes.root = nodes.tree.root.attributes
    attributes = {"meta": nodes.metas, "link": nodes.links, "a": nodes.anchors}
    heading: LexborNode | None = None
    for node in nodes.tree.css(_QUERY_WITH_HEADINGS if headings else _QUERY):
        tag = node.tag
        if tag == "img":
            nodes.images.append((node, heading))
        elif tag in attributes:
            attributes[tag].append(node.attributes)
        elif tag in HEADINGS:
            heading = node
        elif tag == "script":
            nodes.json_ld.append(node.text())
        elif nodes.base is None:
            nodes.base = node.attributes["href"] or ""
    return nodes
