"""The text of a part of a page as it reads: words of one line joined, blocks apart, bounded.

Joining all text nodes, as parsers do, glues the last word of a paragraph to the first of the next.
"""

from collections.abc import Container
from enum import Enum

from selectolax.lexbor import LexborNode

from pipeline.crawl.pages.place import INLINE

# Twice the longest text that COYO-700M kept: one that was cut here is still too long for `select`.
MAX_TEXT_CHARS = 2000
MAX_NODES = 200  # ours: bounds the time for a part that is all markup

# What is no text to a reader, or another image's.
SILENT = frozenset(
    {
        "audio", "button", "canvas", "datalist", "head", "iframe", "input", "math", "noembed",
        "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title",
        "video", "-comment",
    }
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_NOTHING: frozenset[str] = frozenset()


class Way(Enum):
    """Which way to read."""

    ON = "on"
    BACK = "back"


def text_of(
    node: LexborNode, max_chars: int = MAX_TEXT_CHARS, silent: Container[str | None] = SILENT
) -> str:
    """Returns the text in `node` from its start, cut behind `max_chars` to twice as many."""
    first = node.first_child
    if first is None:
        return ""
    if first.next is None and first.tag == "-text":
        return (first.text_content or "")[: max_chars * 2]
    return text_from(first, Way.ON, max_chars, silent)[: max_chars * 2]


def text_from(  # noqa: C901  one loop without calls: a third of our time on a page is spent here
    node: LexborNode | None,
    way: Way,
    max_chars: int,
    silent: Container[str | None] = SILENT,
    stops: Container[str | None] = _NOTHING,
) -> str:
    """Returns the text from `node` to the end (or start) of its parent, or to one of `stops`."""
    is_back = way is Way.BACK
    pieces: list[str] = []
    depth = 0
    for _ in range(MAX_NODES):
        if node is None:
            break
        tag = node.tag
        inner = None
        if tag == "-text":
            text = node.text_content or ""
            pieces.append(text)
            max_chars -= len(text)
            if max_chars <= 0:
                break
        elif tag in stops:
            break
        elif tag not in silent:
            if tag not in INLINE:
                pieces.append("\n")
            inner = node.last_child if is_back else node.first_child
        if inner is not None:
            node = inner
            depth += 1
            continue
        beside = node.prev if is_back else node.next
        while beside is None and depth:
            node = node.parent
            assert node is not None
            depth -= 1
            if node.tag not in INLINE:
                pieces.append("\n")
            beside = node.prev if is_back else node.next
        node = beside
    if is_back:
        pieces.reverse()
    return "".join(pieces)
