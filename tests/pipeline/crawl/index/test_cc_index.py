import gzip
from pathlib import Path
from typing import Any

import pytest

from pipeline.crawl.index.cc_index import check_index, read_index, split_index
from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.page import Page
from pipeline.crawl.warc import ArchivedImage, Item, read_archive
from schemas.errors import UserError
from schemas.outcomes import Failure
from schemas.records import LedgerRow
from tests.archives import write_archive
from tests.pipeline.crawl.index.indexes import cdxj_line, index_rows, write_parquet
from tests.samples import make_image

HOSTS = ("a.org", "b.org", "c.com")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number, host in enumerate(HOSTS):
        answers = {
            f"http://{host}/": ("text/html", b"<img src=/x.jpg alt=boat>"),
            f"http://{host}/x.jpg": ("image/jpeg", make_image(number)),
        }
        write_archive(tmp_path / f"cc/crawl-data/{number}.warc.gz", answers)
    return tmp_path / "cc"


def rows_of(root: Path) -> list[dict[str, Any]]:
    return [
        row | {"url_host_name": host}
        for number, host in enumerate(HOSTS)
        for row in index_rows(root, f"crawl-data/{number}.warc.gz")
    ]


def read(path: Path, root: Path, where: str | None = None) -> list[Item]:
    options = ReadOptions(product_token="x", where=where, cc_root=str(root))
    item = CrawlInput(path=str(path), kind=InputKind.CC_INDEX)
    return [found for part in split_index(item) for found in read_index(part, options)]


def urls(items: list[Item]) -> list[str | None]:
    return [item.url for item in items]


def test_an_index_gives_what_its_archives_give(root: Path) -> None:
    table = write_parquet(root / "index.parquet", rows_of(root), row_group_size=2)
    whole = [
        item
        for number in range(len(HOSTS))
        for item in read_archive(str(root / f"crawl-data/{number}.warc.gz"), "x")
    ]
    assert read(table, root) == whole
    assert {type(item) for item in whole} == {Page, ArchivedImage}


def test_a_cdxj_index_gives_the_same(root: Path) -> None:
    rows = rows_of(root)
    table = write_parquet(root / "index.parquet", rows)
    lines = "".join(map(cdxj_line, rows))
    (root / "x.cdxj").write_text(lines)
    (root / "x.cdxj.gz").write_bytes(gzip.compress(lines.encode()))
    where = "url_host_name = 'b.org'"
    wanted = read(table, root, where)
    assert urls(wanted) == ["http://b.org/", "http://b.org/x.jpg"]
    assert read(root / "x.cdxj", root, where) == read(root / "x.cdxj.gz", root, where) == wanted


def test_only_what_the_condition_says_is_read(root: Path) -> None:
    table = write_parquet(root / "index.parquet", rows_of(root), row_group_size=1)
    found = read(table, root, "url_host_name LIKE '%.org' AND content_mime_type = 'text/html'")
    assert urls(found) == ["http://a.org/", "http://b.org/"]


def test_partitions_of_the_path_are_columns(root: Path) -> None:
    table = root / "crawl=CC-MAIN-2024-22/subset=warc/part.parquet"
    write_parquet(table, rows_of(root))
    assert len(read(table, root, "crawl = 'CC-MAIN-2024-22' AND subset = 'warc'")) == 6
    assert read(table, root, "subset = 'robotstxt'") == []


def test_each_bad_record_is_one_row_and_the_others_go_on(root: Path) -> None:
    rows = rows_of(root)
    rows[0]["warc_filename"] = "crawl-data/gone.warc.gz"
    rows[1]["warc_record_length"] -= 5
    rows[2]["url"] = "http://b.org/other"
    rows[3]["warc_record_offset"] = 10**9
    rows[4]["warc_filename"] = None
    rows.append(rows[5] | {"warc_filename": "../../secret.warc.gz"})
    found = read(write_parquet(root / "index.parquet", rows), root)
    dropped = {item.url: item.outcome for item in found if isinstance(item, LedgerRow)}
    assert dropped == {
        "http://a.org/": Failure.FILE_MISSING,
        "http://a.org/x.jpg": Failure.WARC_TRUNCATED,
        "http://b.org/other": Failure.WARC_RECORD,
        "http://b.org/x.jpg": Failure.WARC_RECORD,
        "http://c.com/": Failure.ROW,
        "http://c.com/x.jpg": Failure.ROW,
    }
    assert [item.url for item in found if not isinstance(item, LedgerRow)] == ["http://c.com/x.jpg"]


@pytest.mark.parametrize("name", ["https://evil.org/a.warc.gz", "/etc/passwd", "a/../../b"])
def test_an_index_leads_nowhere_else(root: Path, name: str) -> None:
    rows = [rows_of(root)[0] | {"warc_filename": name}]
    (found,) = read(write_parquet(root / "index.parquet", rows), root)
    assert isinstance(found, LedgerRow)
    assert found.outcome == Failure.ROW


def test_a_damaged_row_group_takes_no_other(root: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = root / "index.parquet"
    table = pa.Table.from_pylist(rows_of(root))
    pq.write_table(table, path, row_group_size=2, write_page_checksum=True)
    raw = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(1)
    raw[group.column(0).dictionary_page_offset + 30] ^= 0xFF
    path.write_bytes(bytes(raw))
    found = read(path, root)
    (row,) = [item for item in found if isinstance(item, LedgerRow)]
    assert row.detail == "damaged in row group 1"
    assert len(found) == 5


def test_a_file_that_is_no_index_says_so(root: Path) -> None:
    options = ReadOptions(product_token="x", where="status = 200", cc_root=str(root))
    table = write_parquet(root / "index.parquet", rows_of(root))
    with pytest.raises(UserError, match="no column 'status'; known: url, "):
        check_index(str(table), options)
    with pytest.raises(UserError, match="no column 'status'"):
        check_index(str(root / "x.cdxj"), options)
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"url": ["u"]}), root / "list.parquet")
    with pytest.raises(UserError, match="no column 'warc_filename'"):
        check_index(str(root / "list.parquet"), options)


@pytest.mark.parametrize(
    ("name", "data", "outcome"),
    [
        ("x.parquet", b"PAR1 but no more", Failure.FILE_FORMAT),
        ("x.parquet", b"", Failure.FILE_EMPTY),
        ("gone.cdxj", None, Failure.FILE_MISSING),
        ("x.cdxj.gz", gzip.compress(b"x" * 999)[:-9], Failure.FILE_FORMAT),
    ],
)
def test_a_file_that_cannot_be_read_is_one_row(
    root: Path, name: str, data: bytes | None, outcome: Failure
) -> None:
    if data is not None:
        (root / name).write_bytes(data)
    (found,) = read(root / name, root)
    assert isinstance(found, LedgerRow)
    assert found.outcome == outcome


@pytest.mark.parametrize(
    "name", ["whirlwind.warc.gz", "iah-blackbook-2008.warc.gz", "books.toscrape.warc"]
)
def test_an_index_of_a_real_archive_gives_what_the_archive_gives(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    root = shared_data / "warc"
    table = write_parquet(tmp_path / "index.parquet", index_rows(root, name))
    whole = [item for item in read_archive(str(root / name), "x") if isinstance(item, Page)]
    assert [item for item in read(table, root) if isinstance(item, Page)] == whole
    assert whole
