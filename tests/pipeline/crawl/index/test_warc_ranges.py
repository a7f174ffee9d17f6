import base64
import gzip
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from pipeline.crawl.index import warc_ranges
from pipeline.crawl.index.warc_ranges import MAX_RECORD_BYTES, RecordRange, read_records
from pipeline.crawl.page import Page
from pipeline.crawl.warc import ArchivedImage, Item
from schemas.outcomes import Failure
from schemas.records import LedgerRow
from tests.archives import write_archive
from tests.pipeline.crawl.index.indexes import index_rows
from tests.samples import make_image

ANSWERS = {
    "http://e.org/": ("text/html", b"<img src=/x.jpg alt=boat>"),
    "http://e.org/x.jpg": ("image/jpeg", make_image(1)),
    "http://e.org/y.pdf": ("application/pdf", b"%PDF"),
}


@contextmanager
def serve_ranges(folder: Path, statuses: list[int]) -> Iterator[str]:
    """Serves files by range; the first requests get `statuses` instead."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = folder / self.path.lstrip("/")
            status = statuses.pop() if statuses else 206
            if not path.is_file():
                status = 404
            body = b""
            if status == 206:
                first, last = self.headers["Range"].removeprefix("bytes=").split("-")
                body = path.read_bytes()[int(first) : int(last) + 1]
                status = status if body else 416
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def places(folder: Path, name: str, root: str | None = None) -> list[RecordRange]:
    return [
        RecordRange(
            path=f"{root or folder}/{name}",
            offset=row["warc_record_offset"],
            length=row["warc_record_length"],
            url=row["url"],
        )
        for row in index_rows(folder, name)
    ]


def sha1_of(place: RecordRange) -> str:
    body = ANSWERS[place.url][1]
    return base64.b32encode(hashlib.sha1(body).digest()).decode()


def read(*ranges: RecordRange) -> list[Item]:
    return list(read_records(ranges, "webimagetext"))


def only_row(*ranges: RecordRange) -> tuple[str, str]:
    (row,) = read(*ranges)
    assert isinstance(row, LedgerRow)
    return row.outcome, row.detail


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_a_page_and_an_image_keep_their_places_and_other_content_is_passed(
    tmp_path: Path, name: str
) -> None:
    write_archive(tmp_path / name, ANSWERS)
    ranges = places(tmp_path, name)
    page, image = read(*reversed(ranges))
    assert isinstance(page, Page)
    assert isinstance(image, ArchivedImage)
    assert (page.source, page.source_offset) == (str(tmp_path / name), ranges[0].offset)
    assert (image.ref.source, image.ref.offset) == (str(tmp_path / name), ranges[1].offset)
    assert page.body == ANSWERS["http://e.org/"][1]


def test_records_on_a_store_are_requested_alone(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    with serve_ranges(tmp_path, []) as root:
        page, image = read(*places(tmp_path, "a.warc.gz", root))
    assert (page.url, image.url) == ("http://e.org/", "http://e.org/x.jpg")


def test_a_busy_store_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(warc_ranges.time, "sleep", waits.append)
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    with serve_ranges(tmp_path, [503, 503, 429]) as root:
        first = places(tmp_path, "a.warc.gz", root)[0]
        (page,) = read(first)
        assert page.url == "http://e.org/"
    assert waits == [1, 2, 4]


def test_a_store_that_stays_busy_or_lacks_the_archive_is_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_ranges.time, "sleep", lambda seconds: None)
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    with serve_ranges(tmp_path, [503] * 4) as root:
        first = places(tmp_path, "a.warc.gz", root)[0]
        assert only_row(first)[0] == Failure.CONNECT
        gone = RecordRange(path=f"{root}/b.warc.gz", offset=0, length=9, url="http://e.org/")
        assert only_row(gone)[0] == Failure.FILE_MISSING
        behind = RecordRange(path=first.path, offset=10**9, length=9, url="http://e.org/")
        assert only_row(behind)[0] == Failure.WARC_RECORD


def test_what_an_index_gets_wrong_is_named(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    first = places(tmp_path, "a.warc.gz")[0]

    def changed(**values: object) -> RecordRange:
        facts = {name: getattr(first, name) for name in RecordRange.__slots__}
        return RecordRange(**facts | values)

    assert read(changed(url="http://E.org"))  # the same URL
    assert "a record of another URL" in only_row(changed(url="http://e.org/no"))[1]
    assert "no WARC record" in only_row(changed(offset=first.offset + 3))[1]
    for digest in ("A" * 32, "sha1:" + "a" * 32):
        assert only_row(changed(digest=digest))[0] == Failure.WARC_DIGEST
    for digest in (sha1_of(first), f"sha1:{sha1_of(first)}", "sha256:" + "a" * 64):
        assert read(changed(digest=digest))
    assert only_row(changed(length=MAX_RECORD_BYTES + 1))[0] == Failure.TOO_LARGE
    assert only_row(changed(length=0))[0] == Failure.WARC_RECORD
    assert only_row(changed(length=first.length - 9))[0] == Failure.WARC_TRUNCATED


def test_a_flipped_byte_costs_one_record(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    page, image, _ = places(tmp_path, "a.warc.gz")
    raw = bytearray((tmp_path / "a.warc.gz").read_bytes())
    raw[page.offset + page.length // 2] ^= 0xFF
    (tmp_path / "a.warc.gz").write_bytes(bytes(raw))
    row, found = read(page, image)
    assert isinstance(row, LedgerRow)
    assert row.outcome in {Failure.WARC_RECORD, Failure.WARC_TRUNCATED}
    assert found.url == "http://e.org/x.jpg"


def test_a_member_that_is_no_warc_record_is_one_row(tmp_path: Path) -> None:
    data = gzip.compress(b"hello")
    (tmp_path / "a.warc.gz").write_bytes(data)
    place = RecordRange(path=str(tmp_path / "a.warc.gz"), offset=0, length=len(data), url="u")
    assert only_row(place)[0] == Failure.WARC_RECORD


def test_each_local_archive_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_archive(tmp_path / "a.warc.gz", ANSWERS)
    opened: list[str] = []

    def count(path: str) -> io.BufferedIOBase:
        opened.append(path)
        return open(path, "rb")

    monkeypatch.setattr(warc_ranges, "open_input", count)
    assert len(read(*places(tmp_path, "a.warc.gz"))) == 2
    assert len(opened) == 1
