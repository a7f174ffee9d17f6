"""`webimagetext demo`: the whole way on a site of our own, found beside planted."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import Quiet


def demo(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder; an earlier demo in it is replaced.")
    ] = Path("demo-out"),
    port: Annotated[
        int, typer.Option("--port", min=0, help="Port of the site on loopback; 0 takes a free one.")
    ] = 0,
    steps: Annotated[
        int, typer.Option("--steps", min=0, help="Training steps; 0 skips them.")
    ] = 60,
    quiet: Quiet = False,
) -> None:
    """Serves a small web site, builds a dataset from it, measures overlap and trains a few steps.

    Needs no network. Example: webimagetext demo --out demo-out
    """
    from rich.console import Console

    from cli.build import run_build
    from demo.run import make_demo, remove_old_demo

    console = Console(quiet=quiet)
    remove_old_demo(out)
    with make_demo(out, port) as site:
        console.print(
            f"a web site with planted truth answers on {site.seed}", highlight=False, soft_wrap=True
        )
        dataset = out / "dataset"
        run_build(site.recipe, out=str(dataset), beam_flags=ctx.obj, quiet=quiet)
        found = _compare(console, dataset, site.plan)
    if steps:
        _train(console, dataset, out / "run", steps, quiet=quiet)
    _say_what_to_open(console, out, trained=steps > 0)
    if not found:
        raise typer.Exit(1)


def _compare(console: Any, dataset: Path, plan: Any) -> bool:
    from rich.table import Table

    from demo.compare import compare_with_plan

    manifest = json.loads((dataset / "manifest.json").read_text())
    report = json.loads((dataset / "contamination/report.json").read_text())
    table = Table(title="Planted and found", title_justify="left")
    for name in ("stage", "what", "planted", "found", ""):
        table.add_column(name, justify="right" if name in ("planted", "found") else "left")
    is_equal = True
    for line in compare_with_plan(plan, manifest, report):
        is_equal = is_equal and line.planted == line.found
        mark = "" if line.planted == line.found else "[red]differs"
        table.add_row(line.stage, line.what, str(line.planted), str(line.found), mark)
    console.print(table)
    verdict = "every planted thing was found, and nothing else" if is_equal else "[red]a difference"
    console.print(verdict, highlight=False, soft_wrap=True)
    return is_equal


def _train(console: Any, dataset: Path, run: Path, steps: int, *, quiet: bool) -> None:
    from cli.train import train

    console.print(
        f"training a tiny CLIP for {steps} steps on the CPU", highlight=False, soft_wrap=True
    )
    train(data=str(dataset), out=str(run), model="tiny", steps=steps, lr=1e-3, quiet=quiet)


def _say_what_to_open(console: Any, out: Path, *, trained: bool) -> None:
    files = {
        "dataset/README.md": "the data card: the funnel, the overlap, the limits",
        "dataset/contamination/report.html": "benchmark pictures beside their copies",
        "dataset/manifest.json": "every file with its sha256, every stage with its counts",
        "dataset/ledger/00000.parquet": "why each dropped candidate was dropped",
    }
    if trained:
        files["run/loss.png"] = "the loss curve"
    console.print("Open:")
    for name, what in files.items():
        console.print(f"  {out / name}  {what}", highlight=False, soft_wrap=True)
