"""The 66 saved pages of the shared data: every pair is found, and what else is."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.crawl.pages.charset import page_as_utf8
from pipeline.crawl.pages.html import PageContent
from schemas.outcomes import Reject
from schemas.records import Candidate, LedgerRow
from schemas.uid import resolve_url
from tests.pipeline.crawl.pages.made_pages import URL, read

REFUSED = frozenset({Reject.ICON, Reject.SPRITE, Reject.TRACKING_PIXEL})

# What a page's `<img>` with an alt text became, as the data's `pairs.jsonl` lists them (1549).
FOUND = {
    "its src": 1109,
    "a lazy address beside a src that keeps its place": 187,
    "a lazy address beside no src or a data: URI": 132,
    "a source of its picture beside a src that keeps its place": 4,
    "a copy in noscript beside no src or a data: URI": 3,
    "refused as icon": 95,
    "refused as tracking_pixel": 9,
    "no address anywhere": 10,
}

# Candidates by the place of their text. `alt` is 114 less than the pairs for what is refused or has
# no address, and 22 less for lazy images that are one with their copies.
NUM_COPIES = 38  # lazy images that are in `<noscript>` once more
CANDIDATES = {"alt": 1413, "title": 298, "figcaption": 62, "og": 111, "meta": 82, "context": 3035}
ROWS = {"icon": 138, "tracking_pixel": 53, "no_alt": 31, "no_src": 8, "data_uri": 5}


@pytest.fixture(scope="module")
def pages(shared_data: Path) -> dict[str, PageContent]:
    return {path.name: read(path.read_bytes()) for path in page_files(shared_data)}


def page_files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "html-pages" / "pages").iterdir())


def listed_pairs(shared_data: Path) -> Iterator[tuple[str, str, str]]:
    """Yields page, src and alt of every pair that the data lists."""
    for line in (shared_data / "html-pages" / "pairs.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        yield pair["page"], (pair["src"] or "").strip(), pair["alt"]


def other_addresses(path: Path) -> dict[tuple[str, str], set[str]]:
    """Returns what the attributes beside `src` may lead to, by src and alt of the image."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for node in LexborHTMLParser(page_as_utf8(path.read_bytes(), None)).css("img"):
        attributes = {name: value or "" for name, value in node.attributes.items()}
        key = (attributes.pop("src", "").strip(), " ".join(attributes.pop("alt", "").split()))
        words = {word for value in attributes.values() for word in value.split()}
        found[key] |= {word.rstrip(",") for word in words if "/" in word}
    return found


def base_of(path: Path) -> str:
    """Returns what the addresses of a page are relative to."""
    node = LexborHTMLParser(page_as_utf8(path.read_bytes(), None)).css_first("base[href]")
    return resolve_url(node.attributes["href"] or "", URL) if node else URL


def what_became(content: PageContent, base: str, src: str, alt: str, others: set[str]) -> str:
    candidates = {(i.url, i.text) for i in content.items if isinstance(i, Candidate)}
    rows = {i.url: i.outcome for i in content.items if isinstance(i, LedgerRow)}
    has_src = bool(src) and not src.startswith("data:")
    if has_src and (resolve_url(src, base), alt) in candidates:
        return "its src"
    addresses = [resolve_url(url, base) for url in others]
    if has_src:
        addresses.append(resolve_url(src, base))
    where = "a src that keeps its place" if has_src else "no src or a data: URI"
    if any((url, alt) in candidates for url in addresses):
        return f"a lazy address beside {where}"
    for url in addresses:
        if rows.get(url) in REFUSED:
            return f"refused as {rows[url]}"
    if any(text == alt for _, text in candidates):
        found = "a source of its picture" if has_src else "a copy in noscript"
        return f"{found} beside {where}"
    return f"LOST {src} {alt} {others}" if others or has_src else "no address anywhere"


def test_every_pair_is_found(shared_data: Path, pages: dict[str, PageContent]) -> None:
    others = {path.name: other_addresses(path) for path in page_files(shared_data)}
    bases = {path.name: base_of(path) for path in page_files(shared_data)}
    became = Counter(
        what_became(pages[page], bases[page], src, alt, others[page][src, alt])
        for page, src, alt in listed_pairs(shared_data)
    )
    assert became == FOUND
    assert became.total() == 1549


def test_what_is_found_by_place(pages: dict[str, PageContent]) -> None:
    items = [item for content in pages.values() for item in content.items]
    candidates = Counter(i.text_source for i in items if isinstance(i, Candidate))
    rows = Counter(i.outcome for i in items if isinstance(i, LedgerRow))

    assert (candidates, rows) == (CANDIDATES, ROWS)


def test_every_image_is_one_item_or_a_copy_of_one(shared_data: Path) -> None:
    contents = [read(path.read_bytes(), sources=("alt",)) for path in page_files(shared_data)]

    assert sum(len(content.items) for content in contents) == 2156 - NUM_COPIES
    sources = {i.text_source for c in contents for i in c.items if isinstance(i, Candidate)}
    assert sources == {"alt"}
