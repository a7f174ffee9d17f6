"""`webimagetext contamination`: how much of each benchmark a pool contains."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Benchmarks, Out, Quiet, RecipeFile


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
    verify: Annotated[
        bool | None,
        typer.Option("--verify/--no-verify", help="Align thumbnails; without, go by hashes alone."),
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", min=0.01, max=1, help="Alignment that makes a match."),
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(
            "--calibration",
            exists=True,
            dir_okay=False,
            help="calibration.json of `webimagetext calibrate`.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Writes report.json, report.html and matches.parquet.

    Example: webimagetext contamination images --benchmark cifar10=test.parquet --out report
    """
    from rich.console import Console

    from cli.pools import has_hashes
    from cli.running import make_output, run_graph, write_summary
    from cli.settings import locate, make_recipe
    from cli.watch import contamination_table
    from dedup.contamination.calibration import read_settings
    from dedup.contamination.sources import split_source
    from pipeline.shards.claim import claim_output
    from pipeline.shards.storage import join, read_bytes
    from schemas.errors import UserError

    section = make_recipe(recipe, benchmarks=benchmark).contamination
    given = {"max_distance": max_distance, "verify": verify, "min_score": min_score}
    settings = read_settings(str(calibration), calibration.read_text()) if calibration else {}
    settings |= {name: value for name, value in given.items() if value is not None}
    section = section.model_copy(update=settings)
    if not section.benchmarks:
        raise UserError("no benchmark to measure against: give --benchmark NAME=SOURCE")
    for name, source in section.benchmarks.items():
        split_source(name, source)  # what is wrong with a source must show before the run
    images = locate(pool)
    is_ours = has_hashes(images)
    parts = [] if is_ours else split_source("pool", images)
    folder = make_output(out)
    claim_output(folder, {"pool": images, "contamination": section.model_dump(mode="json")})

    def construct(root: Any, progress: str | None) -> None:
        del progress
        from pipeline.stages.steps import (
            contamination_step,
            fingerprint_pool_images,
            hash_pool_images,
            read_pool_images,
        )
        from pipeline.stages.write_report import PartImages, PoolImages

        if is_ours:
            read = fingerprint_pool_images if section.verify else read_pool_images
            contamination_step(read(root, images), folder, section, PoolImages(images))
        else:
            hashed = hash_pool_images(root, parts, section.verify)
            contamination_step(hashed, folder, section, PartImages(tuple(parts)))

    console = Console(stderr=True)
    seconds = run_graph(construct, ctx.obj, console=console, quiet=quiet)
    report = json.loads(read_bytes(join(folder, "report.json")))
    write_summary(folder, "contamination", seconds, report=report)
    if not quiet:
        Console().print(contamination_table(report))
        console.print(
            f"{seconds:.1f} s; open {folder}/report.html", highlight=False, soft_wrap=True
        )
