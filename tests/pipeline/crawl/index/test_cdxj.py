import gzip
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.index.cdxj import SCHEMA, cut_cdxj, read_cdxj
from pipeline.crawl.lists.row import BrokenRow
from schemas.errors import RecordFailed

LINE = (
    b'uk,co,e)/x 20260102030405 {"url": "https://www.e.co.uk/x", "mime": "text/html",'
    b' "mime-detected": "text/html", "status": "200", "digest": "ABC", "length": "10",'
    b' "offset": "20", "filename": "a.warc.gz", "languages": "eng,por", "charset": "UTF-8"}\n'
)


def read(data: bytes, path: str = "x.cdxj", start: int = 0, end: int = -1) -> list:
    return list(read_cdxj(io.BytesIO(data), path, start, end, SCHEMA.names))


def test_a_line_becomes_a_row_with_the_columnar_indexs_names() -> None:
    ((offset, row),) = read(LINE)
    assert offset == 0
    assert row == {
        "url": "https://www.e.co.uk/x",
        "url_host_name": "www.e.co.uk",
        "url_host_tld": "uk",
        "url_host_registered_domain": "e.co.uk",
        "content_mime_type": "text/html",
        "content_mime_detected": "text/html",
        "content_charset": "UTF-8",
        "content_languages": "eng,por",
        "content_digest": "ABC",
        "fetch_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "fetch_status": 200,
        "warc_filename": "a.warc.gz",
        "warc_record_offset": 20,
        "warc_record_length": 10,
    }
    assert set(row) == set(SCHEMA.names)


@pytest.mark.parametrize(
    "line",
    [
        b"!meta\n",
        b"\xff\n",
        b"a 1 {}\n",
        b"a 1 []\n",
        b'a 1 {"url": "u", "filename": "f", "offset": "x", "length": "1"}\n',
        b'a 1 {"url": "-", "filename": "f", "offset": "1", "length": "1"}\n',
        b"org,e)/ 20260101 http://e/ text/html 200 ABC - - 10 20 f.warc.gz\n",
    ],
)
def test_a_bad_line_costs_itself(line: bytes) -> None:
    found = read(LINE + line + LINE)
    assert [isinstance(row, BrokenRow) for _, row in found] == [False, True, False]
    assert found[2][0] == len(LINE + line)


def test_what_a_line_does_not_say_is_null() -> None:
    line = b'a - {"url": "mailto:x", "status": "-", "filename": "f", "offset": 1, "length": 2}'
    ((_, row),) = read(line)
    assert row["fetch_status"] is row["fetch_time"] is row["content_languages"] is None
    assert row.get("url_host_tld") is None


@given(cut=st.integers(1, 5 * len(LINE)))
def test_parts_of_a_file_are_the_file(cut: int) -> None:
    data = LINE * 5
    whole = read(data)
    parts = read(data, end=cut) + read(data, start=cut)
    assert parts == whole


def test_parts_cover_a_file_and_a_compressed_one_is_whole() -> None:
    assert list(cut_cdxj(130 * 2**20, "x.cdxj")) == [
        (0, 64 * 2**20),
        (64 * 2**20, 128 * 2**20),
        (128 * 2**20, 130 * 2**20),
    ]
    assert list(cut_cdxj(10**12, "x.cdxj.gz")) == [(0, -1)]


def test_a_compressed_index_has_many_members_and_a_cut_one_fails() -> None:
    data = gzip.compress(LINE) + gzip.compress(LINE)
    assert len(read(data, "cdx-00000.gz")) == 2
    with pytest.raises(RecordFailed):
        read(data[:-20], "cdx-00000.gz")
