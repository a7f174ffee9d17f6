import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.lists.list_rows import open_list
from pipeline.crawl.lists.row import BrokenRow, Row
from schemas.errors import RecordFailed
from schemas.outcomes import Failure

KNOWN = frozenset({"url", "text"})


def read(name: str, data: bytes) -> list[Row]:
    return list(open_list(io.BytesIO(data), name, KNOWN).rows)


def texts(rows: list[Row]) -> list[str | None]:
    return [None if isinstance(row, BrokenRow) else row["text"] for row in rows]


def test_stray_quote_costs_its_own_row() -> None:
    data = b'url,text\nu0,a\nu1,"b\nu2,c\nu3,5" screen\nu4,"d"e\nu5,f\n'

    assert texts(read("x.csv", data)) == ["a", None, "c", '5" screen', None, "f"]


def test_line_break_within_quotes_is_one_row() -> None:
    assert texts(read("x.csv", b'url,text\nu0,"a\nb"\nu1,c\n')) == ["a\nb", "c"]


def test_wrong_number_of_fields_costs_its_own_row() -> None:
    data = b"url,text\nhttp://h/a,b.jpg,c\nu1\nu2,d,,\n"

    assert texts(read("x.csv", data)) == [None, None, "d"]


def test_bytes_that_are_not_utf8_cost_their_own_row() -> None:
    assert texts(read("x.csv", b"url,text\nu0,\xff\nu1,a\n")) == [None, "a"]
    assert texts(read("x.tsv", b"url\ttext\nu0\t\xff\nu1\ta\n")) == [None, "a"]


def test_tabs_cut_and_quotes_stay_unless_they_wrap_the_cell() -> None:
    data = b'url\ttext\nu0\t"a\nu1\t"b ""c"" d"\nu2\t"e" f "g"\n'

    assert texts(read("x.tsv", data)) == ['"a', 'b "c" d', '"e" f "g"']


def test_json_array_and_lines_are_alike() -> None:
    items = [{"url": "u0", "text": "a"}, {"url": "u1", "text": "b"}]
    lines = "\n".join(map(json.dumps, items)).encode()

    assert read("x.json", json.dumps(items).encode()) == items
    assert read("x.jsonl", lines) == read("x.json", lines) == items


def test_bad_json_line_costs_itself() -> None:
    data = b'{"url": "u0", "text": "a"}\n{"url":\n[1]\n{"url": "u1", "text": "b"}\n'

    assert texts(read("x.jsonl", data)) == ["a", None, None, "b"]


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.json", "x.jsonl", "x.txt"])
def test_file_without_rows_is_empty(name: str) -> None:
    with pytest.raises(RecordFailed) as failed:
        read(name, b"")
    assert failed.value.outcome == Failure.FILE_EMPTY


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=20))
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("url", "text"), *rows])

    assert texts(read("x.csv", out.getvalue().encode())) == [text for _, text in rows]


@given(data=st.binary(max_size=300), name=st.sampled_from(["x.csv", "x.tsv", "x.jsonl", "x.json"]))
def test_any_bytes_give_rows_or_a_named_failure(data: bytes, name: str) -> None:
    with suppress(RecordFailed):
        assert all(isinstance(row, dict | BrokenRow) for row in read(name, data))
