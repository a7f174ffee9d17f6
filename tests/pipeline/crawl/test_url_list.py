import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.url_list import read_url_list, split_url_list
from schemas.errors import UserError
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate, LedgerRow
from schemas.uid import make_uid

ROWS = [{"url": f"http://h/{n},x.jpg", "text": f"a  fox, no {n}"} for n in range(5)]


def write(folder: Path, name: str, data: bytes | str) -> str:
    path = folder / name
    raw = data.encode() if isinstance(data, str) else data
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return str(path)


def read(path: str, work: str = "", **said: Any) -> list[Candidate | LedgerRow]:
    options = ReadOptions(product_token="webimagetext", work=work, **said)
    parts = split_url_list(CrawlInput(path=path, kind=InputKind.LIST))
    return [item for part in parts for item in read_url_list(part, options)]


def outcomes(items: list[Candidate | LedgerRow]) -> list[str]:
    return ["ok" if isinstance(item, Candidate) else item.outcome for item in items]


def as_csv() -> str:
    return "URL,Caption\r\n" + "".join(f'"{r["url"]}","{r["text"]}"\r\n' for r in ROWS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", as_csv()),
        ("x.csv.gz", as_csv()),
        ("bom.csv", "\ufeff" + as_csv()),
        ("x.tsv", "url\ttext\n\n" + "\n\n".join(f"{r['url']}\t{r['text']}" for r in ROWS)),
        ("cc3m.tsv", "\n".join(f"{r['text']}\t{r['url']}" for r in ROWS)),
        ("x.json", json.dumps(ROWS)),
        ("x.jsonl.gz", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_every_format_gives_the_same_pairs(tmp_path: Path, name: str, data: str) -> None:
    path = write(tmp_path, name, data)
    url, text = "http://h/3,x.jpg", "a fox, no 3"

    items = read(path)

    assert len(items) == 5
    assert items[3] == Candidate(
        uid=make_uid(url, text),
        url=url,
        text=text,
        text_source="list",
        source=path,
        source_offset=3,
    )


def test_parquet_is_read_by_row_groups(tmp_path: Path) -> None:
    path = str(tmp_path / "x.parquet")
    rows = [{"uid": "theirs", "URL": r["url"], "TEXT": r["text"]} for r in ROWS]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    items = read(path)

    assert [item.url for item in items] == [r["url"] for r in ROWS]
    assert "theirs" not in {item.uid for item in items}


def test_parquet_damaged_in_the_middle_keeps_what_came_before_and_after(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    rows = [{"url": f"http://h/{n}", "text": "t" * 50 + str(n)} for n in range(3000)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=1000, write_page_checksum=True)
    raw = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).dictionary_page_offset
    raw[start + 100] ^= 0xFF
    path.write_bytes(bytes(raw))
    items = read(str(path))

    assert outcomes(items) == ["ok"] * 1000 + [Failure.FILE_FORMAT] + ["ok"] * 1000
    assert isinstance(items[1000], LedgerRow)
    assert items[1000].detail == "row 1000: damaged in row group 1"
    assert isinstance(items[-1], Candidate)
    assert items[-1].source_offset == 2999


def test_each_row_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    lines = [
        {"url": "http://h/a", "text": "ok"},
        {"url": "http://h/a", "text": " "},
        {"url": "http://h/a"},
        {"url": "", "text": "x"},
        {"url": "not a url", "text": "x"},
        {"url": "ftp://h/a", "text": "x"},
        {"url": "http://h/a", "text": 7},
        {"url": ["http://h/a"], "text": "x"},
    ]
    items = read(write(tmp_path, "x.jsonl", "\n".join(map(json.dumps, lines))))

    wanted = ["ok", Reject.NO_ALT, Reject.NO_ALT, Reject.URL, Reject.URL, Reject.SCHEME]
    assert outcomes(items) == [*wanted, Failure.ROW, Failure.ROW]
    last = items[-1]
    assert isinstance(last, LedgerRow)
    assert last.detail.startswith("row 7: ")


def test_million_row_habits_of_broken_lists_cost_one_row_each(tmp_path: Path) -> None:
    data = (
        '\ufeffurl,text\r\nhttp://h/0,a\r\n\r\nhttp://h/1,"b\r\nhttp://h/2,c,d\r\nhttp://h/3,e\r\n'
    )

    assert outcomes(read(write(tmp_path, "x.csv", data))) == ["ok", "row", "row", "ok"]


def test_list_of_bare_urls_with_commas_keeps_its_rows(tmp_path: Path) -> None:
    data = "url\nhttp://h/a,b.jpg\nhttp://h/c.jpg\n"
    items = read(write(tmp_path, "x.csv", data))

    assert outcomes(items) == [Reject.NO_ALT] * 2
    assert items[0].url == "http://h/a,b.jpg"


def test_named_columns_win_over_guesses(tmp_path: Path) -> None:
    path = write(tmp_path, "x.csv", "url,text,pic,words\nu,t,http://h/a,fox\n")
    (item,) = read(path, url_column="pic", text_column="WORDS")

    assert isinstance(item, Candidate)
    assert (item.url, item.text) == ("http://h/a", "fox")


@pytest.mark.parametrize(
    ("data", "columns", "words"),
    [
        ("pic,text\na,b\n", (None, None), "it has pic, text: name one with --url-column"),
        ("url,words\na,b\n", (None, None), "it has url, words: name one with --text-column"),
        ("url,text\na,b\n", ("pic", None), "no column 'pic'"),
    ],
)
def test_missing_column_is_the_users_mistake(
    tmp_path: Path, data: str, columns: tuple[str | None, str | None], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        read(write(tmp_path, "x.csv", data), url_column=columns[0], text_column=columns[1])


def test_cut_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    rows = "".join(f"http://h/{n},text {n * 7919}\n" for n in range(5000))
    whole = gzip.compress(f"url,text\n{rows}".encode())
    path = tmp_path / "x.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    *good, last = read(str(path))

    assert good
    assert set(outcomes(good)) <= {"ok", "row"}
    assert isinstance(last, LedgerRow)
    assert last.outcome == Failure.FILE_FORMAT


@pytest.mark.parametrize(
    ("name", "data", "outcome"),
    [
        ("x.csv", b"", Failure.FILE_EMPTY),
        ("x.parquet", b"", Failure.FILE_EMPTY),
        ("x.parquet", b"url,text", Failure.FILE_FORMAT),
        ("x.jsonl", b"not json", Failure.FILE_FORMAT),
        ("x.csv", None, Failure.FILE_MISSING),
    ],
)
def test_file_that_cannot_be_read_is_one_row(
    tmp_path: Path, name: str, data: bytes | None, outcome: Failure
) -> None:
    path = write(tmp_path, name, data) if data is not None else str(tmp_path / name)

    assert outcomes(read(path)) == [outcome]
