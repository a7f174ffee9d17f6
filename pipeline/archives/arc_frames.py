"""The records of an ARC file one after another (Internet Archive, ARC 1.0 and 2.0).

A record is a line `URL address date ... type length`, its block, and a newline.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.archives.frames import BrokenFrame, Frame
from pipeline.archives.layout import ARC_LINE, MAX_HEADER_BYTES, Layout
from pipeline.archives.members import CHUNK_BYTES, CorruptMember
from pipeline.archives.window import Window

_DATE_FORMATS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}
_WEB_SCHEMES = ("http:", "https:")


def read_arc_frames(stream: Window, offset: int, layout: Layout) -> Iterator[Frame]:
    """Yields the records from an offset on, which must be that of one.

    Raises:
        BrokenFrame: From the iteration, and from a frame's `read` and `skip`.
    """
    if layout.codec is None:
        yield from _read_records(_Content(_read_plain(stream, offset), offset), is_plain=True)
        return
    while offset < stream.end:
        content = _Content(layout.codec.pieces(stream, offset), offset)
        yield from _read_records(content, is_plain=False)
        if content.end < 0:
            raise BrokenFrame
        offset = content.end


def _read_plain(stream: Window, offset: int) -> Iterator[tuple[bytes, int]]:
    stream.seek(offset)
    while data := stream.read(CHUNK_BYTES):
        offset += len(data)
        yield data, offset


def _read_records(content: "_Content", *, is_plain: bool) -> Iterator[Frame]:
    while True:
        offset = content.start + content.position if is_plain else content.start
        line = content.read_line()
        if not line:
            return
        if not line.strip():
            continue
        found = ARC_LINE.fullmatch(line)
        if not found:
            raise BrokenFrame
        url, date, length = found.groups()
        frame = _ArcFrame(
            offset=offset,
            length=int(length),
            url=url.decode("latin-1"),
            stamp=date.decode("ascii"),
            content=content,
        )
        due = content.position + frame.length
        yield frame
        if content.position < due:
            content.skip(due - content.position)


class _Content:
    """What is inside a member, or the plain file, as a stream that only goes forward."""

    def __init__(self, pieces: Iterator[tuple[bytes, int]], start: int) -> None:
        self._pieces = pieces
        self._held = b""
        self._at = 0
        self.start = start
        self.position = 0
        self.end = -1

    def _fill(self) -> bool:
        """Appends a piece; False at the end."""
        try:
            piece, self.end = next(self._pieces, (b"", self.end))
            while not piece and self.end < 0:
                piece, self.end = next(self._pieces)
        except StopIteration:
            return False
        except CorruptMember as error:
            raise BrokenFrame from error
        self._held = self._held[self._at :] + piece
        self._at = 0
        return bool(piece)

    def read(self, size: int) -> bytes:
        """Returns `size` bytes, fewer only at the end."""
        while len(self._held) - self._at < size and self._fill():
            pass
        data = self._held[self._at : self._at + size]
        self._at += len(data)
        self.position += len(data)
        return data

    def skip(self, size: int) -> int:
        """Passes over `size` bytes; returns how many there were."""
        left = size
        while left and (data := self.read(min(left, CHUNK_BYTES))):
            left -= len(data)
        return size - left

    def read_line(self) -> bytes:
        """Returns the next line with its end, as far as it is within the limit of a header."""
        while True:
            end = self._held.find(b"\n", self._at, self._at + MAX_HEADER_BYTES) + 1
            if end or len(self._held) - self._at >= MAX_HEADER_BYTES or not self._fill():
                break
        return self.read(end - self._at if end else MAX_HEADER_BYTES)


@dataclass(slots=True, kw_only=True)
class _ArcFrame:
    offset: int
    length: int
    url: str
    stamp: str
    content: _Content
    passed: int = 0

    @property
    def kind(self) -> str:
        """A `response` if its block is an answer of the web."""
        return "response" if self.url.startswith(_WEB_SCHEMES) else ""

    def read(self, size: int) -> bytes:
        data = self.content.read(min(size, self.length - self.passed))
        self.passed += len(data)
        return data

    def skip(self) -> None:
        self.passed += self.content.skip(self.length - self.passed)

    def header(self, name: str) -> str | None:
        """Returns the URL, which may hold spaces; an ARC line has nothing else that counts."""
        return self.url if name == "WARC-Target-URI" else None

    def date(self) -> datetime | None:
        try:
            return datetime.strptime(self.stamp, _DATE_FORMATS[len(self.stamp)]).replace(tzinfo=UTC)
        except ValueError:
            return None
