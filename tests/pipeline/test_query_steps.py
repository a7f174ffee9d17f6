from pathlib import Path

from pipeline.query_steps import query_steps
from pipeline.recipe.queries import Queries
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.select import Select
from pipeline.rules import Rewrite, Rule
from pipeline.try_recipe.sample import sample_stream
from pipeline.try_recipe.try_recipe import try_select
from schemas.outcomes import Reject
from tests.samples import make_candidate


def test_without_a_list_nothing_is_matched() -> None:
    assert query_steps(Queries()) == ()


def test_texts_get_their_queries_and_those_without_are_rejected(tmp_path: Path) -> None:
    queries = _queries(tmp_path)
    match, rule = query_steps(queries)
    assert isinstance(match, Rewrite)
    assert isinstance(rule, Rule)
    boat, tree = match.rewrite(
        [make_candidate(1, text="A red boat at sea"), make_candidate(2, text="an old tree")]
    )
    assert boat.queries == ("red boat", "sea")
    assert (rule.decide(boat), rule.decide(tree)) == (None, Reject.NO_QUERY)


def test_a_try_shows_what_holds_no_query(tmp_path: Path) -> None:
    recipe = Recipe(select=Select(languages=()), queries=_queries(tmp_path))
    texts = ["A red boat at the pier", "An old tree on a hill", "The sea on a stormy day"]
    candidates = [make_candidate(n, text=text) for n, text in enumerate(texts)]
    report = try_select(recipe, sample_stream(candidates, 20), "there")
    assert [d.in_order for d in report.drops if d.outcome == Reject.NO_QUERY] == [1]
    assert report.num_kept == 2


def _queries(folder: Path) -> Queries:
    path = folder / "queries.txt"
    path.write_text("red boat\nsea\n")
    return Queries(list=str(path))
