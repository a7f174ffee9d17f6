"""The texts that a page gives an `<img>` on purpose: `alt`, `title`, `figcaption`."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.crawl.candidates import Text
from pipeline.crawl.pages.flow import text_of
from pipeline.crawl.pages.image_url import Attributes

# What scripts show as the title of an enlarged picture: WordPress' Jetpack (MetaCLIP reads its
# `data-image-title` too), TinyMCE, lightboxes.
_TITLES = (
    "title",
    "data-title",
    "data-caption",
    "data-image-title",
    "data-image-caption",
    "data-image-description",
    "data-mce-caption",
    "data-mediaviewer-caption",
)
_MARKUP = re.compile(r"<[a-zA-Z/!]")


def alt_texts(image: LexborNode, attributes: Attributes) -> Iterator[Text]:
    """Yields the `alt`; else its `aria-label`; else the label of the `role=img` that it is in.

    An `aria-label` beside an `alt` is a second name, as `title` is.
    """
    alt = (attributes.get("alt") or "").strip()
    label = (attributes.get("aria-label") or "").strip()
    if alt:
        yield "alt", alt
    if label != alt:
        yield ("title" if alt else "alt"), label
    if not alt and not label and (outer := _outer_label(image)):
        yield "alt", outer


def title_texts(attributes: Attributes) -> Iterator[Text]:
    """Yields `title` and the attributes that scripts show as one."""
    for name in _TITLES:
        if written := attributes.get(name):
            yield "title", without_markup(written)


def figure_caption(figure: LexborNode) -> str:
    """Returns the caption of a figure, not of another figure in it; empty if it has none."""
    for caption in figure.css("figcaption"):
        if _nearest_figure(caption) == figure.mem_id:
            return text_of(caption)
    return ""


def without_markup(written: str) -> str:
    """Returns the text of an attribute that may hold HTML."""
    if not _MARKUP.search(written):
        return written
    body = LexborHTMLParser(written).body
    return text_of(body) if body else ""


def _outer_label(image: LexborNode) -> str:
    node = image.parent
    for _ in range(2):
        if node is None:
            break
        if node.attrs.get("role") == "img":
            return node.attrs.get("aria-label") or ""
        node = node.parent
    return ""


def _nearest_figure(node: LexborNode) -> int | None:
    parent = node.parent
    while parent is not None and parent.tag != "figure":
        parent = parent.parent
    return parent.mem_id if parent is not None else None
