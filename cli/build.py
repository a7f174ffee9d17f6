"""`webimagetext build`: the whole graph as one job."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import (
    AllowAddress,
    Benchmarks,
    EngineOption,
    HostConnections,
    HostInterval,
    MaxDepth,
    MaxPages,
    Out,
    QueryList,
    Quiet,
    RecrawlFrom,
    ScopeOption,
)


def build(
    ctx: typer.Context,
    recipe: Annotated[Path, typer.Argument(help="Recipe file (TOML).")],
    out: Out,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", help="Input to crawl, instead of the recipe's (repeatable)."),
    ] = None,
    benchmark: Benchmarks = None,
    scope: ScopeOption = None,
    max_pages: MaxPages = None,
    max_depth: MaxDepth = None,
    recrawl_from: RecrawlFrom = None,
    engine: EngineOption = None,
    queries: QueryList = None,
    allow_address: AllowAddress = None,
    host_connections: HostConnections = None,
    host_interval: HostInterval = None,
    quiet: Quiet = False,
) -> None:
    """Builds a dataset: crawl, select, download, dedupe, contamination, shards. Resumes.

    Example: webimagetext build recipe.toml --out dataset
    """
    from cli.engine import choose_engine
    from cli.settings import make_recipe, set_crawl

    settings = make_recipe(
        recipe,
        allow_address=allow_address,
        host_connections=host_connections,
        host_interval=host_interval,
        benchmarks=benchmark,
        queries=queries,
    )
    named = inputs or settings.crawl.inputs
    base = "" if inputs else str(recipe.parent)
    settings = set_crawl(
        settings,
        inputs=tuple(named),
        scope=scope,
        max_pages=max_pages,
        max_depth=max_depth,
        recrawl_from=recrawl_from,
    )
    run_build(
        choose_engine(settings, engine, quiet=quiet),
        out=out,
        base=base,
        beam_flags=ctx.obj,
        quiet=quiet,
    )


def run_build(
    recipe: Any, *, out: str, base: str = "", beam_flags: list[str], quiet: bool = False
) -> None:
    """Builds the dataset of a recipe whose benchmark paths are absolute.

    Args:
        recipe: `pipeline.recipe.Recipe`; its inputs are relative to `base`.
        out: Output folder.
        base: Folder of the recipe file; empty for the current folder.
        beam_flags: For the engine.
        quiet: Print nothing.
    """
    from rich.console import Console

    from cli.calibrated import settle_contamination
    from cli.inputs import plan
    from cli.running import make_output, run_graph
    from cli.score import check_score
    from dedup.contamination.sources import split_source
    from pipeline.shards.claim import claim_output
    from pipeline.shards.manifest import MANIFEST
    from pipeline.shards.storage import exists, join
    from schemas.errors import UserError

    if not recipe.crawl.inputs:
        raise UserError("nothing to build from: give [crawl] inputs in the recipe, or --input")
    planned = plan(recipe.crawl.inputs, base, recipe.crawl)
    if recipe.score.is_asked:
        check_score(recipe.score)
    for name, source in recipe.contamination.benchmarks.items():
        split_source(name, source)  # a missing benchmark must show before hours of work
    recipe, evidence, rates = settle_contamination(recipe)
    folder = make_output(out)
    # A run that needs more rounds goes on where it was: no result depends on them.
    claimed = recipe.model_dump(mode="json", exclude={"dedupe": {"cluster_rounds"}})
    claim_output(folder, {"recipe": claimed, "inputs": planned.fingerprint, **rates})
    console = Console(stderr=True)
    if exists(join(folder, MANIFEST)):
        console.print(
            f"{out}: already built by this recipe; nothing to do", highlight=False, soft_wrap=True
        )
        end_dataset("build", folder, None, quiet=quiet)
        return

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.build import BuildPlan, build

        build_plan = BuildPlan(
            recipe=recipe,
            inputs=planned.inputs,
            problems=planned.problems,
            dataset=folder,
            evidence=evidence,
            progress=progress,
        )
        build(root, build_plan)

    seconds = run_graph(construct, beam_flags, console=console, quiet=quiet)
    end_dataset("build", folder, seconds, quiet=quiet)


def end_dataset(command: str, folder: str, seconds: float | None, *, quiet: bool) -> None:
    """Prints the closing tables of a committed dataset and writes its summary."""
    from rich.console import Console

    from cli.pool_report import pool_tables, report_pool
    from cli.running import refuse_if_nothing, write_summary
    from cli.watch import closing_table, contamination_table
    from pipeline.download.earlier_pool import POOL_OF_DATASET
    from pipeline.shards.manifest import read_manifest
    from pipeline.shards.storage import join, read_bytes
    from pipeline.stages.count_languages import read_languages

    manifest = read_manifest(folder)
    report = json.loads(read_bytes(join(folder, "contamination/report.json")))
    samples = sum(shard["samples"] for shard in manifest["shards"])
    pool = report_pool(join(folder, POOL_OF_DATASET))
    if seconds is not None:
        languages = read_languages(folder)
        more = {"stages": manifest["stages"], "samples": samples, **pool, **languages}
        write_summary(folder, command, seconds, **more)
    refuse_if_nothing(manifest["stages"], folder)
    if quiet:
        return
    console = Console()
    console.print(closing_table(manifest["stages"]), *pool_tables(pool))
    if report["benchmarks"]:
        console.print(contamination_table(report))
    took = f" in {seconds:.1f} s" if seconds is not None else ""
    console.print(
        f"{samples:,} pairs in {len(manifest['shards'])} shards{took}: {folder}",
        highlight=False,
        soft_wrap=True,
    )
