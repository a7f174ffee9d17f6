from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.try_recipe.sample import sample_stream
from pipeline.try_recipe.try_recipe import try_select
from tests.samples import make_candidate


def test_the_report_tells_sample_and_source() -> None:
    candidates = [make_candidate(n, text=f"a boat with number {n}") for n in range(30)]
    recipe = Recipe(name="mine", select=Select(min_chars=18))
    report = try_select(recipe, sample_stream(candidates, 20), "there", num_examples=2)
    assert (report.recipe, report.source, report.what) == ("mine", "there", "candidates")
    assert (report.num_sampled, report.num_seen) == (20, 30)
    assert all(len(drops.examples) <= 2 for drops in report.drops)
    assert report.num_kept + sum(drops.in_order for drops in report.drops) == 20
    assert len(report.charts) == 11
