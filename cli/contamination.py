"""`webimagetext contamination`: how much of each benchmark a pool contains."""

import json
from typing import Annotated, Any

import typer

from cli.options import (
    Benchmarks,
    CalibrationFile,
    FalsePositiveCounts,
    Out,
    Predictions,
    Quiet,
    RecallCounts,
    RecipeFile,
    VerdictsFile,
)


def contamination(
    ctx: typer.Context,
    pool: Annotated[
        str,
        typer.Argument(help="A pool, a dataset, WebDataset tars, Parquet or a folder of images."),
    ],
    out: Out,
    benchmark: Benchmarks = None,
    recipe: RecipeFile = None,
    max_distance: Annotated[
        int | None,
        typer.Option("--max-distance", min=0, max=16, help="Hamming distance of 64-bit pHashes."),
    ] = None,
    predictions: Predictions = None,
    verdicts: VerdictsFile = None,
    calibration: CalibrationFile = None,
    recall: RecallCounts = None,
    false_positives: FalsePositiveCounts = None,
    quiet: Quiet = False,
) -> None:
    """Writes report.json, report.html, report.md, report.tex and matches.parquet.

    Example: webimagetext contamination images --benchmark cifar10=test.parquet --out report
    """
    from rich.console import Console

    from cli.report_evidence import gather_evidence
    from cli.running import make_output, run_graph, write_summary
    from cli.settings import locate, make_recipe
    from cli.watch import contamination_table
    from dedup.contamination.sources import split_source
    from pipeline.shards.claim import claim_output
    from pipeline.shards.storage import join, read_bytes
    from schemas.errors import UserError

    section = make_recipe(recipe, benchmarks=benchmark).contamination
    if max_distance is not None:
        section = section.model_copy(update={"max_distance": max_distance})
    if not section.benchmarks:
        raise UserError("no benchmark to measure against: give --benchmark NAME=SOURCE")
    for name, source in section.benchmarks.items():
        split_source(name, source)  # what is wrong with a source must show before the run
    evidence = gather_evidence(
        section.benchmarks, predictions or (), verdicts, calibration, recall, false_positives
    )
    images = locate(pool)
    is_ours = _has_hashes(images)
    parts = [] if is_ours else split_source("pool", images)
    folder = make_output(out)
    claim_output(folder, {"pool": images, "contamination": section.model_dump(mode="json")})

    def construct(root: Any, progress: str | None) -> None:
        del progress
        from pipeline.stages.steps import contamination_step, hash_pool_images, read_pool_images
        from pipeline.stages.write_report import PartImages, PoolImages

        if is_ours:
            pool_images = read_pool_images(root, images)
            contamination_step(pool_images, folder, section, PoolImages(images), evidence)
        else:
            pool_images = hash_pool_images(root, parts)
            contamination_step(pool_images, folder, section, PartImages(tuple(parts)), evidence)

    console = Console(stderr=True)
    seconds = run_graph(construct, ctx.obj, console=console, quiet=quiet)
    report = json.loads(read_bytes(join(folder, "report.json")))
    write_summary(folder, "contamination", seconds, report=report)
    if not quiet:
        Console().print(contamination_table(report))
        console.print(
            f"{seconds:.1f} s; open {folder}/report.html", highlight=False, soft_wrap=True
        )


def _has_hashes(path: str) -> bool:
    from pipeline.shards.find_images import table_folder
    from pipeline.shards.storage import exists, list_files
    from pipeline.shards.table import table_columns

    if not exists(path) or path.endswith((".parquet", ".tar")):
        return False
    files = list_files(table_folder(path), ".parquet")
    return bool(files) and {"uid", "sha256", "phash"} <= set(table_columns(files[0]))
