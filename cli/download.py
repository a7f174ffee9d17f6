"""`webimagetext download`: candidates to the pool."""

from typing import Annotated, Any

import typer

from cli.options import (
    AllowAddress,
    EngineOption,
    HostConnections,
    HostInterval,
    Out,
    Quiet,
    RecipeFile,
)


def download(
    ctx: typer.Context,
    candidates: Annotated[str, typer.Argument(help="Output of crawl or select.")],
    out: Out,
    recipe: RecipeFile = None,
    engine: EngineOption = None,
    allow_address: AllowAddress = None,
    host_connections: HostConnections = None,
    host_interval: HostInterval = None,
    quiet: Quiet = False,
) -> None:
    """Fetches, decodes, hashes and resizes images into a pool in img2dataset's layout; resumes.

    Example: webimagetext download selected --out pool
    """
    from cli.engine import choose_engine
    from cli.running import make_output, run_step
    from cli.settings import make_recipe
    from cli.tables import candidate_files

    settings = make_recipe(
        recipe,
        allow_address=allow_address,
        host_connections=host_connections,
        host_interval=host_interval,
    )
    settings = choose_engine(settings, engine, quiet=quiet)
    files = candidate_files(candidates)
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.before import read_before
        from pipeline.stages.steps import StepPlan, download_step

        before = read_before(candidates)
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        download_step(root, plan, files)

    run_step(
        "download",
        construct,
        out=folder,
        run={"candidates": files, "download": settings.download.model_dump(mode="json")},
        beam_flags=ctx.obj,
        quiet=quiet,
    )
