import pytest

from filters.word_count import WordCount, count_words
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("... !!! ---", 0),
        ("Bicycle", 1),
        ("red bicycle", 2),
        ("mother-in-law's tongue", 5),
        ("snake_case_name", 3),
        ("красный велосипед", 2),
        ("赤い自転車", 5),
        ("一辆红色的自行车 in Berlin", 10),
    ],
)
def test_words_are_counted_in_scripts_with_and_without_spaces(text: str, count: int) -> None:
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("words", "outcome"),
    [(1, Reject.TOO_FEW_WORDS), (2, None), (256, None), (257, Reject.TOO_MANY_WORDS)],
)
def test_both_limits_are_inclusive(words: int, outcome: Reject | None) -> None:
    assert WordCount()(make_candidate(1, text="word " * words)) == outcome


def test_limits_that_no_text_can_meet_are_refused() -> None:
    with pytest.raises(ValueError, match="min_words"):
        WordCount(min_words=3, max_words=2)
