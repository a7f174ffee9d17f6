"""`webimagetext select`: what is worth a download."""

from typing import Annotated, Any

import typer

from cli.options import Out, QueryList, Quiet, RecipeFile


def select(
    ctx: typer.Context,
    candidates: Annotated[str, typer.Argument(help="Output of crawl, or a candidates table.")],
    out: Out,
    recipe: RecipeFile = None,
    queries: QueryList = None,
    quiet: Quiet = False,
) -> None:
    """Filters candidates by opt-out, text and language, drops duplicates, balances by queries.

    Example: webimagetext select candidates --recipe recipe.toml --out selected
    """
    from cli.running import make_output, run_step
    from cli.settings import make_recipe
    from cli.tables import candidate_files

    settings = make_recipe(recipe, queries=queries)
    files = candidate_files(candidates)
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.before import read_before
        from pipeline.stages.step import StepPlan
        from pipeline.stages.steps import select_step

        before = read_before(candidates)
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        select_step(root, plan, files)

    run_step(
        "select",
        construct,
        out=folder,
        run={
            "candidates": files,
            "select": settings.select.model_dump(mode="json"),
            "queries": settings.queries.model_dump(mode="json"),
        },
        beam_flags=ctx.obj,
        quiet=quiet,
    )
