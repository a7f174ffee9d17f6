import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries.tokens import join_pair, match_text, normalise, runs_of_words, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A red boat", ["A", "red", "boat"]),
        ("the boat's oar, don't", ["the", "boat's", "oar", "don't"]),
        ("the boats' oars 'here'", ["the", "boats", "oars", "here"]),
        ("1,000 m at 3.5 km/h", ["1,000", "m", "at", "3.5", "km", "h"]),
        ("well-known foo_bar", ["well", "known", "foo", "bar"]),
        ("Ein schönes Mädchen", ["Ein", "schönes", "Mädchen"]),
        ("हिन्दी में", ["हिन्दी", "में"]),  # vowel signs are marks, which `\\w` leaves out
        ("Београд, Ελλάδα", ["Београд", "Ελλάδα"]),
        ("東京タワーで", ["東", "京", "タワー", "で"]),
        ("กล้วย", ["ก", "ล้", "ว", "ย"]),
        ("한국의 산", ["한국의", "산"]),
        ("iPhone9 在这里", ["iPhone9", "在", "这", "里"]),
        ("... !? -- _", []),
    ],
)
def test_words_are_found_in_any_script(text: str, found: list[str]) -> None:
    assert words(normalise(text, "keep")) == found


def test_case_and_apostrophes_are_made_one() -> None:
    assert normalise("STRASSE\u2019s Straße", "fold") == "strasse's strasse"
    assert normalise("Caf\u0065\u0301", "keep") == "Café"


def test_nothing_but_space_and_hyphens_joins_words_to_pairs() -> None:
    text = "The well-known boat. It sank (slowly)\nin 1,000 pieces"
    assert list(runs_of_words(text)) == [
        ["The", "well", "known", "boat"],
        ["It", "sank"],
        ["slowly"],
        ["in", "1,000", "pieces"],
    ]


def test_text_to_match_has_a_space_around_every_token_and_katakana_by_character() -> None:
    assert match_text("a boat, red") == " a boat red "
    assert match_text("デジカメ") == " デ ジ カ メ "
    assert match_text("") == "  "


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [("new", "york", "new york"), ("東", "京", "東京"), ("東", "tower", "東 tower")],
)
def test_pairs_are_written_as_their_script_writes_them(
    first: str, second: str, joined: str
) -> None:
    assert join_pair(first, second) == joined


@given(st.text())
def test_no_text_breaks_it_and_parts_hold_all_words(text: str) -> None:
    for case in ("fold", "keep"):
        plain = normalise(text, case)
        in_parts = [word for part in runs_of_words(plain) for word in part]
        assert in_parts == words(plain)


@given(st.text(alphabet="ab'.,1 -_?"))
def test_the_quick_way_for_ascii_finds_what_the_long_way_finds(text: str) -> None:
    assert words(text) == words(f"{text} ü")[:-1]
