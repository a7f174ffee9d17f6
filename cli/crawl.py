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
        typer.Argument(
            help="WARC, lists (csv, tsv, json, jsonl, parquet), list:FILE, tars, folders of"
            " pictures with captions, hf:NAME[:SPLIT], cc-index:SOURCE, .txt seeds, URLs."
        ),
    ],
    out: Out,
    recipe: RecipeFile = None,
    url_column: Annotated[
        str | None, typer.Option("--url-column", help="Column of URL lists that holds the URL.")
    ] = None,
    text_column: Annotated[
        str | None, typer.Option("--text-column", help="Column of URL lists that holds the text.")
    ] = None,
    image_column: Annotated[
        str | None,
        typer.Option("--image-column", help="Column that holds the pictures or names their files."),
    ] = None,
    extra_column: Annotated[
        list[str] | None,
        typer.Option(
            "--extra-column", help="Column to carry through (repeatable); all if none is named."
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", help="Rows of an index to read: \"content_languages = 'por'\"."),
    ] = None,
    cc_root: Annotated[
        str | None,
        typer.Option("--cc-root", help="What the paths in an index are relative to."),
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
    """Reads archives, lists, pictures and live sites and writes the candidates table.

    Example: webimagetext crawl crawl.warc.gz seeds.txt --out candidates
    """
    from cli.inputs import plan
    from cli.running import make_output, run_step
    from cli.settings import locate, make_recipe, set_crawl

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
        image_column=image_column,
        extra_columns=tuple(extra_column) if extra_column else None,
        where=where,
        cc_root=locate(cc_root) if cc_root else None,
        scope=scope,
        max_pages=max_pages,
        max_depth=max_depth,
        recrawl_from=recrawl_from,
    )
    planned = plan(inputs, crawl=settings.crawl)
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.step import StepPlan
        from pipeline.stages.steps import crawl_step

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
