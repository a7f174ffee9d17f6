"""Cuts an archive into parts that workers can read side by side; a cut is where a record begins."""

from collections.abc import Iterator

from pipeline.archives.damage import Damage, check_record, find_next_record, find_starts
from pipeline.archives.layout import Layout, Packing
from pipeline.archives.open_file import find_members, open_file, require_layout
from pipeline.archives.window import Window
from schemas.errors import RecordFailed

# About 6 s of work for pages and 1.5 s for links (measured): enough to be worth a bundle, and an
# engine has what to spread: a Common Crawl WARC of 1 GB gives 16 parts.
PART_BYTES = 64 * 2**20
# Longer than any stretch in which a compressor stores bytes as they are (64 KiB in RFC 1951,
# 128 KiB in RFC 8878). A record that holds an archive holds whole members, but no chain of them
# as long as this.
_CHAIN_BYTES = 2**17


def split_archive(path: str, part_bytes: int = PART_BYTES) -> Iterator[tuple[int, int]]:
    """Yields the first byte and the end of each part; together they are the file, in its order.

    A file that cannot be read, or not be cut, is one part: `(0, -1)`.
    """
    try:
        with open_file(path) as stream:
            if stream.end < 2 * part_bytes:
                yield 0, -1
                return
            start = 0
            for cut in _find_cuts(stream, part_bytes):
                yield start, cut
                start = cut
            yield start, -1
    except RecordFailed:  # whoever reads it puts down why
        yield 0, -1


def _find_cuts(stream: Window, part_bytes: int) -> list[int]:
    """Returns where parts begin behind the first, in order."""
    cuts: list[int] = []
    for member in find_members(stream):
        if member.start - (cuts[-1] if cuts else 0) >= part_bytes:
            cuts.append(member.start)
        target = (cuts[-1] if cuts else 0) + part_bytes
        if not member.is_stored or member.end <= target:
            continue
        window = Window(stream, member.start, member.end)
        try:
            layout = require_layout(window)
        except RecordFailed:
            continue
        if layout.packing != Packing.WHOLE:
            cuts.extend(_cut_member(window, layout, target, part_bytes))
    return cuts


def _cut_member(stream: Window, layout: Layout, target: int, part_bytes: int) -> Iterator[int]:
    find = _hop if layout.codec is None else _resync
    yield from find(stream, layout, target, part_bytes)


def _hop(stream: Window, layout: Layout, target: int, part_bytes: int) -> Iterator[int]:
    """Goes from header to header: the payload of a plain archive may itself be an archive."""
    position: int | None = stream.start
    while position is not None:
        if position >= target:
            yield position
            target = position + part_bytes
        found = check_record(stream, position, layout)
        if found is None:
            return
        if isinstance(found, Damage):
            position = find_next_record(stream, found.at, layout)
        else:
            position = found.end


def _resync(stream: Window, layout: Layout, target: int, part_bytes: int) -> Iterator[int]:
    """Goes to where a chain of members begins."""
    while target < stream.end:
        starts = find_starts(stream, target, layout)
        cut = next((start for start in starts if _is_chain(stream, start, layout)), None)
        if cut is None:
            return
        yield cut
        target = cut + part_bytes


def _is_chain(stream: Window, start: int, layout: Layout) -> bool:
    position = start
    while position - start <= _CHAIN_BYTES and position < stream.end:
        found = check_record(stream, position, layout)
        if found is None or isinstance(found, Damage):
            return False
        position = found.end
    return True
