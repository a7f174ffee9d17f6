from pathlib import Path

import pytest

from pipeline.queries.query_list import (
    Query,
    list_path,
    read_facts,
    read_list,
    write_list,
)
from pipeline.shards.table import read_rows
from schemas.errors import UserError

QUERIES = [
    Query(text="boat", sources=("word", "wordnet"), count=120),
    Query(text="new york", sources=("bigram",), count=101, pmi=9.5, npmi=0.8),
    Query(text="Albert Einstein", sources=("title",), views=99),
]


def test_a_list_comes_back_with_its_order_its_figures_and_its_facts(tmp_path: Path) -> None:
    path = str(tmp_path / "queries.parquet")
    assert (
        write_list(path, QUERIES, {"sources": [{"name": "d"}], "parameters": {"case": "fold"}}) == 3
    )
    assert read_list(path) == ("boat", "new york", "Albert Einstein")
    assert read_facts(path) == {"sources": [{"name": "d"}], "parameters": {"case": "fold"}}
    first = next(iter(read_rows(path)))
    assert (first["source"], first["sources"], first["count"]) == ("word", ["word", "wordnet"], 120)


def test_lists_of_others_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("photo\n\n dog \n")
    (tmp_path / "metadata.json").write_text('["photo", "dog"]')
    for name in ("a.txt", "metadata.json"):
        path = list_path(str(tmp_path / name))
        assert read_list(path) == ("photo", "dog")
        assert read_facts(path) == {}


def test_a_list_is_found_in_its_folder_and_a_missing_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no query list"):
        list_path(str(tmp_path))
    write_list(str(tmp_path / "queries.parquet"), QUERIES, {})
    assert list_path(str(tmp_path)) == str(tmp_path / "queries.parquet")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", "{"), ("a.json", '{"a": 1}'), ("a.json", "[1]"), ("a.parquet", "x")],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UserError, match=name):
        read_list(str(tmp_path / name))


def test_facts_of_what_is_no_table_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("x")
    with pytest.raises(UserError, match="not a readable"):
        read_facts(str(tmp_path / "a.parquet"))
