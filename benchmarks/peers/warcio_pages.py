"""Pages of a WARC file to image and alt pairs, as a short script of today does it.

With warcio, and Beautiful Soup over lxml or selectolax (Lexbor).

Usage: python warcio_pages.py (bs4 | selectolax) WARC
"""

import sys
from collections.abc import Iterator
from urllib.parse import urljoin

from warcio.archiveiterator import ArchiveIterator


def read_pages(path: str) -> Iterator[tuple[str, bytes]]:
    """Yields URL and body of the HTML pages of status 200."""
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            kind = record.http_headers.get_header("Content-Type") or ""
            if record.http_headers.get_statuscode() == "200" and "html" in kind:
                yield record.rec_headers.get_header("WARC-Target-URI"), read_body(record)


def read_body(record: object) -> bytes:
    """Returns the decoded body; what was decoded before, as it is."""
    return record.content_stream().read()  # type: ignore[attr-defined, no-any-return]


def pairs_of_bs4(url: str, body: bytes) -> Iterator[tuple[str, str]]:
    """Yields absolute URL and alt text of the images that have both."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(body, "lxml")
    base = soup.find("base", href=True)
    start = urljoin(url, base["href"]) if base else url
    for image in soup.find_all("img", src=True, alt=True):
        if image["alt"].strip():
            yield urljoin(start, image["src"]), image["alt"]


def pairs_of_selectolax(url: str, body: bytes) -> Iterator[tuple[str, str]]:
    """Yields absolute URL and alt text of the images that have both."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(body)
    base = tree.css_first("base[href]")
    start = urljoin(url, base.attributes["href"]) if base else url
    for image in tree.css("img[src][alt]"):
        if (image.attributes["alt"] or "").strip():
            yield urljoin(start, image.attributes["src"] or ""), image.attributes["alt"] or ""


def run(parser: str, path: str) -> None:
    """Reads the file; prints pages and pairs."""
    extract = {"bs4": pairs_of_bs4, "selectolax": pairs_of_selectolax}[parser]
    pages = pairs = 0
    for url, body in read_pages(path):
        pages += 1
        pairs += sum(1 for _ in extract(url.strip("<>"), body))
    print(pages, pairs)


if __name__ == "__main__":
    run(*sys.argv[1:])
