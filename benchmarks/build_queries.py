"""`webimagetext queries` on a dump of a gigabyte: memory, pages a second, cores in use.

The dump is the shared English sample over and over, as multistream bz2 of 100 pages a stream, as
Wikipedia's are. Every copy has its own titles and ids and words of its own, so that what must be
counted grows with the dump, as it does with a real one.
"""

import bz2
import json
import os
import re
import resource
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.archives import SHARED
from benchmarks.harness import Report, save
from benchmarks.process_tree import watch_command

SAMPLE = (
    SHARED.parent
    / "wikipedia"
    / "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
)
PAGES_PER_STREAM = 100  # of Wikipedia's own multistream dumps
NEW_WORD_EVERY = 50  # words of 8 letters and more; Heaps' law: vocabulary grows with the text
MAX_MB = 700  # of the largest process; a worker holds 500,000 terms of a kind, then writes them

_LONG_WORD = re.compile(rb"(?<![\w|=\[<&/])[a-z]{8,}(?![\w|=\]>;/])")
_PAGE = re.compile(rb"  <page>.*?</page>\n", re.DOTALL)
_TITLE = re.compile(rb"<title>([^<]*)</title>")
_ID = re.compile(rb"<id>(\d+)</id>")


def run(folder: Path, size: int = 1000, rounds: int = 1) -> Report:
    """Builds the list once, whatever the rounds, of `size` MB of XML and of a tenth of it."""
    del rounds
    figures: dict[str, str | float] = {}
    problems: list[str] = []
    for part in (size // 10, size):
        largest_mb = _measure(folder, part, figures, problems)
        if largest_mb > MAX_MB:
            problems.append(f"{part} MB of XML need {largest_mb:.0f} MB, not {MAX_MB} at most")
    report = Report(name="build_queries", figures=figures, problems=problems)
    save(report)
    return report


def _measure(
    folder: Path, megabytes: int, figures: dict[str, str | float], problems: list[str]
) -> float:
    dump, out = folder / f"dump-{megabytes}.xml.bz2", folder / f"queries-{megabytes}"
    xml_bytes, pages = write_dump(dump, megabytes * 10**6)
    shutil.rmtree(out, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "cli", "queries", "--wikipedia", str(dump)]
    watched = watch_command([*command, "--out", str(out), "--quiet"], os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    name = f"{xml_bytes / 1e6:,.0f} MB of XML ({dump.stat().st_size / 1e6:,.0f} MB bz2)"
    figures |= {
        f"{name}: pages": float(pages),
        f"{name}: wall s": watched.wall_s,
        f"{name}: CPU s": cpu_s,
        f"{name}: cores in use": cpu_s / watched.wall_s,
        f"{name}: pages/s": pages / watched.wall_s,
        f"{name}: MB of XML per CPU s": xml_bytes / 1e6 / cpu_s,
        f"{name}: largest process MB": watched.largest_mb,
        f"{name}: all processes MB": watched.sum_mb,
        f"{name}: MB by quarter": ", ".join(f"{mb:.0f}" for mb in watched.quarters_mb),
    }
    if watched.returncode:
        problems.append(f"{name} ended with {watched.returncode}")
    else:
        problems += _check(out, pages)
    return watched.largest_mb


def _check(out: Path, pages: int) -> Iterator[str]:
    read = json.loads((out / "summary.json").read_text())["counts"]["read"]
    found = sum(read.get(name, 0) for name in ("articles", "redirects", "other_pages"))
    if found != pages:
        yield f"{found} pages read, not {pages}"


def write_dump(path: Path, xml_bytes: int) -> tuple[int, int]:
    """Writes a dump of about so many bytes of XML; returns how many it has, and its pages."""
    sample = bz2.decompress(SAMPLE.read_bytes())
    head, pages = sample[: sample.index(b"  <page>")], _PAGE.findall(sample)
    written, count, copy = len(head), 0, 0
    with path.open("wb") as stream:
        stream.write(bz2.compress(head))
        while written < xml_bytes:
            block = [vary(page, copy) for page in pages]
            for first in range(0, len(block), PAGES_PER_STREAM):
                data = b"".join(block[first : first + PAGES_PER_STREAM])
                stream.write(bz2.compress(data, 5))
                written += len(data)
            count, copy = count + len(block), copy + 1
        stream.write(bz2.compress(b"</mediawiki>\n"))
    return written, count


def vary(page: bytes, copy: int) -> bytes:
    """Returns a page of the same shape with a title, an id and some words of its own."""
    suffix = "".join(chr(ord("a") + int(digit)) for digit in str(copy)).encode()
    seen = 0

    def _replace(word: re.Match[bytes]) -> bytes:
        nonlocal seen
        seen += 1
        return word[0] + suffix if seen % NEW_WORD_EVERY == copy % NEW_WORD_EVERY else word[0]

    page = _TITLE.sub(rb"<title>\1 (%d)</title>" % copy, page, count=1)
    page = _ID.sub(rb"<id>%d\1</id>" % (copy + 1), page, count=1)
    return _LONG_WORD.sub(_replace, page)
