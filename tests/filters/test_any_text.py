"""What holds for every text filter: no text makes it fail, and asking again changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filters.boilerplate import Boilerplate
from filters.character_ratios import CharacterRatios
from filters.clean_caption import clean_candidate, clean_caption
from filters.not_a_caption import NotACaption
from filters.repetition import Repetition
from filters.template import Template
from filters.text_entropy import TextEntropy
from filters.text_length import TextLength
from filters.word_count import WordCount
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

FILTERS: tuple[Callable[[Candidate], Any], ...] = (
    TextLength(min_chars=0, max_chars=10**9),
    WordCount(min_words=0, max_words=10**9),
    WordCount(rule="spaces"),
    NotACaption(),
    Template(),
    Boilerplate(),
    CharacterRatios(),
    Repetition(),
    TextEntropy(),
)
MEGABYTE = 2**20
# Surrogates too: what a filter is called with need not have been through a table.
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def candidate_of(text: str) -> Candidate:
    return Candidate(uid="0" * 32, url="http://e.org/a", text=text, text_source="alt", source="s")


def decisions(text: str) -> list[Reject | None]:
    said = [decide(candidate_of(text)) for decide in FILTERS]
    return [s.reason if isinstance(s, Rejection) else s for s in said]


@given(ANY_TEXT)
@example("\0")
@example("\ud800\udc00\udfff")
@example("")
def test_every_text_gets_an_answer_and_the_same_one_again(text: str) -> None:
    first = decisions(text)
    assert all(said is None or isinstance(said, Reject) for said in first)
    assert decisions(text) == first
    clean_candidate(candidate_of(text))


@given(ANY_TEXT)
def test_what_is_decided_of_a_clean_text_is_not_changed_by_cleaning_again(text: str) -> None:
    clean = clean_caption(text)
    assert decisions(clean) == decisions(clean_caption(clean))


PIECES = (
    "a", "ab ", "é", "&amp;", "<b>", "<a ", "<!--", "{{", "[caption", "%s", "1", "- ", "赤", "ก",
    "a.b", "\u200d", "\U000e0041", "Ã©", "\ud800", "\0", "x1_", "🏴", "img 1",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_gets_an_answer(piece: str) -> None:
    text = piece * (MEGABYTE // len(piece))
    decisions(text)
    for size in (len(text), 10_000):  # longer ones are not cleaned
        clean_candidate(candidate_of(text[:size]))


@given(st.data(), st.text("abcé赤1!? ", max_size=40))
def test_ratios_and_entropy_do_not_depend_on_order(data: st.DataObject, text: str) -> None:
    shuffled = "".join(data.draw(st.permutations(text)))
    for decide in (CharacterRatios(), TextEntropy(), TextLength()):
        assert decide(candidate_of(text)) == decide(candidate_of(shuffled))
