"""`webimagetext crawl`: inputs to candidates."""

from typing import Annotated, Any

import typer

from cli.options import (
    AllowAddress,
    HostConnections,
    HostInterval,
    MaxDepth,
    MaxPages,
    Out,
    Quiet,
    RecipeFile,
    RecrawlFrom,
    ScopeOption,
)


def crawl(
    ctx: typer.Context,
    inputs: Annotated[
        list[str],
        typer.Argument(help="WARC, URL lists (csv, tsv, json, jsonl, parquet), .txt seeds, URLs."),
    ],
    out: Out,
    recipe: RecipeFile = None,
    url_column: Annotated[
        str | None, typer.Option("--url-column", help="Column of URL lists that holds the URL.")
    ] = None,
    text_column: Annotated[
        str | None, typer.Option("--text-column", help="Column of URL lists that holds the text.")
    ] = None,
    scope: ScopeOption = None,
    max_pages: MaxPages = None,
    max_depth: MaxDepth = None,
    recrawl_from: RecrawlFrom = None,
    allow_address: AllowAddress = None,
    host_connections: HostConnections = None,
    host_interval: HostInterval = None,
    quiet: Quiet = False,
) -> None:
    """Reads archives, URL lists and live sites and writes the candidates table.

    Example: webimagetext crawl crawl.warc.gz seeds.txt --out candidates
    """
    from cli.inputs import plan
    from cli.running import make_output, run_step
    from cli.settings import make_recipe, set_crawl

    settings = make_recipe(
        recipe,
        allow_address=allow_address,
        host_connections=host_connections,
        host_interval=host_interval,
    )
    settings = set_crawl(
        settings,
        url_column=url_column,
        text_column=text_column,
        scope=scope,
        max_pages=max_pages,
        max_depth=max_depth,
        recrawl_from=recrawl_from,
    )
    planned = plan(inputs)
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.steps import StepPlan, crawl_step

        step = StepPlan(recipe=settings, out=folder, progress=progress)
        crawl_step(root, step, planned.inputs, planned.problems)

    run_step(
        "crawl",
        construct,
        out=folder,
        run={"inputs": planned.fingerprint, "recipe": settings.model_dump(mode="json")},
        beam_flags=ctx.obj,
        quiet=quiet,
    )
