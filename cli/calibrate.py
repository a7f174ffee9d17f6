"""`webimagetext calibrate`: what the second stage finds on a benchmark, and from which score."""

from typing import Annotated

import typer

from cli.options import Benchmarks, Out, Quiet


def calibrate(
    pool: Annotated[
        str,
        typer.Argument(help="A pool, a dataset, WebDataset tars, Parquet or a folder of images."),
    ],
    out: Out,
    benchmark: Benchmarks = None,
    pool_size: Annotated[
        int | None,
        typer.Option("--pool-size", min=1, help="Pictures of the real pool, if POOL is a part."),
    ] = None,
    false_rate: Annotated[
        float,
        typer.Option(
            "--false-rate", min=1e-9, max=0.5, help="Share of benchmark pictures in false matches."
        ),
    ] = 0.001,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", min=0.01, max=1, help="Measure this score, choose none."),
    ] = None,
    distractors: Annotated[
        int, typer.Option("--distractors", min=1, help="Pictures of POOL to look at, at most.")
    ] = 50_000,
    originals: Annotated[
        int, typer.Option("--originals", min=1, help="Benchmark pictures to plant copies of.")
    ] = 200,
    quiet: Quiet = False,
) -> None:
    """Writes calibration.json, for `contamination --calibration`, and calibration.md.

    Example: webimagetext calibrate images --benchmark cifar10=test.parquet --out calibration
    """
    from rich.console import Console

    from cli.calibration import calibrate_benchmark
    from cli.running import make_output
    from cli.settings import locate, make_recipe
    from dedup.contamination.calibration import calibration_json, calibration_table
    from pipeline.shards.storage import join, write_bytes
    from schemas.errors import UserError

    section = make_recipe(None, benchmarks=benchmark).contamination
    if len(section.benchmarks) != 1:
        raise UserError("calibrate takes one benchmark: give --benchmark NAME=SOURCE once")
    folder = make_output(out)
    calibration = calibrate_benchmark(
        section,
        locate(pool),
        pool_size=pool_size,
        false_rate=false_rate,
        min_score=min_score,
        distractors=distractors,
        originals=originals,
        console=Console(stderr=True, quiet=quiet),
    )
    table = calibration_table(calibration)
    write_bytes(join(folder, "calibration.json"), calibration_json(calibration).encode())
    write_bytes(join(folder, "calibration.md"), table.encode())
    if not quiet:
        Console().print(table, highlight=False, soft_wrap=True, markup=False)
