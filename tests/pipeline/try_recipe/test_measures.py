import pytest

from pipeline.recipe.select import Select
from pipeline.try_recipe.measures import candidate_charts
from tests.samples import make_candidate

CANDIDATES = [
    (make_candidate(1, text="a red boat", language="en", language_score=0.9), True),
    (make_candidate(2, text="123456 %%%%%% 123456 123456"), False),
]


def test_limits_of_the_recipe_are_marked_on_their_charts() -> None:
    charts = candidate_charts(CANDIDATES, Select(min_chars=3, languages=("en",)))
    assert {chart.title: [mark.label for mark in chart.marks] for chart in charts} == {
        "Languages": [],
        "Characters of a caption": ["min_chars = 3", "max_chars = 1000"],
        "Words of a caption": ["min_words = 2", "max_words = 256"],
        "Confidence in the language": ["min_language_score = 0.45"],
        "Share of letters": ["min_letter_ratio = 0.5"],
        "Share of digits": ["max_digit_ratio = 0.4"],
        "Share of symbols": ["max_symbol_ratio = 0.3"],
        "Bits of a character": ["min_entropy_bits = 2.5"],
        "Share of repeated words": ["max_word_repetition = 0.45"],
        "Share of repeated runs of 10 characters": ["max_run_repetition = 0.35"],
        "Where the text stood": [],
    }
    assert all(sum(bar.count for bar in chart.bars) == 2 for chart in charts)
    assert all(sum(bar.kept for bar in chart.bars) == 1 for chart in charts)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Characters of a caption", "24"),
        ("Words of a caption", "3"),
        ("Share of digits", "0.75"),
        ("Share of symbols", "0.25"),
        ("Share of repeated words", "0.5"),
    ],
)
def test_a_text_stands_where_its_measure_lies(title: str, label: str) -> None:
    (chart,) = [c for c in candidate_charts(CANDIDATES[1:], Select()) if c.title == title]
    assert [bar.label for bar in chart.bars if bar.count] == [label]


def test_a_limit_that_excludes_nothing_has_no_chart() -> None:
    open_ = Select(min_letter_ratio=0, max_digit_ratio=1, min_entropy_bits=0, max_word_repetition=1)
    titles = {chart.title for chart in candidate_charts(CANDIDATES, open_)}
    assert "Share of symbols" in titles
    assert not titles & {"Share of letters", "Share of digits", "Bits of a character"}


def test_an_empty_text_has_no_shares() -> None:
    charts = candidate_charts([(make_candidate(1, text=""), False)], Select())
    counts = {chart.title: sum(bar.count for bar in chart.bars) for chart in charts}
    assert counts["Characters of a caption"] == 1
    assert counts["Share of letters"] == counts["Bits of a character"] == 0
