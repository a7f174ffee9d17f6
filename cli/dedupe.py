"""`webimagetext dedupe`: one of each picture."""

from typing import Annotated, Any

import typer

from cli.options import Out, Quiet, RecipeFile


def dedupe(
    ctx: typer.Context,
    pool: Annotated[str, typer.Argument(help="Output of download.")],
    out: Out,
    recipe: RecipeFile = None,
    quiet: Quiet = False,
) -> None:
    """Applies the image filters, finds exact and near-duplicate clusters and keeps one of each.

    Example: webimagetext dedupe pool --out unique
    """
    from cli.running import make_output, run_step
    from cli.settings import make_recipe
    from cli.tables import image_folder, pool_files
    from pipeline.shards.storage import list_files
    from schemas.errors import UserError

    settings = make_recipe(recipe)
    files = pool_files(pool)
    images = image_folder(pool)
    if settings.dedupe.verify and not list_files(images, ".tar"):
        raise UserError(
            f"{images}: holds no pictures (.tar), which [dedupe] verify = true has to look at"
        )
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.before import read_before
        from pipeline.stages.step import StepPlan
        from pipeline.stages.steps import dedupe_step

        before = read_before(pool)
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        dedupe_step(root, plan, files, images)

    sections = settings.model_dump(
        mode="json", include={"images", "dedupe"}, exclude={"dedupe": {"cluster_rounds"}}
    )
    run_step(
        "dedupe",
        construct,
        out=folder,
        run={"pool": files, **sections},
        beam_flags=ctx.obj,
        quiet=quiet,
        summary={"pool": images},
    )
