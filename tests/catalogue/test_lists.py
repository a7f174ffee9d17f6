"""Cases 18 to 20: URL lists as people write them lose no row but the broken one."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.records import Candidate, LedgerRow
from tests.catalogue.download import read_list

MANY = 50_000


def ends(items: list[Candidate | LedgerRow]) -> list[str]:
    return ["ok" if isinstance(item, Candidate) else item.outcome for item in items]


def test_18_a_comma_is_part_of_a_url(tmp_path: Path) -> None:
    text = "http://e.org/a,b,c.jpg\thas, commas\nhttp://e.org/d.jpg\tnone\n"
    first, second = read_list(tmp_path / "list.txt", text)
    assert isinstance(first, Candidate)
    assert isinstance(second, Candidate)
    assert (first.url, first.text) == ("http://e.org/a,b,c.jpg", "has, commas")
    assert second.url == "http://e.org/d.jpg"


@pytest.mark.parametrize("name", ["list.csv", "list.tsv"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_19_a_stray_quote_costs_its_row_alone(
    tmp_path: Path, name: str, ending: str, start: str
) -> None:
    cut = "," if name.endswith("csv") else "\t"
    rows = [
        f"url{cut}text",
        f"http://e.org/0.jpg{cut}zero",
        f'http://e.org/1.jpg{cut}"a stray quote',
        "",
        f"http://e.org/2.jpg{cut}two",
        "   ",
        f'http://e.org/3.jpg{cut}5" wide',
        f"http://e.org/4.jpg{cut}four",
    ]
    items = read_list(tmp_path / name, start + ending.join(rows) + ending)
    # A tab-separated file quotes nothing, so that a quote is a character like any other.
    broken = "row" if cut == "," else "ok"
    assert ends(items) == ["ok", broken, "ok", "ok", "ok"]
    urls = [item.url for item in items if isinstance(item, Candidate)]
    assert urls == [f"http://e.org/{n}.jpg" for n in range(5) if n != 1 or broken == "ok"]


@pytest.mark.parametrize("bad", [b'http://e.org/x.jpg,"open', b"http://e.org/\xff.jpg,t", b"a,b,c"])
def test_19_one_bad_row_among_very_many(tmp_path: Path, bad: bytes) -> None:
    lines = [b"url,text", *(b"http://e.org/%d.jpg,no %d" % (n, n) for n in range(MANY))]
    lines[MANY // 2] = bad
    found = ends(read_list(tmp_path / "list.csv", b"\n".join(lines)))
    assert len(found) == MANY
    assert [place for place, end in enumerate(found) if end != "ok"] == [MANY // 2 - 1]


HOLES = [
    ("http://e.org/0.jpg", "a caption", "ok"),
    (None, "a caption", "url"),
    ("", "a caption", "url"),
    (" \t\u00a0", "a caption", "url"),
    ("http://e.org/1.jpg", None, "no_alt"),
    ("http://e.org/1.jpg", "", "no_alt"),
    ("http://e.org/1.jpg", " \u2003\n", "no_alt"),
    (None, None, "url"),
    ("http://e.org/2.jpg", "the last", "ok"),
]


@pytest.mark.parametrize("name", ["list.parquet", "list.jsonl"])
def test_20_empty_urls_and_captions_stay_in_the_books(tmp_path: Path, name: str) -> None:
    rows = [{"url": url, "text": text} for url, text, _ in HOLES]
    stream = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    as_parquet = stream.getvalue().to_pybytes()
    as_json = "\n".join(map(json.dumps, rows))
    items = read_list(tmp_path / name, as_parquet if name.endswith("parquet") else as_json)
    assert ends(items) == [end for _, _, end in HOLES]
    told = [item.detail for item in items if isinstance(item, LedgerRow)]
    assert told[:4] == [*(f"row {n}: empty" for n in (1, 2, 3)), "row 4: no text"]
    assert told[-1] == "row 7: empty"
