"""WARC pages to pairs: ours against short scripts over warcio; where our time goes; memory.

Usage: python -m benchmarks.read_warc WARC (pages | gunzip | records | decode | parse)
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fastwarc.stream_io import GzipReader
from selectolax.lexbor import LexborHTMLParser

from benchmarks.archives import SHARED, join_files
from benchmarks.harness import Comparison, Side, compare
from benchmarks.peers.environment import peer_python
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.pages.charset import decode_page
from pipeline.crawl.pages.html import read_page
from pipeline.crawl.warc import read_archive

PEER = Path(__file__).parent / "peers" / "warcio_pages.py"
PAGES_PER_COPY = 162  # of the six files, those of status 200
MAX_RSS_BYTES = 400 * 10**6
COPIES_PER_GB = 260


def run_bs4(folder: Path, size: int = 20, rounds: int = 3) -> Comparison:
    """Measures against Beautiful Soup; `size` is how often the six files are repeated."""
    return _run("bs4", folder, size, rounds)


def run_selectolax(folder: Path, size: int = 20, rounds: int = 3) -> Comparison:
    """Measures against selectolax; `size` is how often the six files are repeated."""
    comparison = _run("selectolax", folder, size, rounds)
    print_shares(str(folder / f"bench-{size}.warc.gz"))
    return comparison


def run_memory(folder: Path, size: int = COPIES_PER_GB, rounds: int = 1) -> Comparison:
    """Measures memory over a tenth of 1 GB and over the whole; fails above 400 MB."""
    small, large = (
        join_files(SHARED, "*.warc.gz", folder / f"bench-{copies}.warc.gz", copies)
        for copies in (size // 10, size)
    )
    sides = [
        Side(name=f"{path.stat().st_size / 1e6:.0f} MB", command=_ours(path, "pages"))
        for path in (small, large)
    ]
    comparison = compare("read_memory", *sides, count=size, unit="copies", rounds=rounds)
    for name, taken in comparison.sides.items():
        print(f"{name}: {max(r.peak_rss_bytes for r in taken) / 1e6:.0f} MB at most")
    return comparison


def _run(peer: str, folder: Path, copies: int, rounds: int) -> Comparison:
    warc = join_files(SHARED, "*.warc.gz", folder / f"bench-{copies}.warc.gz", copies)
    theirs = Side(name=f"warcio + {peer}", command=[peer_python(), str(PEER), peer, str(warc)])
    ours = Side(name="ours", command=_ours(warc, "pages"))
    pages = copies * PAGES_PER_COPY
    return compare(f"read_warc_{peer}", theirs, ours, count=pages, unit="pages", rounds=rounds)


def _ours(warc: Path, what: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.read_warc", str(warc), what]


def pages(path: str) -> int:
    """Reads all that pages hold."""
    options = ReadOptions(product_token="webimagetext")
    found = read_archive(path, options.product_token)
    return sum(len(read_page(p, options).items) for p in found if isinstance(p, Page))


def gunzip(path: str) -> int:
    """Inflates and does nothing else: the limit."""
    size = 0
    with open(path, "rb") as stream:
        reader = GzipReader(stream)
        while data := reader.read(2**18):
            size += len(data)
    return size


def records(path: str) -> int:
    """Reads pages and images and does nothing with them."""
    return sum(1 for _ in read_archive(path, "webimagetext"))


def decode(path: str) -> int:
    """Reads pages, and finds their charsets."""
    found = read_archive(path, "webimagetext")
    return sum(len(decode_page(p.body, p.charset)) for p in found if isinstance(p, Page))


def parse(path: str) -> int:
    """Reads pages, and makes trees of them without looking at them."""
    found = read_archive(path, "webimagetext")
    texts = (decode_page(p.body, p.charset) for p in found if isinstance(p, Page))
    return sum(1 for text in texts if LexborHTMLParser(text).root is not None)


STEPS: dict[str, Callable[[str], int]] = {
    "gunzip": gunzip,
    "records": records,
    "decode": decode,
    "parse": parse,
    "pages": pages,
}


def print_shares(path: str) -> None:
    """Prints CPU seconds of each step with all before it, and the MB of the file per second."""
    megabytes = Path(path).stat().st_size / 1e6
    for name, step in STEPS.items():
        started = time.process_time()
        step(path)
        cpu_s = time.process_time() - started
        print(f"{name:8} {cpu_s:7.2f} CPU s {megabytes / cpu_s:7.1f} MB/s")


if __name__ == "__main__":
    print(STEPS[sys.argv[2]](sys.argv[1]))
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if peak_bytes > MAX_RSS_BYTES:
        raise SystemExit(f"{peak_bytes / 1e6:.0f} MB of memory; the limit is 400 MB")
