from contextlib import closing
from pathlib import Path

from pipeline.caps import text_caps
from pipeline.language_shares import LanguageShares
from pipeline.near_texts import NearTexts
from pipeline.query_draw import QueryDraw
from pipeline.recipe.queries import Queries
from pipeline.recipe.select import Select
from pipeline.try_recipe.funnel import try_steps
from pipeline.try_recipe.run_wide import Whole
from pipeline.try_recipe.run_wide_charts import run_wide_charts
from tests.samples import make_candidate

TEXT = "a photo of a boat"


def test_each_step_with_a_limit_has_its_chart_before_and_after(tmp_path: Path) -> None:
    candidates = [
        *(make_candidate(n, text=TEXT, language="en", queries=("boat",)) for n in range(4)),
        *(make_candidate(9 + n, language="fr", queries=("photo",)) for n in range(3)),
    ]
    steps = (
        *text_caps(Select(drop_text_above=3)),
        NearTexts(threshold=0.99, permutations=128),
        LanguageShares(shares={"fr": 1.0}),
        QueryDraw(queries=Queries(list=str(tmp_path / "q.txt"), max_pairs=5)),
    )
    with closing(try_steps(candidates, steps)) as funnel:
        charts = run_wide_charts(funnel, steps, Whole())
    texts, languages, queries = charts
    assert [(bar.label, bar.count, bar.kept) for bar in texts.bars if bar.count] == [
        ("1", 3, 3),
        ("4", 4, 0),
    ]
    assert [mark.label for mark in texts.marks] == ["drop_text_above = 3"]
    assert [(bar.label, bar.count, bar.kept) for bar in languages.bars] == [("fr", 3, 3)]
    assert queries.title == "Pairs of the most frequent queries; t = 5"
    assert [(bar.label, bar.count, bar.kept) for bar in queries.bars] == [("photo", 3, 3)]


def test_counts_of_a_sample_are_those_of_the_whole() -> None:
    candidates = [make_candidate(1, text=TEXT, queries=("boat",)), make_candidate(2)]
    caps = text_caps(Select(drop_text_above=20))
    steps = (*caps, QueryDraw(queries=Queries()))
    whole = Whole(ratio=50, counts={"drop_text_above": {caps[0].key(candidates[0]): 17}})
    with closing(try_steps(candidates, steps, whole=whole)) as funnel:
        texts, queries = run_wide_charts(funnel, steps, whole)
    assert [(bar.label, bar.count) for bar in texts.bars if bar.count] == [("1", 1), ("16", 1)]
    assert [(bar.label, bar.count) for bar in queries.bars] == [("boat", 50)]
