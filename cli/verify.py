"""`webimagetext verify`: every byte and every law of a dataset."""

import time
from typing import Annotated

import typer

from cli.options import Quiet


def verify(
    dataset: Annotated[str, typer.Argument(help="Folder of a finished dataset.")],
    quiet: Quiet = False,
) -> None:
    """Checks every checksum, every sample and the accounts; exit 1 and a list if anything is wrong.

    Example: webimagetext verify dataset
    """
    from rich.console import Console
    from rich.progress import Progress

    from pipeline.shards.manifest import read_manifest
    from pipeline.shards.verify import verify_dataset

    started = time.monotonic()
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=quiet or not errors.is_terminal) as bar:
        task = bar.add_task("verify", total=None)
        findings = verify_dataset(dataset, on_file=lambda path: bar.advance(task))
    for path, problem in findings:
        errors.print(f"{path}: {problem}", markup=False, highlight=False, soft_wrap=True)
    if findings:
        errors.print(f"{dataset}: {len(findings)} problems", highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    if not quiet:
        manifest = read_manifest(dataset)
        samples = sum(shard["samples"] for shard in manifest["shards"])
        seconds = time.monotonic() - started
        Console().print(
            f"{dataset}: whole. {samples:,} samples in {len(manifest['shards'])} shards,"
            f" every checksum, sample and account checked in {seconds:.1f} s",
            highlight=False,
            soft_wrap=True,
        )
