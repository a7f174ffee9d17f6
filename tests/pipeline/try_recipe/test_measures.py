from pipeline.recipe.select import Select
from pipeline.try_recipe.measures import candidate_charts
from tests.samples import make_candidate


def test_limits_of_the_recipe_are_marked_on_their_charts() -> None:
    candidates = [make_candidate(1, language="en", language_score=0.9), make_candidate(2)]
    charts = candidate_charts(candidates, Select(min_chars=3, languages=("en",)))
    assert [[mark.label for mark in chart.marks] for chart in charts] == [
        ["min_chars = 3", "max_chars = 1000"],
        ["min_words = 2", "max_words = 256"],
        [],
        ["min_language_score = 0.45"],
        [],
    ]
    assert [(bar.label, bar.is_wanted) for bar in charts[2].bars] == [("en", True), ("und", False)]
    assert all(sum(bar.count for bar in chart.bars) == 2 for chart in charts)


def test_without_a_list_of_languages_all_are_wanted() -> None:
    charts = candidate_charts([make_candidate(1)], Select())
    assert all(bar.is_wanted for bar in charts[2].bars)
