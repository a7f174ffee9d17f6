"""Pages to pairs: ours, every place that a text can be in, against loops over `<img alt>` alone.

Usage: python -m benchmarks.extract_pages (ours | ours_alt | selectolax) FOLDER PASSES
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.harness import Comparison, Side, compare
from benchmarks.inputs import make_page

PASSES = 20  # over the same pages, so that starting Python does not count
SAVED = Path(__file__).parents[2] / "shared" / "data" / "html-pages" / "pages"
IMAGES_PER_PAGE = 30


def run(folder: Path, size: int = 60, rounds: int = 3) -> Comparison:
    """Measures on the saved pages beside a checkout, or on `size` generated ones."""
    pages = SAVED if SAVED.is_dir() else _generate(folder / "pages", size)
    count = PASSES * sum(1 for _ in pages.iterdir())
    sides = [
        Side(name=name, command=[*_MODULE, name, str(pages), str(PASSES)])
        for name in ("ours", "selectolax")
    ]
    return compare("extract_pages", *sides, count=count, unit="pages", rounds=rounds)


_MODULE = (sys.executable, "-m", "benchmarks.extract_pages")


def _generate(folder: Path, pages: int) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(pages):
        page = make_page(range(number * IMAGES_PER_PAGE, (number + 1) * IMAGES_PER_PAGE))
        (folder / f"{number:03d}.html").write_bytes(page)
    return folder


def _ours(alt_only: bool) -> Callable[[bytes], int]:
    from pipeline.crawl.options import TEXT_SOURCES, ReadOptions
    from pipeline.crawl.page import Page
    from pipeline.crawl.pages.html import read_page

    sources = ("alt",) if alt_only else TEXT_SOURCES
    options = ReadOptions(product_token="webimagetext", text_sources=sources)

    def count_pairs(body: bytes) -> int:
        page = Page(
            url="http://bench.example/a/b.html",
            body=body,
            charset=None,
            headers=(),
            source="bench",
            source_offset=None,
            fetched_at=None,
        )
        return len(read_page(page, options).items)

    return count_pairs


def _selectolax() -> Callable[[bytes], int]:
    from selectolax.lexbor import LexborHTMLParser

    def count_pairs(body: bytes) -> int:
        images = [node.attributes for node in LexborHTMLParser(body).css("img")]
        return sum(bool(image.get("src") and image.get("alt")) for image in images)

    return count_pairs


def main(side: str, folder: str, passes: str) -> None:
    """Reads all pages of a folder so often, and says how many pairs one pass gave."""
    sides = {
        "ours": partial(_ours, alt_only=False),
        "ours_alt": partial(_ours, alt_only=True),
        "selectolax": _selectolax,
    }
    count_pairs = sides[side]()
    bodies = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    for _ in range(int(passes)):
        pairs = sum(map(count_pairs, bodies))
    print(pairs)


if __name__ == "__main__":
    main(*sys.argv[1:])
