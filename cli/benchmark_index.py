"""`webimagetext benchmark-index`: hashes a benchmark once, for reuse and exchange."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Quiet


def benchmark_index(
    source: Annotated[
        str, typer.Argument(help="Folder of images, WebDataset tars, Parquet or hf:NAME[:SPLIT].")
    ],
    out: Annotated[str, typer.Option("--out", help="Parquet file to write.")],
    name: Annotated[
        str | None,
        typer.Option("--name", help="Name of the benchmark; the source's stem if absent."),
    ] = None,
    thumbnails: Annotated[
        bool,
        typer.Option(
            help="Keep thumbnails of 64 px, to align copies; without, hashes alone are compared."
        ),
    ] = True,
    quiet: Quiet = False,
) -> None:
    """Writes sha256, pHash and thumbnail of every image of a benchmark.

    Example: webimagetext benchmark-index test.parquet --name cifar10 --out cifar10.index.parquet
    """
    from rich.console import Console
    from rich.progress import track

    from cli.settings import locate
    from dedup.contamination.sources import hash_part, split_source
    from dedup.contamination.tables import index_schema
    from pipeline.download.hash_image import fingerprint_image, hash_only
    from pipeline.shards.table import write_table
    from schemas.errors import UserError
    from schemas.records import BenchmarkImage
    from schemas.tables import benchmark_to_row

    if not out.endswith(".parquet"):
        raise UserError(f"--out {out}: name a .parquet file")
    benchmark = name or Path(source.removeprefix("hf:")).stem
    errors = Console(stderr=True)
    fingerprint = fingerprint_image if thumbnails else hash_only
    parts = split_source(benchmark, locate(source))
    shown = track(parts, "hashing", console=errors, transient=True, disable=quiet)
    hashed = [item for part in shown for item in hash_part(part, fingerprint)]
    images = [item for item in hashed if isinstance(item, BenchmarkImage)]
    if not images:
        raise UserError(f"{source}: none of its {len(hashed)} images can be decoded")
    write_table(out, map(benchmark_to_row, images), index_schema())
    if not quiet:
        Console().print(
            f"{out}: {len(images):,} images hashed, {len(hashed) - len(images)} undecodable",
            highlight=False,
            soft_wrap=True,
        )
