"""From a sample and a recipe to the report of a try."""

from collections.abc import Iterator
from contextlib import closing

from pipeline.query_draw import QueryDraw
from pipeline.query_steps import query_steps
from pipeline.recipe.recipe import Recipe
from pipeline.run_wide_steps import RunWideStep, run_wide_steps
from pipeline.select_filters import select_steps
from pipeline.try_recipe.funnel import EXAMPLES, Funnel, try_steps
from pipeline.try_recipe.measures import candidate_charts
from pipeline.try_recipe.report import TryReport, make_report
from pipeline.try_recipe.run_wide import Whole
from pipeline.try_recipe.run_wide_charts import run_wide_charts
from pipeline.try_recipe.sample import Sample
from pipeline.try_recipe.whole_counts import WholeCounts
from schemas.records import Candidate


def try_select(
    recipe: Recipe,
    sample: Sample[Candidate],
    source: str,
    num_examples: int = EXAMPLES,
    counts: WholeCounts | None = None,
) -> TryReport:
    """Returns what `[select]` and `[queries]` do to candidates.

    Args:
        recipe: The recipe.
        sample: Candidates as the crawl left them.
        source: What they were taken from, as the user named it.
        num_examples: For each rule and reason, at most.
        counts: By cap, how often the sample's keys come in the whole input, if it was counted.
    """
    select, queries = recipe.select, recipe.queries
    draw = (QueryDraw(queries=queries),) if queries.list else ()
    counted: tuple[RunWideStep | QueryDraw, ...] = (*run_wide_steps(select), *draw)
    steps = (
        *select_steps(select, recipe.web),
        *run_wide_steps(select),
        *query_steps(queries),
        *draw,
    )
    whole = Whole(ratio=sample.ratio, counts=counts or {})
    with closing(try_steps(sample.records, steps, num_examples, whole)) as funnel:
        charts = [
            *candidate_charts(_with_fate(funnel), select),
            *run_wide_charts(funnel, counted, whole),
        ]
        return make_report(
            funnel,
            charts,
            recipe=recipe.name,
            source=source,
            what="candidates",
            num_seen=sample.num_seen or funnel.num_records,
        )


def _with_fate(funnel: Funnel) -> Iterator[tuple[Candidate, bool]]:
    is_kept = funnel.left_before[""]
    return ((c, bool(is_kept[n])) for n, c in enumerate(funnel.records()))
