"""The text of a part of a page as it reads: words of one line joined, blocks apart, bounded.

Joining all text nodes, as parsers do, glues the last word of a paragraph to the first of the next.
"""

from collections.abc import Container
from enum import Enum

from selectolax.lexbor import LexborNode

from pipeline.crawl.place import INLINE

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


class Way(Enum):
    """Which way to read."""

    ON = "on"
    BACK = "back"


def text_of(
    node: LexborNode, max_chars: int = MAX_TEXT_CHARS, silent: Container[str] = SILENT
) -> str:
    """Returns the text in `node` from its start, cut behind `max_chars` characters or more."""
    first = node.first_child
    if first is None:
        return ""
    if first.next is None and first.tag == "-text":
        return first.text_content or ""
    return Reader(Way.ON, max_chars, silent).read_inside(node).text()


class Reader:
    """Collects text from a place on, until it is enough or a stop."""

    def __init__(
        self,
        way: Way,
        max_chars: int,
        silent: Container[str] = SILENT,
        stops: Container[str] = frozenset(),
    ) -> None:
        self._is_back = way is Way.BACK
        self._silent = silent
        self._stops = stops
        self._chars_left = max_chars
        self._nodes_left = MAX_NODES
        self._pieces: list[str] = []
        self.is_done = False

    def read_inside(self, node: LexborNode) -> "Reader":
        """Reads all that is in `node`."""
        self._read(node.last_child if self._is_back else node.first_child)
        return self

    def read_beside(self, node: LexborNode) -> "Reader":
        """Reads what comes before or behind `node` in its parent."""
        self._read(node.prev if self._is_back else node.next)
        return self

    def text(self) -> str:
        """Returns what was read, in the page's order."""
        return "".join(reversed(self._pieces) if self._is_back else self._pieces)

    def _read(self, node: LexborNode | None) -> None:
        """Goes from node to node, without recursion, to the end of the parent of the first."""
        depth = 0
        while node is not None and not self.is_done:
            inner = self._take(node)
            if inner is not None:
                node = inner
                depth += 1
                continue
            while (beside := node.prev if self._is_back else node.next) is None:
                node = node.parent
                if not depth or node is None:
                    return
                depth -= 1
                self._break_line(node.tag)
            node = beside

    def _take(self, node: LexborNode) -> LexborNode | None:
        """Reads one node; returns the first one in it if it has something to read."""
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            self._pieces.append(text)
            self._chars_left -= len(text)
        elif tag in self._stops:
            self.is_done = True
            return None
        elif tag not in self._silent:
            self._break_line(tag)
            self._count()
            return node.last_child if self._is_back else node.first_child
        self._count()
        return None

    def _break_line(self, tag: str | None) -> None:
        if tag not in INLINE:
            self._pieces.append("\n")

    def _count(self) -> None:
        self._nodes_left -= 1
        self.is_done = self.is_done or self._chars_left <= 0 or self._nodes_left <= 0
