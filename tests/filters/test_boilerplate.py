# ruff: noqa: RUF001
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.boilerplate import PHRASES, Boilerplate, normalise, with_phrases
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    "text",
    [
        "Click to enlarge",
        "  CLICK TO ENLARGE!  ",
        "company-logo",
        "No image available",
        "Bild vergrößern",
        "cliquez pour agrandir…",
        "Cliquez sur l’image pour agrandir",
        "Haga clic para ampliar »",
        "НЕТ ФОТО",
        "クリックすると拡大します。",
        "lees_meer",
    ],
)
def test_stock_phrases_of_any_language_are_rejected(text: str) -> None:
    assert Boilerplate()(make_candidate(1, text=text)) == Reject.BOILERPLATE


@pytest.mark.parametrize(
    "text",
    [
        "A photo of a company logo on a wall",
        "Click beetle on a leaf",
        "Image of the Virgin, oil on wood",
        "Screenshot of the editor",
        "The file readme.txt",
        "click to enlarge " * 20,
        "",
    ],
)
def test_a_caption_that_only_holds_such_words_is_kept(text: str) -> None:
    assert Boilerplate()(make_candidate(1, text=text)) is None


def test_a_recipe_can_add_phrases() -> None:
    mine = with_phrases(("Our best-seller!",))
    assert mine(make_candidate(1, text="our best seller")) == Reject.BOILERPLATE
    assert mine(make_candidate(1, text="read more")) == Reject.BOILERPLATE
    assert Boilerplate()(make_candidate(1, text="our best seller")) is None


def test_no_phrase_is_empty_or_listed_twice_in_a_language() -> None:
    for language, phrases in PHRASES.items():
        assert all(map(normalise, phrases))
        assert len(set(map(normalise, phrases))) == len(phrases), language


def test_normalising_folds_case_and_drops_punctuation() -> None:
    assert normalise("  Hello,   WORLD! ") == "hello world"
    assert normalise("L’Été_2024") == "l été 2024"
    assert normalise("किताब।") == "किताब"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_way_for_ascii_is_the_general_way(text: str) -> None:
    assert f"{normalise(text)} é".strip() == normalise(f"{text} é")
