"""Pages of a MediaWiki XML dump (`pages-articles.xml.bz2`), read in parts that need no index.

`<` is escaped within a page, so that its tags can be found as bytes, and one broken page harms no
other. A page belongs to the part that its tag begins in (`pipeline.queries.bz2_streams`).
Format: https://www.mediawiki.org/wiki/Help:Export.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.queries.bz2_streams import read_streams
from pipeline.queries.wikitext import NAMESPACES
from pipeline.shards.storage import open_input
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.outcomes import Stage as Stages
from schemas.records import LedgerRow

PART_BYTES = 32 * 2**20  # English Wikipedia's 22 GB make some 700 parts
MAX_PAGE_BYTES = 32 * 2**20  # MediaWiki's $wgMaxArticleSize is 2 MiB; escaping makes it longer
_OPEN, _CLOSE, _END = b"<page>", b"</page>", b"</mediawiki>"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMESPACE = re.compile(r"<namespace [^>]*>([^<]+)</namespace>")
_TITLE = re.compile(r"<title>([^<]*)</title>")
_NS = re.compile(r"<ns>(-?\d+)</ns>")
_TEXT = re.compile(r"<text\b[^>]*?(?:/>|>([^<]*)</text>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpPart:
    """A range of a dump's bytes.

    Attributes:
        namespaces: Names of the wiki's namespaces, in lower case.
    """

    path: str
    start: int
    end: int
    namespaces: frozenset[str] = NAMESPACES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a wiki; `namespace` 0 holds the articles."""

    title: str
    namespace: int
    is_redirect: bool
    wikitext: str


def cut_dump(path: str, size: int, part_bytes: int = PART_BYTES) -> list[DumpPart]:
    """Returns the parts of a dump of `size` bytes; one that is not UTF-8 cannot be cut."""
    with open_input(path) as stream:
        try:
            head = next(read_streams(stream, 0, 1))[0]
        except RecordFailed:
            head = b""  # its only part will say what is wrong
    if not head or head.startswith(_UTF16):
        part_bytes = max(size, 1)
    text = head.decode("utf-16" if head.startswith(_UTF16) else "utf-8", errors="ignore")
    namespaces = NAMESPACES | {html.unescape(name).lower() for name in _NAMESPACE.findall(text)}
    return [
        DumpPart(path=path, start=start, end=start + part_bytes, namespaces=namespaces)
        for start in range(0, max(size, 1), part_bytes)
    ]


def read_pages(part: DumpPart) -> Iterator[Page | LedgerRow]:
    """Yields the pages that begin in a part, and a ledger row for what cannot be read.

    What comes before damage is kept; a dump that was cut short says so.
    """
    with open_input(part.path) as stream:
        pages = _Pages()
        try:
            for content, is_own in read_streams(stream, part.start, part.end):
                for data in pages.feed(content, is_own=is_own):
                    try:
                        yield _parse(data)
                    except RecordFailed as error:
                        yield _problem(part, error)
                if pages.is_done:
                    return
            pages.finish()
        except RecordFailed as error:
            yield _problem(part, error)


class _Pages:
    """Finds whole pages in the content of a part and, for the last of them, of the next one."""

    def __init__(self) -> None:
        self.is_done = False
        self._buffer = b""
        self._own: int | None = None  # how much of the buffer is the part's; None for all
        self._decoder: codecs.IncrementalDecoder | None = None
        self._fed = False
        self._has_page = False
        self._has_end = False

    def feed(self, content: bytes, *, is_own: bool) -> Iterator[bytes]:
        """Yields the pages that `content` completes."""
        if self._own is None and not is_own:
            self._own = len(self._buffer)
        self._buffer += self._to_utf8(content)
        position = 0
        while (start := self._buffer.find(_OPEN, position)) >= 0 and self._owns(start):
            stop = self._buffer.find(_CLOSE, start)
            if stop < 0:
                break
            position = stop + len(_CLOSE)
            self._has_page = True
            yield self._buffer[start:position]
        self._has_end = self._has_end or _END in self._buffer[position:]
        # What is not begun is forgotten but for the length of a tag, which may lie across pieces.
        self._forget(start if start >= 0 else max(position, len(self._buffer) - len(_END)))
        if len(self._buffer) > MAX_PAGE_BYTES:
            raise RecordFailed(Failure.DUMP_PAGE, f"a page has more than {MAX_PAGE_BYTES} bytes")
        self.is_done = not self._owns(0)

    def finish(self) -> None:
        """Raises RecordFailed if the file ends too early."""
        if _OPEN in self._buffer:
            raise RecordFailed(Failure.DUMP_TRUNCATED, "ends within a page")
        # A part without a page may begin within that tag.
        if self._has_page and not self._has_end:
            raise RecordFailed(Failure.DUMP_TRUNCATED, "ends without </mediawiki>")

    def _owns(self, position: int) -> bool:
        return self._own is None or position < self._own

    def _forget(self, length: int) -> None:
        self._buffer = self._buffer[length:]
        if self._own is not None:
            self._own -= length

    def _to_utf8(self, content: bytes) -> bytes:
        if not self._fed and content.startswith(_UTF16):
            self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._fed = True
        return self._decoder.decode(content).encode() if self._decoder else content


def _parse(data: bytes) -> Page:
    text = data.decode("utf-8", errors="replace")
    title, namespace, body = _TITLE.search(text), _NS.search(text), _TEXT.search(text)
    if not title or not namespace or not body:
        raise RecordFailed(Failure.DUMP_PAGE, "a page lacks its title, namespace or text")
    return Page(
        title=html.unescape(title[1]),
        namespace=int(namespace[1]),
        is_redirect="<redirect " in text[: body.start()],
        wikitext=html.unescape(body[1] or ""),
    )


def _problem(part: DumpPart, error: RecordFailed) -> LedgerRow:
    return LedgerRow(
        uid=None, url=part.path, stage=Stages.QUERIES, outcome=error.outcome, detail=error.detail
    )
