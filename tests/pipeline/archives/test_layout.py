import gzip

import pytest

from pipeline.archives.layout import Packing, find_layout, header_end, layout_at, record_bytes
from tests.pipeline.crawl.archives import (
    ARC_FILE,
    arc_record,
    dictionary_frame,
    http,
    pack,
    record,
    window,
)

RECORDS = [record(f"http://h/{n}", http(b"<p>" + b"%d" % n * 500)) for n in range(4)]
ARC = [ARC_FILE, arc_record("http://h/", http(b"<p>"))]


@pytest.mark.parametrize(
    ("data", "packing", "is_arc"),
    [
        (b"".join(RECORDS), Packing.PLAIN, False),
        (pack(RECORDS, "gz")[0], Packing.MEMBERS, False),
        (gzip.compress(b"".join(RECORDS)), Packing.WHOLE, False),
        (gzip.compress(RECORDS[0]), Packing.MEMBERS, False),
        (gzip.compress(RECORDS[0])[:3], Packing.MEMBERS, False),
        (pack(RECORDS, "zst")[0], Packing.MEMBERS, False),
        (pack(RECORDS, "zst-dictionary")[0], Packing.MEMBERS, False),
        (pack([b"".join(RECORDS)], "zst")[0], Packing.WHOLE, False),
        (b"".join(ARC), Packing.PLAIN, True),
        (pack(ARC, "gz")[0], Packing.MEMBERS, True),
        (gzip.compress(b"".join(ARC)), Packing.WHOLE, True),
    ],
)
def test_layout_is_told_by_content(data: bytes, packing: Packing, is_arc: bool) -> None:
    """Case 61."""
    found = find_layout(window(data))

    assert found is not None
    assert (found.packing, found.is_arc) == (packing, is_arc)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html>",
        gzip.compress(b"<!doctype html>"),
        pack([b"<!doctype html>"], "zst")[0],
        dictionary_frame()[:-1],
    ],
)
def test_what_is_no_archive_has_none(data: bytes) -> None:
    """Case 61."""
    assert find_layout(window(data)) is None


@pytest.mark.parametrize("name", ["plain", "gz", "zst"])
@pytest.mark.parametrize("records", [RECORDS, ARC])
def test_layout_of_one_record_is_told_by_its_own_bytes(records: list[bytes], name: str) -> None:
    data, offsets = pack(records, name)
    found = layout_at(data[offsets[1] :])

    assert found.is_arc is (records is ARC)
    assert (found.codec is None) is (name == "plain")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (b"a\r\n\r\nb", 5),
        (b"a\n\nb", 3),
        (b"a\r\n\r\nb\n\n", 5),
        (b"a\n\nb\r\n\r\n", 3),
        (b"a", None),
    ],
)
def test_header_ends_at_the_first_empty_line(start: bytes, end: int | None) -> None:
    assert header_end(start) == end


def test_length_of_an_arc_record_is_its_last_field_whatever_its_url_holds() -> None:
    """Case 62."""
    line = b"http://h/a b 20260101 c 1.2.3.4 20260102030405 text/html; charset=x 7\n"

    assert record_bytes(line, is_arc=True) == len(line) + 7
    assert record_bytes(line.replace(b" 7", b" -1"), is_arc=True) is None
