"""`webimagetext train`: the contrastive trainer over a finished dataset."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from training.extra import require_extra
from training.options import TrainOptions

if TYPE_CHECKING:
    from training.log import StepReport
    from training.run import TrainSummary

PLAIN_LINES = 20  # about as many lines where there is no terminal
OUTPUTS = ("loss.png", "metrics.jsonl", "tensorboard", "checkpoints", "failed.jsonl")


def train(
    *,
    data: Annotated[str, typer.Option(help="Folder of a finished dataset, local or a URL.")],
    out: Annotated[str, typer.Option(help="Local folder of the run; the same command resumes it.")],
    model: Annotated[
        str, typer.Option(help="tiny, tiny-resnet, or open_clip's name: ViT-B-32, RN50, ...")
    ] = "tiny",
    steps: Annotated[int, typer.Option(help="Optimiser steps of the whole run.")] = 1000,
    batch_size: Annotated[int, typer.Option(help="Pairs a step.")] = 64,
    lr: Annotated[float, typer.Option(help="Peak learning rate.")] = 5e-4,
    warmup: Annotated[
        int | None, typer.Option(help="Warm-up steps; by default a tenth, at most 2,000.")
    ] = None,
    weight_decay: Annotated[float, typer.Option(help="AdamW's weight decay.")] = 0.2,
    max_grad_norm: Annotated[
        float | None, typer.Option(help="Clip gradients to this L2 norm.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of weights, order and crops.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes that decode images.")] = 0,
    checkpoint_every: Annotated[int, typer.Option(help="Steps between checkpoints.")] = 100,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Trains a CLIP on a dataset, from random weights.

    Example: webimagetext train --data DATASET --out RUN --model tiny --steps 60
    """
    require_extra()
    options = TrainOptions(
        data=data,
        run=out,
        model=model,
        steps=steps,
        batch_size=batch_size,
        lr=lr,
        warmup=warmup,
        weight_decay=weight_decay,
        max_grad_norm=max_grad_norm,
        seed=seed,
        workers=workers,
        checkpoint_every=checkpoint_every,
        device=device,
    )
    console = Console(quiet=quiet)
    summary = train_with_progress(options, console)
    show_summary(console, options.run, summary)


def train_with_progress(options: TrainOptions, console: Console) -> "TrainSummary":
    """Trains with a live bar on a terminal, with plain lines anywhere else."""
    from training.loop import train as run_training

    if not console.is_terminal:
        return run_training(options, lambda report: _print_line(console, options.steps, report))
    columns = (
        TextColumn("train"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=options.steps)
        return run_training(
            options,
            lambda report: progress.update(
                task, completed=report.step, description=_describe(report)
            ),
        )


def _describe(report: "StepReport") -> str:
    failed = f"  {report.failed} undecodable" if report.failed else ""
    return f"loss {report.loss:.3f}  {report.samples_per_s:,.0f} samples/s{failed}"


def _print_line(console: Console, steps: int, report: "StepReport") -> None:
    if report.step % max(1, steps // PLAIN_LINES) == 0 or report.step in (1, steps):
        text = f"train: step {report.step} of {steps}  {_describe(report)}"
        console.print(text, highlight=False, markup=False, soft_wrap=True)


def show_summary(console: Console, run: str, summary: "TrainSummary") -> None:
    """Prints the closing table and which files to open."""
    table = Table(title="train", show_header=False)
    table.add_row("steps", f"{summary.steps:,}")
    table.add_row("samples", f"{summary.samples:,}")
    table.add_row("loss, first -> last", f"{summary.first_loss:.3f} -> {summary.last_loss:.3f}")
    table.add_row("samples/s", f"{summary.samples_per_s:,.1f}")
    table.add_row("seconds", f"{summary.seconds:,.1f}")
    table.add_row("undecodable samples", f"{summary.failed:,}")
    console.print(table)
    for path in (Path(run) / name for name in OUTPUTS):
        if path.exists():
            console.print(f"  {path}", highlight=False, markup=False, soft_wrap=True)
