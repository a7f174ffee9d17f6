import pytest

from filters.repetition import Repetition, repeated_grams
from schemas.outcomes import Reject
from tests.samples import make_candidate

WORDS = (Reject.REPETITION, "words")
CHARACTERS = (Reject.REPETITION, "characters")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("boat boat boat boat", WORDS),
        ("Boat BOAT boat red", WORDS),  # half are repeats
        ("red boat blue boat", None),  # a quarter
        ("New York, New York", None),
        ("a cat and a dog and a bird in a house", None),
        ("自転車を直す自転車を直す自転車を直す自転車を直す", CHARACTERS),
        ("buy-cheap-shoes-buy-cheap-shoes-buy-cheap-shoes", CHARACTERS),
        ("", None),
        ("boat", None),
    ],
)
def test_stuffed_texts_are_rejected(text: str, outcome: tuple[Reject, str] | None) -> None:
    assert Repetition()(make_candidate(1, text=text)) == outcome


def test_the_limit_of_words_is_inclusive() -> None:
    text = "one two three four five one two three four six six"  # 5 of 11 are repeats
    assert Repetition(max_words=5 / 11, max_grams=1)(make_candidate(1, text=text)) is None
    assert Repetition(max_words=0.45, max_grams=1)(make_candidate(1, text=text)) == WORDS


def test_the_limit_of_runs_is_inclusive() -> None:
    text = "abcdefghijkl" * 2  # 3 of 15 runs of ten are repeats
    assert repeated_grams(text, 10) == pytest.approx(3 / 15)
    assert Repetition(max_grams=3 / 15)(make_candidate(1, text=text)) is None
    assert Repetition(max_grams=0.19)(make_candidate(1, text=text)) == CHARACTERS


def test_a_text_shorter_than_a_run_repeats_nothing() -> None:
    assert repeated_grams("aaaa", 10) == 0


@pytest.mark.parametrize("name", ["max_words", "max_grams"])
def test_a_share_outside_0_to_1_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be 0 to 1, got -1"):
        Repetition(**{name: -1})


def test_an_empty_run_is_refused() -> None:
    with pytest.raises(ValueError, match="gram_chars must be >= 1, got 0"):
        Repetition(gram_chars=0)
