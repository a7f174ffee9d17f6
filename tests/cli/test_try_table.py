from pathlib import Path

import pytest
from rich.console import Console

from cli.try_table import funnel_table, print_try
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.try_recipe.sample import sample_stream
from pipeline.try_recipe.try_recipe import try_select
from tests.samples import make_candidate


def test_the_funnel_has_counts_and_shares_of_every_rule() -> None:
    candidates = [make_candidate(1, text="boat"), make_candidate(2)]
    report = try_select(Recipe(), sample_stream(candidates, 10), "there")
    console = Console(width=120)
    with console.capture() as capture:
        console.print(funnel_table(report))
    assert "text_too_short │ 1 (50.0%)" in capture.get()


def test_texts_are_shown_and_never_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;\x07"
    recipe = Recipe(select=Select(clean_text=False))
    report = try_select(recipe, sample_stream([make_candidate(1, text=hostile)] * 2, 1), "there")
    print_try(report, Path("try.html"))
    said = capsys.readouterr().out
    assert "<U+001B>]0;<U+0007>" in said
    assert "\x1b" not in said
    assert "plots and examples: try.html" in said
    assert "0 of 1 candidates are kept; of all 2" in said
