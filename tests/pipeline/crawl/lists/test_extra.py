import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.lists.extra import MAX_CELL_CHARS, encode_extra


def cell(value: object) -> object:
    text = encode_extra({"a": value}, ["a"])
    assert text is not None
    return json.loads(text)["a"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1, 1),
        (True, True),
        (None, None),
        ("a", "a"),
        (float("nan"), None),
        (float("-inf"), None),
        (0.5, 0.5),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (Decimal("1.10"), "1.10"),
        (timedelta(hours=1), "1:00:00"),
        ([1.0, float("nan")], [1.0, None]),
        ({"x": {"y": [date(2026, 1, 2)]}}, {"x": {"y": ["2026-01-02"]}}),
        ([("k", 1)], [["k", 1]]),
        (b"abc", {"left_out": "3 bytes"}),
        ([b"abc"], [{"left_out": "3 bytes"}]),
        (object(), {"left_out": "no JSON value"}),
    ],
)
def test_every_value_has_its_json(value: object, wanted: object) -> None:
    assert cell(value) == wanted


def test_what_is_too_long_says_how_long() -> None:
    assert cell("x" * MAX_CELL_CHARS) == "x" * MAX_CELL_CHARS
    assert cell("x" * (MAX_CELL_CHARS + 1)) == {"left_out": "8193 characters, the limit is 8192"}
    assert "left_out" in cell([0.123456789] * 1000)  # type: ignore[operator]


def test_no_other_column_is_none() -> None:
    assert encode_extra({"url": "u"}, []) is None
    assert encode_extra({}, ["gone"]) == '{"gone":null}'


@given(text=st.text(st.characters(), max_size=20))
def test_any_text_can_be_stored(text: str) -> None:
    encoded = encode_extra({"a": text}, ["a"])
    assert encoded is not None
    encoded.encode()
    json.loads(encoded)
