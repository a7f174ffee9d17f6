import hashlib
from pathlib import Path
from typing import Any

import pytest

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.columns import Columns
from pipeline.crawl.lists.row import BrokenRow
from pipeline.crawl.lists.row_items import Item, RowReader
from pipeline.crawl.pictures.pictures import open_spool
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate, LedgerRow
from schemas.uid import name_picture


def columns(**changes: Any) -> Columns:
    values: dict[str, Any] = {
        "url": "url",
        "texts": ("text",),
        "page": None,
        "picture": None,
        "file": None,
        "extra": None,
    }
    return Columns(**values | changes)


def read(row: dict[str, Any], **changes: Any) -> list[Item]:
    return list(RowReader(path="/d/list.csv", columns=columns(**changes))(3, row))


def only(items: list[Item]) -> Candidate:
    (item,) = items
    assert isinstance(item, Candidate)
    return item


def outcome(items: list[Item]) -> str:
    (item,) = items
    assert isinstance(item, LedgerRow)
    assert item.detail.startswith("row 3: ")
    return item.outcome


def test_other_columns_come_along_and_page_urls_have_their_place() -> None:
    row = {"url": "http://e.org/a.jpg", "text": "a boat", "page": "http://e.org/", "n": 7}
    found = only(read(row, page="page"))
    assert (found.page_url, found.extra, found.source_offset) == ("http://e.org/", '{"n":7}', 3)
    assert only(read(row | {"page": "no url"}, page="page")).page_url is None
    assert only(read(row, extra=())).extra is None


def test_the_first_text_that_is_not_empty_counts() -> None:
    row = {"url": "http://e.org/a.jpg", "text": " ", "alt": "a boat"}
    assert only(read(row, texts=("text", "alt"))).text == "a boat"
    assert outcome(read(row)) == Reject.NO_ALT


def test_each_different_text_of_a_list_of_texts_is_a_candidate() -> None:
    row = {"url": "http://e.org/a.jpg", "text": ["a boat", None, "a  boat", "a red boat"]}
    assert [item.text for item in read(row) if isinstance(item, Candidate)] == [
        "a boat",
        "a red boat",
    ]
    assert outcome(read(row | {"text": ["a", 7]})) == Failure.ROW


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ni:///sha-256;abc", "urn:sha256:abc", "data:image/png;base64,x"]
)
def test_a_list_of_urls_brings_in_no_other_scheme(url: str) -> None:
    assert outcome(read({"url": url, "text": "a boat"})) == Reject.SCHEME


def test_a_picture_in_the_row_has_its_own_url_or_its_hash(tmp_path: Path) -> None:
    item = CrawlInput(path="/d/x.parquet", kind=InputKind.LIST)
    with open_spool(str(tmp_path), item) as spool:
        reader = RowReader(path=item.path, columns=columns(picture="image"), spool=spool)
        row = {"image": b"picture", "text": "a boat"}
        with_url = only(list(reader(0, row | {"url": "http://e.org/a.jpg"})))
        named = [
            only(list(reader(0, row | {"url": url}))) for url in (None, "x", "ni:///sha-256;x")
        ]
        failed = [list(reader(0, row | {"image": cell})) for cell in (None, b"")]
    assert with_url.url == "http://e.org/a.jpg"
    assert {found.url for found in named} == {name_picture(hashlib.sha256(b"picture").hexdigest())}
    assert all(found.image for found in (with_url, *named))
    assert [item.outcome for (item,) in failed if isinstance(item, LedgerRow)] == ["empty"] * 2


def test_a_picture_without_text_is_not_copied(tmp_path: Path) -> None:
    item = CrawlInput(path="/d/x.parquet", kind=InputKind.LIST)
    with open_spool(str(tmp_path), item) as spool:
        reader = RowReader(path=item.path, columns=columns(picture="image"), spool=spool)
        assert len(list(reader(0, {"image": b"picture", "text": ""}))) == 1
    (file,) = (tmp_path / "pictures").iterdir()
    assert file.read_bytes() == b""


def test_a_broken_row_says_what_its_reader_says() -> None:
    reader = RowReader(path="/d/list.csv", columns=columns())
    (row,) = reader(3, BrokenRow(why="damaged", outcome=Failure.FILE_FORMAT))
    assert isinstance(row, LedgerRow)
    assert (row.url, row.outcome, row.detail) == ("/d/list.csv", "file_format", "row 3: damaged")
