"""`webimagetext evaluate`: zero-shot classification with a trained run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pipeline.shards.storage import join, write_bytes
from training.extra import require_extra

if TYPE_CHECKING:
    from training.evaluate import Evaluation
    from training.metrics import Interval

MAX_CLASS_ROWS = 20


def evaluate(
    run: Annotated[str, typer.Argument(help="Folder of a training run.")],
    *,
    data: Annotated[
        str, typer.Option(help="Test set: a folder of class folders, or Parquet (image, label).")
    ],
    out: Annotated[
        str | None, typer.Option(help="Folder for evaluation.json; the run itself by default.")
    ] = None,
    classes: Annotated[
        str | None, typer.Option(help="File with a class name a line, in label order.")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Images at a time.")] = 64,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Measures zero-shot accuracy on a labelled test set.

    Example: webimagetext evaluate RUN --data cifar10/test.parquet
    """
    require_extra()
    from training.evaluate import evaluate as run_evaluation
    from training.evaluate import write_evaluation

    console = Console(quiet=quiet)
    columns = (TextColumn("evaluate"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("evaluate")
        evaluation = run_evaluation(
            run,
            data,
            on_images=lambda done, total: progress.update(task, completed=done, total=total),
            classes=classes,
            device=device,
            batch_size=batch_size,
        )
    path = write_evaluation(out or run, evaluation, run=run, data=data)
    if out and Path(out) != Path(run):  # the run keeps the summary of its training
        _write_summary(out, path)
    _show(console, evaluation, path)


def _write_summary(out: str, evaluation_path: str) -> None:
    content = json.loads(Path(evaluation_path).read_bytes())
    content = {key: value for key, value in content.items() if key not in ("classes", "templates")}
    write_bytes(join(out, "summary.json"), (json.dumps(content, indent=1) + "\n").encode())


def _share(value: float, interval: "Interval") -> str:
    return f"{value:.1%} (95 %: {interval.low:.1%} to {interval.high:.1%})"


def _show(console: Console, evaluation: "Evaluation", path: str) -> None:
    table = Table(title=f"evaluate: zero-shot, step {evaluation.step}", show_header=False)
    table.add_row("images", f"{evaluation.images:,}")
    table.add_row("undecodable", f"{len(evaluation.failed):,}")
    table.add_row("top-1", _share(evaluation.top1, evaluation.top1_ci95))
    if evaluation.top5 is not None and evaluation.top5_ci95 is not None:
        table.add_row("top-5", _share(evaluation.top5, evaluation.top5_ci95))
    table.add_row("chance", f"{evaluation.chance:.1%}")
    for one in evaluation.classes[:MAX_CLASS_ROWS]:
        table.add_row(f"  {one.name}", f"{one.top1:,} of {one.images:,}")
    if (more := len(evaluation.classes) - MAX_CLASS_ROWS) > 0:
        table.add_row(f"  {more:,} more classes", "in the file")
    console.print(table)
    console.print(f"  {path}", highlight=False, markup=False, soft_wrap=True)
