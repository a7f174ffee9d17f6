"""The text around an `<img>`: of its link, of the heading above it, before it and behind it.

Nobody wrote these for the picture, so they are kept short and near, as the Wikipedia-based Image
Text dataset keeps to the section that an image is in (arXiv 2103.01913, section 3.1).
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from pipeline.crawl.pages.flow import HEADINGS, SILENT, Way, text_from, text_of
from pipeline.crawl.pages.place import Place

# Ours: two or three sentences, and room for CLIP's 77 tokens (arXiv 2103.00020, section 2.4).
MAX_CONTEXT_CHARS = 300
# How many blocks out to go where the image is all that its own block holds.
MAX_WRAPPERS = 2

_STOPS = HEADINGS | {"img", "picture", "figure", "hr", "header", "footer", "nav", "aside", "form"}
_SILENT = SILENT | {"figcaption"}
_OUTERMOST = frozenset(
    {"html", "body", "main", "article", "section", "-document", "tr", "ul", "ol", "li"}
)
_SENTENCE_END = re.compile("[.!?\u2026][\"'\u00bb\u201d\u2019)\\]]*\\s|[\u3002\uff01\uff1f]")


def link_text(link: LexborNode) -> str:
    """Returns what a link around an image says."""
    return shorten(text_of(link, MAX_CONTEXT_CHARS, _SILENT), Way.ON)


def heading_text(heading: LexborNode) -> str:
    """Returns what a heading says."""
    return shorten(text_of(heading, MAX_CONTEXT_CHARS, _SILENT), Way.ON)


def text_beside(place: Place) -> Iterator[str]:
    """Yields the text right before and right behind an image, up to the next image or heading."""
    node: LexborNode | None = place.top if place.figure is None else place.figure
    for _ in range(MAX_WRAPPERS + 1):
        if node is None or node.tag in _OUTERMOST:
            return
        before = _shortened(node.prev, Way.BACK)
        behind = _shortened(node.next, Way.ON)
        if before:
            yield before
        if behind:
            yield behind
        if before or behind:
            return
        node = node.parent


def _shortened(node: LexborNode | None, way: Way) -> str:
    if node is None:
        return ""
    return shorten(text_from(node, way, MAX_CONTEXT_CHARS, _SILENT, _STOPS), way)


def shorten(written: str, way: Way, max_chars: int = MAX_CONTEXT_CHARS) -> str:
    """Returns the end of a text that lies before the image, or the start of one behind it.

    It is cut between sentences if half of it or more is left then, else between words.
    """
    text = " ".join(written.split())
    if len(text) <= max_chars:
        return text
    if way is Way.BACK:
        text = text[-max_chars - 1 :]
        starts = [found.end() for found in _SENTENCE_END.finditer(text, 0, max_chars // 2)]
        start = starts[0] if starts else text.find(" ", 0, max_chars // 2) + 1 or 1
        return text[start:].strip()
    text = text[: max_chars + 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(text, max_chars // 2)]
    end = ends[-1] if ends else text.rfind(" ", max_chars // 2)
    return text[: end if 0 < end <= max_chars else max_chars].strip()
