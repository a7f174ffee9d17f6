"""Objects of JSON lists, one at a time: lines, or one array however long it is."""

import codecs
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from pipeline.crawl.lists.decompress import DAMAGE
from pipeline.crawl.lists.row import BrokenRow, Row
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

# Ours: an object that is not whole within this is broken, and the next one is looked for.
MAX_ITEM_CHARS = 2**20
_CHUNK_BYTES = 2**18
_BETWEEN = re.compile(r"[\s,]*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")


def read_json_lines(lines: Iterator[bytes]) -> Iterator[Row]:
    """Yields the object of each line."""
    for line in lines:
        yield _as_row(line)


def read_json(stream: BinaryIO) -> Iterator[Row]:
    """Yields the objects of an array, of a single object, or of lines; `stream` is at its start."""
    chunks = _chunks(stream)
    first = next(chunks, b"").removeprefix(codecs.BOM_UTF8)
    every = chain([first], chunks)
    start, line = first.lstrip()[:1], first.lstrip().partition(b"\n")
    # Lines are told by their first one; an object may also go on over many.
    is_lines = bool(line[1]) and isinstance(_as_row(line[0]), dict)
    if start == b"[" or (start == b"{" and not is_lines):
        yield from _Array(every).items()
    else:
        yield from read_json_lines(line for line in _cut(every) if line.strip())


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    count = 0
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
            count += len(chunk)
    except DAMAGE as error:
        raise RecordFailed(Failure.FILE_FORMAT, f"damaged data after byte {count}") from error


def _cut(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    yield rest


class _Array:
    """The objects of an array of any length, of which a piece is in memory."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._at = 0

    def items(self) -> Iterator[Row]:
        self._more()
        self._at = len(self._text) - len(self._text.lstrip().removeprefix("["))
        while self._goes_on():
            found = self._item()
            yield found if isinstance(found, dict | BrokenRow) else _no_object()
            if isinstance(found, BrokenRow) and not self._resync():
                return

    def _goes_on(self) -> bool:
        """Goes to the next object; returns whether there is one."""
        while True:
            self._at = _BETWEEN.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at] != "]"
            if not self._more():
                return False

    def _item(self) -> object:
        while True:
            try:
                item, end = json.JSONDecoder().raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if len(self._text) - self._at > MAX_ITEM_CHARS or not self._more():
                    return BrokenRow(why="not JSON")
            else:
                self._at = end
                return item

    def _resync(self) -> bool:
        """Goes behind a broken object; returns whether another one follows."""
        while (found := _NEXT.search(self._text, self._at)) is None:
            self._at = max(self._at, len(self._text) - 64)
            if not self._more():
                return False
        self._at = found.end()
        return True

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._text = self._text[self._at :] + self._decode(chunk)
        self._at = 0
        return True


def _as_row(line: bytes) -> Row:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return BrokenRow(why="not JSON")
    return item if isinstance(item, dict) else _no_object()


def _no_object() -> BrokenRow:
    return BrokenRow(why="not a JSON object")
