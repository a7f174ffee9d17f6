import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.characters import MARKS, Counts, count_characters


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", (0, 0, 0)),
        ("a1! \t\x00", (1, 1, 1)),
        ("Größe 42 €", (5, 2, 1)),
        ("किताब", (5, 0, 0)),
        ("½ Ⅷ", (0, 2, 0)),
        ("🚲 赤い", (2, 0, 1)),
        ("\ud800", (0, 0, 0)),
    ],
)
def test_every_character_has_a_class(text: str, counts: tuple[int, int, int]) -> None:
    assert count_characters(text) == counts


def test_the_total_leaves_out_white_space() -> None:
    assert Counts(letters=2, digits=1, symbols=1).total == 4


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_way_for_ascii_is_the_general_way(text: str) -> None:
    letters, digits, symbols = count_characters(f"{text}é")
    assert count_characters(text) == (letters - 1, digits, symbols)


def test_marks_are_all_marks_and_nothing_else() -> None:
    is_mark = re.compile(f"[{MARKS}]").fullmatch
    for code in range(0x20000):
        assert bool(is_mark(chr(code))) == unicodedata.category(chr(code)).startswith("M")
