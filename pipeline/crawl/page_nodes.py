"""One pass over a parsed page that picks out every element that something is read from."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.crawl.flow import HEADINGS
from pipeline.crawl.image_url import Attributes

# One query costs a walk over the whole tree, however many selectors it has (measured).
_QUERY = (
    "img, a[href], h1, h2, h3, h4, h5, h6, meta[content], link[href], base[href],"
    " script[type='application/ld+json' i]"
)


@dataclass(slots=True, kw_only=True)
class PageNodes:
    """The elements of a page by what they are for, in page order.

    Attributes:
        images: Each `<img>` with the heading before it.
        metas: Attributes of `<meta content>`.
        anchors: Attributes of `<a href>`.
        links: Attributes of `<link href>`.
        base: The first `<base href>`.
        json_ld: Texts of the JSON-LD scripts.
    """

    images: list[tuple[LexborNode, LexborNode | None]] = field(default_factory=list)
    metas: list[Attributes] = field(default_factory=list)
    anchors: list[Attributes] = field(default_factory=list)
    links: list[Attributes] = field(default_factory=list)
    base: str | None = None
    json_ld: list[str] = field(default_factory=list)


def find_nodes(tree: LexborHTMLParser) -> PageNodes:
    """Picks out the elements that `PageNodes` names."""
    nodes = PageNodes()
    heading: LexborNode | None = None
    for node in tree.css(_QUERY):
        tag = node.tag
        if tag == "a":
            nodes.anchors.append(node.attributes)
        elif tag == "img":
            nodes.images.append((node, heading))
        elif tag in HEADINGS:
            heading = node
        elif tag == "meta":
            nodes.metas.append(node.attributes)
        elif tag == "link":
            nodes.links.append(node.attributes)
        elif tag == "script":
            nodes.json_ld.append(node.text())
        elif nodes.base is None:
            nodes.base = node.attributes["href"] or ""
    return nodes
