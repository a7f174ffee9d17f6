from pipeline.caps import Cap
from pipeline.language_shares import LanguageShares
from pipeline.near_texts import NearTexts
from pipeline.recipe.select import Select
from pipeline.run_wide_steps import run_wide_steps


def test_nothing_is_counted_over_the_run_unasked() -> None:
    assert run_wide_steps(Select()) == ()


def test_shares_come_last_as_they_need_the_counts_of_what_is_left() -> None:
    select = Select(language_shares={"en": 1.0}, near_text_similarity=0.8, drop_text_above=3)
    assert [type(step) for step in run_wide_steps(select)] == [Cap, NearTexts, LanguageShares]
