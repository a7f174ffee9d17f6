from hypothesis import given
from hypothesis import strategies as st

from pipeline.try_recipe.show import show_text


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert show_text(text).isprintable()


def test_what_is_invisible_is_seen() -> None:
    assert show_text("a\x1b[31m\u200b\u202eb") == "a<U+001B>[31m<U+200B><U+202E>b"


def test_long_texts_are_cut() -> None:
    assert show_text("ab" * 9, 5) == "abab…"
    assert show_text("abcde", 5) == "abcde"
