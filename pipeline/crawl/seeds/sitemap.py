"""Sitemaps (sitemaps.org protocol 0.9): the URLs in one, however big or broken it is."""

import zlib
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.archives.members import GZIP_MAGIC
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

MAX_URLS = 50_000  # the protocol's limit of one file
MAX_BYTES = 50 * 2**20  # the protocol's limit, uncompressed

_GZIP_WBITS = 31
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"  # byte order marks, zeros of UTF-16, blanks


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names, as written.

    Attributes:
        pages: Of `<url>`, or the lines of a text sitemap.
        sitemaps: Of a sitemap index.
    """

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes) -> Sitemap:
    """Returns what `body` names, up to `MAX_URLS`; of a broken one what comes before the break.

    Raises:
        RecordFailed: `protocol`: it declares entities, which may grow without end, or is no
            sitemap at all.
    """
    content = _gunzip(body) if body.startswith(GZIP_MAGIC) else body[:MAX_BYTES]
    if content[:64].lstrip(_BEFORE_XML).startswith(b"<"):
        return _read_xml(content)
    lines = content.decode("utf-8-sig", "replace").split()
    urls = [line for line in lines if line.startswith(("http://", "https://"))]
    return Sitemap(pages=tuple(urls[:MAX_URLS]))


def _gunzip(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_GZIP_WBITS).decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise RecordFailed(Failure.PROTOCOL, "broken gzip of a sitemap") from error


def _read_xml(content: bytes) -> Sitemap:
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    # A few lines of nested entities can grow to gigabytes, and no sitemap needs one.
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        if not reader.found["url"] and not reader.found["sitemap"]:
            raise RecordFailed(Failure.PROTOCOL, "no sitemap") from error
    return Sitemap(pages=tuple(reader.found["url"]), sitemaps=tuple(reader.found["sitemap"]))


class _Reader:
    """Collects the text of `<loc>` right in `<url>` or `<sitemap>`, whatever their prefix."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {"url": [], "sitemap": []}
        self._path: list[str] = []
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        prefix, _, local = name.rpartition(":")
        is_own = self._path[-1:] and self._path[-1] in self.found
        # `<image:loc>` names a picture of the page and no page.
        self._text = [] if is_own and local == "loc" and prefix != "image" else None
        self._path.append(local)

    def text(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def end(self, _: str) -> None:
        self._path.pop()
        if self._text is None:
            return
        found = self.found[self._path[-1]]
        if len(found) < MAX_URLS and (url := "".join(self._text).strip()):
            found.append(url)
        self._text = None

    def refuse(self, *_: object) -> None:
        raise RecordFailed(Failure.PROTOCOL, "a sitemap that declares entities")
