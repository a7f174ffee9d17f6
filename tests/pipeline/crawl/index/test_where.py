from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.index.where import condition_columns, parse_condition
from schemas.errors import UserError

SCHEMA = pa.schema(
    [
        ("host", pa.string()),
        ("status", pa.int16()),
        ("score", pa.float64()),
        ("at", pa.timestamp("ms", tz="UTC")),
        ("ok", pa.bool_()),
    ]
)
ROWS = [
    {"host": "a.org", "status": 200, "score": 0.5, "at": None, "ok": True},
    {"host": "b.com", "status": 404, "score": 1.5, "at": None, "ok": False},
    {"host": "c%.org", "status": None, "score": None, "at": None, "ok": None},
    {"host": None, "status": 301, "score": -1.0, "at": None, "ok": None},
]
TABLE = pa.Table.from_pylist(ROWS, SCHEMA)


def kept(text: str) -> list[int]:
    numbered = TABLE.append_column("n", pa.array(range(len(ROWS))))
    return numbered.filter(parse_condition(text, SCHEMA))["n"].to_pylist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("host = 'a.org'", [0]),
        ("'a.org' = host", [0]),
        ("status != 200", [1, 3]),
        ("status <> 200", [1, 3]),
        ("status < 301", [0]),
        ("301 > status", [0]),
        ("301 <= status", [1, 3]),
        ("score >= -1.0", [0, 1, 3]),
        ("status IN (200, 301)", [0, 3]),
        ("status NOT IN (200, 301)", [1]),
        ("NOT (status IN (200, 301) OR host = 'x')", [1]),
        ("host LIKE '%.org'", [0, 2]),
        ("host NOT LIKE '%.org'", [1]),
        ("NOT host LIKE '%.org'", [1]),
        ("status BETWEEN 200 AND 301", [0, 3]),
        ("status NOT BETWEEN 200 AND 301", [1]),
        ("NOT 301 > status", [1, 3]),
        ("host IS NULL", [3]),
        ("host IS NOT NULL AND NOT status IS NULL", [0, 1]),
        ("ok = TRUE", [0]),
        ("(host = 'a.org' OR host = 'b.com') AND status = 404", [1]),
        ("host = 'a.org' OR host = 'b.com' AND status = 500", [0]),
        ("at >= '2024-01-01'", []),
        ("host = 'it''s'", []),
    ],
)
def test_a_condition_keeps_what_sql_would_keep(text: str, wanted: list[int]) -> None:
    assert kept(text) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hots = 'a'", "no column 'hots'; known: host, status, score, at, ok"),
        ("status = '200'", "'200'. stands where a literal of int16"),
        ("status = 1.5", "literal of int16"),
        ("status = 100000", "literal of int16"),
        ("host = 200", "literal of string"),
        ("at > 'tomorrow'", "literal of timestamp"),
        ("host = NULL", "NULL stands where|'NULL' stands where"),
        ("host = status", "'status' stands where a literal"),
        ('host = "a.org"', "stands where a literal"),
        ("LOWER(host) = 'a'", "stands where a column is due"),
        ("status LIKE '2%'", "LIKE needs text"),
        ("host ILIKE 'A'", "cannot use"),
        ("host", "cannot use"),
        ("status IN (SELECT 1)", "cannot use"),
        ("status + 1 = 2", "stands where a column is due"),
        ("status =", "cannot be read as a condition at column"),
        ("status = 1; DROP TABLE x", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_anything_else_is_one_line_that_says_what_is_known(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as error:
        parse_condition(text, SCHEMA)
    assert str(error.value).startswith("--where ")
    assert "\n" not in str(error.value)


@given(text=st.text(max_size=40))
def test_any_text_is_a_condition_or_the_users_mistake(text: str) -> None:
    with suppress(UserError):
        parse_condition(text, SCHEMA)


def test_the_columns_of_a_condition_are_known() -> None:
    assert condition_columns("a = 1 AND NOT (b IN (2) OR a > 3)") == {"a", "b"}
