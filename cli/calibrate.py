"""`webimagetext calibrate`: what the second stage finds of benchmarks, and from which score."""

from typing import Annotated, Any

import typer

from cli.options import Benchmarks, ImagePool, Out, Quiet


def calibrate(
    ctx: typer.Context,
    pool: ImagePool,
    out: Out,
    benchmark: Benchmarks = None,
    pool_size: Annotated[
        int | None,
        typer.Option("--pool-size", min=1, help="Pictures of the real pool, if POOL is a part."),
    ] = None,
    false_rate: Annotated[
        float | None,
        typer.Option(
            "--false-rate",
            min=1e-9,
            max=0.5,
            help="Share of a benchmark's pictures in false matches (0.001 if absent).",
        ),
    ] = None,
    false_pictures: Annotated[
        float | None,
        typer.Option("--false-pictures", min=1e-6, help="The same as a number of pictures."),
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", min=0.01, max=1, help="Measure this score, choose none."),
    ] = None,
    distractors: Annotated[
        int, typer.Option("--distractors", min=1, help="Pictures of POOL to look at, at most.")
    ] = 50_000,
    originals: Annotated[
        int, typer.Option("--originals", min=1, help="Pictures of each benchmark to alter.")
    ] = 200,
    quiet: Quiet = False,
) -> None:
    """Writes calibration.json, for `contamination --calibration`, and the same as page and table.

    Example: webimagetext calibrate images --benchmark cifar10=test.parquet --out calibration
    """
    from rich.console import Console

    from cli.pools import has_hashes
    from cli.running import make_output, run_graph, write_summary
    from cli.settings import locate, make_recipe
    from dedup.contamination.calibration import Wanted
    from dedup.contamination.sources import split_source
    from pipeline.shards.storage import join, read_bytes
    from schemas.errors import UserError

    section = make_recipe(None, benchmarks=benchmark).contamination
    if not section.benchmarks:
        raise UserError("no benchmark to calibrate for: give --benchmark NAME=SOURCE")
    if sum(value is not None for value in (false_rate, false_pictures, min_score)) > 1:
        raise UserError("give one of --false-rate, --false-pictures and --min-score")
    for name, source in section.benchmarks.items():
        split_source(name, source)  # what is wrong with a source must show before the run
    images = locate(pool)
    is_ours = has_hashes(images)
    if not is_ours:
        split_source("pool", images)
    wanted = Wanted(
        min_score=min_score, false_pictures=false_pictures, false_rate=false_rate or 0.001
    )
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.calibrate_benchmarks import CalibrateBenchmarks
        from pipeline.stages.steps import sample_pool_images
        from pipeline.stages.write_calibration import WriteCalibration

        _ = (
            sample_pool_images(root, images, is_ours, distractors)
            | CalibrateBenchmarks(section, originals, progress)
            | WriteCalibration(
                folder, dict(section.benchmarks), section.max_distance, wanted, pool_size
            )
        )

    console = Console(stderr=True)
    seconds = run_graph(construct, ctx.obj, console=console, quiet=quiet)
    write_summary(folder, "calibrate", seconds)
    if not quiet:
        table = read_bytes(join(folder, "calibration.md")).decode()
        Console().print(table, highlight=False, soft_wrap=True, markup=False)
        console.print(
            f"{seconds:.1f} s; open {folder}/calibration.html", highlight=False, soft_wrap=True
        )
