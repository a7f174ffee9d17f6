import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.lists import json_rows
from pipeline.crawl.lists.json_rows import read_json
from pipeline.crawl.lists.row import BrokenRow, Row


def read(text: str) -> list[Row]:
    return list(read_json(io.BytesIO(text.encode("utf-8", "surrogatepass"))))


def numbers(rows: list[Row]) -> list[int | None]:
    return [None if isinstance(row, BrokenRow) else row["n"] for row in rows]


ITEMS = [{"n": n, "text": 'a "quoted" } , { text' * 9} for n in range(50)]


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_an_array_is_read_however_it_is_written(indent: int | None) -> None:
    assert read(json.dumps(ITEMS, indent=indent)) == ITEMS


def test_pieces_may_end_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "_CHUNK_BYTES", 7)
    assert read(json.dumps(ITEMS, ensure_ascii=False, indent=1)) == ITEMS


def test_one_object_over_many_lines_and_lines_of_objects() -> None:
    assert read(json.dumps(ITEMS[0], indent=2)) == ITEMS[:1]
    assert read("\n".join(map(json.dumps, ITEMS))) == ITEMS
    assert read("\ufeff\n" + "\r\n\n".join(map(json.dumps, ITEMS)) + "\n") == ITEMS
    assert read("") == []
    assert read("[]") == []


def test_a_broken_object_costs_itself() -> None:
    text = '[{"n": 0}, {"n": 1, "x": nonsense},\n {"n": 2}, 7, {"n": 3}]'
    assert numbers(read(text)) == [0, None, 2, None, 3]


def test_an_array_that_is_cut_keeps_what_came_before() -> None:
    assert numbers(read('[{"n": 0}, {"n": 1}, {"n"')) == [0, 1, None]


def test_an_object_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "MAX_ITEM_CHARS", 1000)
    monkeypatch.setattr(json_rows, "_CHUNK_BYTES", 100)
    text = '[{"n": 0}, {"n": "' + "x" * 5000 + '}, {"n": 2}]'
    assert numbers(read(text)) == [0, None, 2]


def test_nesting_without_end_is_a_broken_row() -> None:
    assert [type(row) for row in read("[" + "[" * 100_000)] == [BrokenRow]


@given(text=st.text(max_size=60))
def test_any_text_gives_rows(text: str) -> None:
    assert all(isinstance(row, dict | BrokenRow) for row in read(text))
    assert all(isinstance(row, dict | BrokenRow) for row in read("[" + text))
