"""From a sample and a recipe to the report of a try."""

from pipeline.query_steps import query_steps
from pipeline.recipe.recipe import Recipe
from pipeline.select_filters import select_steps
from pipeline.try_recipe.funnel import EXAMPLES, try_steps
from pipeline.try_recipe.measures import candidate_charts
from pipeline.try_recipe.report import TryReport, make_report
from pipeline.try_recipe.sample import Sample
from schemas.outcomes import Stage
from schemas.records import Candidate


def try_select(
    recipe: Recipe, sample: Sample[Candidate], source: str, num_examples: int = EXAMPLES
) -> TryReport:
    """Returns what `[select]` does to candidates, and the query list of `[queries]`.

    Args:
        recipe: The recipe.
        sample: Candidates as the crawl left them.
        source: What they were taken from, as the user named it.
        num_examples: For each rule and reason, at most.
    """
    steps = (*select_steps(recipe.select, recipe.web), *query_steps(recipe.queries))
    funnel = try_steps(sample.records, steps, Stage.SELECT, num_examples)
    return make_report(
        funnel,
        candidate_charts([r for r in funnel.records if isinstance(r, Candidate)], recipe.select),
        recipe=recipe.name,
        source=source,
        what="candidates",
        num_seen=sample.num_seen,
    )
