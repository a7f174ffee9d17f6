import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.lists.url_list import read_url_list, split_url_list
from pipeline.crawl.options import ReadOptions
from pipeline.download.archive import read_archived_image
from schemas.errors import UserError
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate, ImageKind, ImageRef, LedgerRow
from schemas.uid import make_uid, name_picture

ROWS = [{"url": f"http://h/{n},x.jpg", "text": f"a  fox, no {n}"} for n in range(5)]


def write(folder: Path, name: str, data: bytes | str) -> str:
    path = folder / name
    raw = data.encode() if isinstance(data, str) else data
    path.write_bytes(pack(name, raw))
    return str(path)


def read(path: str, work: str = "", **said: Any) -> list[Candidate | LedgerRow]:
    options = ReadOptions(product_token="webimagetext", work=work, **said)
    parts = split_url_list(CrawlInput(path=path, kind=InputKind.LIST))
    return [item for part in parts for item in read_url_list(part, options)]


def outcomes(items: list[Candidate | LedgerRow]) -> list[str]:
    return ["ok" if isinstance(item, Candidate) else item.outcome for item in items]


def pack(name: str, raw: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(raw)
    return zstandard.compress(raw) if name.endswith(".zst") else raw


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
        ("x.csv.zst", as_csv()),
        ("urls.txt", "\r\n".join(f"{r['url']}\t{r['text']}" for r in ROWS)),
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


def test_other_columns_are_carried_through(tmp_path: Path) -> None:
    rows = [
        {
            "url": "http://h/a",
            "text": "x",
            "n": 1,
            "score": float("nan"),
            "at": datetime(2026, 1, 2, tzinfo=UTC),
            "raw": b"bytes",
            "tags": ["a", None],
        }
    ]
    path = str(tmp_path / "x.parquet")
    pq.write_table(pa.Table.from_pylist(rows), path)
    (item,) = read(path)
    assert isinstance(item, Candidate)
    assert json.loads(str(item.extra)) == {
        "n": 1,
        "score": None,
        "at": "2026-01-02T00:00:00.000000Z",
        "tags": ["a", None],
    }
    (item,) = read(path, extra_columns=("n",))
    assert isinstance(item, Candidate)
    assert item.extra == '{"n":1}'


def test_a_headerless_list_names_its_other_columns_by_place(tmp_path: Path) -> None:
    (item,) = read(write(tmp_path, "cc12m.tsv", "http://h/a\ta fox\t0.3\n"))
    assert isinstance(item, Candidate)
    assert (item.text, item.extra) == ("a fox", '{"column 2":"0.3"}')


def test_pictures_in_a_table_are_copied_part_by_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.crawl.lists.parquet_rows.MIN_PART_BYTES", 1)
    rows = [
        {"image": {"bytes": b"picture %d" % n, "path": None}, "text": f"no {n}"} for n in range(5)
    ]
    path = str(tmp_path / "x.parquet")
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    items = read(path, work=str(tmp_path / "work"))
    bodies = []
    for item in items:
        assert isinstance(item, Candidate)
        assert item.image is not None
        bodies.append(read_archived_image(item.image).body)
    assert bodies == [b"picture %d" % n for n in range(5)]
    assert len(list((tmp_path / "work/pictures").iterdir())) == 3


def test_a_table_may_name_files_in_its_picture_column(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    rows = [{"image": {"bytes": None, "path": name}, "text": "a"} for name in ("a.jpg", "../b")]
    schema = pa.schema(
        [
            ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            ("text", pa.string()),
        ]
    )
    path = str(tmp_path / "x.parquet")
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    first, second = read(path, work=str(tmp_path / "work"))
    assert isinstance(first, Candidate)
    assert first.image is not None
    assert first.image.source == str(tmp_path / "a.jpg")
    assert isinstance(second, LedgerRow)
    assert second.outcome == Failure.ROW


def test_the_files_of_an_imagefolder_lie_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.jpg").write_bytes(b"picture")
    data = "file_name,text,url\nsub/a.jpg,a boat,\ngone.jpg,x,\nsub/a.jpg,a ship,http://h/a\n"
    first, gone, third = read(write(tmp_path, "metadata.csv", data))
    assert isinstance(first, Candidate)
    assert first.image == ImageRef(
        source=str(tmp_path / "sub/a.jpg"), offset=0, length=7, kind=ImageKind.BYTES
    )
    assert first.url == name_picture(hashlib.sha256(b"picture").hexdigest())
    assert isinstance(gone, LedgerRow)
    assert gone.outcome == Failure.FILE_MISSING
    assert isinstance(third, Candidate)
    assert (third.url, third.image) == ("http://h/a", first.image)


def test_real_lists_give_a_candidate_a_row(shared_data: Path) -> None:
    cc3m = read(str(shared_data / "captions/cc3m-validation-part.tsv"))
    laion = read(str(shared_data / "captions/laion-sample-url-text.parquet"))
    assert (len(cc3m), len(laion)) == (5000, 4000)
    assert set(outcomes(cc3m)) == {"ok"}
    assert set(outcomes(laion)) <= {"ok", Reject.NO_ALT, Reject.URL}
