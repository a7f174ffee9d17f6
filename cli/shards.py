"""`webimagetext shards`: packs what is kept."""

from typing import Annotated, Any

import typer

from cli.options import Benchmarks, Out, Quiet, RecipeFile


def shards(
    ctx: typer.Context,
    pairs: Annotated[str, typer.Argument(help="Output of dedupe, or a pool.")],
    out: Out,
    recipe: RecipeFile = None,
    benchmark: Benchmarks = None,
    quiet: Quiet = False,
) -> None:
    """Measures benchmark overlap and packs shards, tables, ledger and manifest.

    Example: webimagetext shards unique --benchmark cifar10=test.parquet --out dataset
    """
    from rich.console import Console

    from cli.build import end_dataset
    from cli.calibrated import settle_contamination
    from cli.running import make_output, run_graph
    from cli.settings import make_recipe
    from cli.tables import image_folder, pool_files
    from pipeline.shards.claim import claim_output

    settings, evidence, rates = settle_contamination(make_recipe(recipe, benchmarks=benchmark))
    files = pool_files(pairs)
    pool = image_folder(pairs)
    folder = make_output(out)
    claim_output(folder, {"pairs": files, "recipe": settings.model_dump(mode="json"), **rates})

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.build import build_from_pairs
        from pipeline.stages.before import read_before
        from pipeline.stages.step import StepPlan

        plan = StepPlan(recipe=settings, out=folder, before=read_before(pairs), progress=progress)
        build_from_pairs(root, plan, files, pool, evidence)

    console = Console(stderr=True)
    seconds = run_graph(construct, ctx.obj, console=console, quiet=quiet)
    end_dataset("shards", folder, seconds, quiet=quiet)
