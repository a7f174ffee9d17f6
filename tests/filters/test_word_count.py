# ruff: noqa: RUF001
import csv
from pathlib import Path

import pytest
import regex

from filters.word_count import WordCount, count_words
from schemas.outcomes import Reject
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("... !!! ---", 0),
        ("___ _", 0),
        ("Bicycle", 1),
        ("red bicycle", 2),
        ("don't stop", 2),
        ("don’t stop", 2),
        ("mother-in-law's tongue", 4),
        ("snake_case_name", 1),
        ("3.14 is 1,000 times too much", 6),
        ("красный велосипед", 2),
        ("हिन्दी किताब", 2),
        ("cafe\u0301 ole\u0301", 2),
        ("می‌خواهم", 1),
        ("赤い自転車", 5),
        ("カメラ", 1),
        ("一辆红色的自行车 in Berlin", 10),
        ("จักรยานสีแดง", 3),
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
    assert WordCount(rule="spaces")(make_candidate(1, text="word " * words)) == outcome


def test_by_spaces_a_dash_is_a_word_and_a_chinese_sentence_is_one() -> None:
    spaces = WordCount(min_words=3, rule="spaces")
    assert spaces(make_candidate(1, text="cat - dog")) is None
    assert spaces(make_candidate(1, text="一辆红色的自行车")) == Reject.TOO_FEW_WORDS
    assert WordCount(min_words=3)(make_candidate(1, text="cat - dog")) == Reject.TOO_FEW_WORDS


def test_limits_that_no_text_can_meet_are_refused() -> None:
    with pytest.raises(ValueError, match="min_words"):
        WordCount(min_words=3, max_words=2)


def test_counts_are_those_of_unicodes_word_boundaries(shared_data: Path) -> None:
    """Against the implementation of Unicode Standard Annex 29 in `regex`; Thai needs more."""
    boundary = regex.compile(r"\b", regex.V1 | regex.WORD)
    with (shared_data / "langid" / "sentences.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    texts = [text for language, text in rows if language != "th"]
    differ = [
        text
        for text in texts
        if count_words(text) != sum(any(c.isalnum() for c in part) for part in boundary.split(text))
    ]
    assert len(texts) > 2_900
    assert len(differ) < 0.005 * len(texts)
