"""The licence that a page names for what it shows.

In this order: `rel=license` (the microformat, and HTML's own link type), `itemprop=license`
(schema.org in microdata), JSON-LD, and last a plain link to a Creative Commons licence.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.crawl.pages.image_url import Attributes
from pipeline.crawl.pages.page_nodes import PageNodes

_CREATIVE_COMMONS = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/\w", re.IGNORECASE
)


def licence_links(nodes: PageNodes, json_ld_licence: str) -> Iterator[str]:
    """Yields the addresses of licences as written, best first."""
    linked = (*nodes.anchors, *nodes.links)
    yield from _named(linked, "rel", "href")
    yield from _named(linked, "itemprop", "href")
    yield from _named(nodes.metas, "itemprop", "content")
    yield json_ld_licence
    for anchor in nodes.anchors:
        if _CREATIVE_COMMONS.match(address := (anchor.get("href") or "").strip()):
            yield address


def _named(elements: Iterable[Attributes], name: str, address: str) -> Iterator[str]:
    for attributes in elements:
        value = attributes.get(name)
        if value and "license" in value.lower().split():
            yield (attributes.get(address) or "").strip()
