"""`webimagetext contamination`: how much of each benchmark a pool contains."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import (
    Benchmarks,
    CalibrationFile,
    FalsePositiveCounts,
    ImagePool,
    Out,
    Predictions,
    Quiet,
    RecallCounts,
    RecipeFile,
    VerdictsFile,
)

if TYPE_CHECKING:
    from cli.calibrated import Settled
    from pipeline.recipe.dedupe import Contamination


def contamination(
    ctx: typer.Context,
    pool: ImagePool,
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
    within: Annotated[
        bool | None,
        typer.Option(
            "--within/--no-within", help="Copies within and between the benchmarks as well."
        ),
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

    from cli.pools import has_hashes
    from cli.report_evidence import gather_evidence
    from cli.running import make_output, run_graph, write_summary
    from cli.settings import locate, make_recipe
    from cli.watch import contamination_table
    from dedup.contamination.sources import split_source
    from pipeline.shards.claim import claim_output
    from pipeline.shards.storage import join, read_bytes
    from schemas.errors import UserError

    given = {
        "max_distance": max_distance,
        "verify": verify,
        "min_score": min_score,
        "within": within,
        "calibration": locate(calibration) if calibration else None,
    }
    if calibration and (recall or false_positives):
        raise UserError("--calibration has both counts: leave out --recall, --false-positives")
    chosen = {name: value for name, value in given.items() if value is not None}
    section, rates = _settle(make_recipe(recipe, benchmarks=benchmark).contamination, chosen)
    evidence = gather_evidence(
        section.benchmarks,
        rates,
        predictions=predictions or (),
        verdicts=verdicts,
        recall=recall,
        false_positives=false_positives,
    )
    images = locate(pool)
    is_ours = has_hashes(images)
    parts = [] if is_ours else split_source("pool", images)
    folder = make_output(out)
    claim_output(folder, {"pool": images, "contamination": section.model_dump(mode="json")})

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.steps import (
            contamination_step,
            fingerprint_pool_images,
            hash_pool_images,
            read_pool_images,
        )
        from pipeline.stages.write_report import FindImages, PartImages, PoolImages

        find: FindImages
        if is_ours:
            read = fingerprint_pool_images if section.verify else read_pool_images
            pool_images = read(root, images)
            find = PoolImages(images)
        else:
            pool_images = hash_pool_images(root, parts, section.verify)
            find = PartImages(tuple(parts))
        contamination_step(pool_images, folder, section, find, evidence=evidence, progress=progress)

    console = Console(stderr=True)
    seconds = run_graph(construct, ctx.obj, console=console, quiet=quiet)
    report = json.loads(read_bytes(join(folder, "report.json")))
    write_summary(folder, "contamination", seconds, report=report)
    if not quiet:
        Console().print(contamination_table(report))
        console.print(
            f"{seconds:.1f} s; open {folder}/report.html", highlight=False, soft_wrap=True
        )


def _settle(section: "Contamination", chosen: dict[str, Any]) -> "Settled":
    """Returns the recipe's section with what the command line says, checked before the run."""
    from cli.calibrated import named, use_calibration
    from dedup.contamination.sources import split_source
    from schemas.errors import UserError

    section = section.model_copy(update=chosen)
    if not section.benchmarks:
        raise UserError("no benchmark to measure against: give --benchmark NAME=SOURCE")
    for name, source in section.benchmarks.items():
        split_source(name, source)  # what is wrong with a source must show before the run
    flags = {name: f"--{name.replace('_', '-')}" for name in chosen}
    return use_calibration(section, flags if "calibration" in chosen else named(section))
