"""A try of a recipe on the terminal: the funnel, then examples of each rule and reason."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.try_recipe.report import TryReport
from pipeline.try_recipe.show import show_text
from pipeline.try_recipe.tally import Drops


def print_try(report: TryReport, html: Path | None) -> None:
    """Prints a report; texts of the web are shown, never obeyed."""
    console = Console()
    for drops in report.drops:
        if drops.examples:
            console.print(_examples(drops))
    console.print(funnel_table(report))
    low, high = report.kept_range
    part = f"; of all {report.num_seen:,} {low:,} to {high:,}" if report.is_part else ""
    console.print(
        f"{report.num_kept:,} of {report.num_sampled:,} {report.what} are kept{part}",
        highlight=False,
        soft_wrap=True,
    )
    for note in report.notes:
        console.print(note, highlight=False, soft_wrap=True)
    if html:
        console.print(f"plots and examples: {html}", highlight=False, soft_wrap=True)


def funnel_table(report: TryReport) -> Table:
    """Returns what each rule drops by itself and in order."""
    table = Table(title=f"What the recipe {report.recipe!r} drops", title_justify="left")
    table.add_column("rule", overflow="fold")
    table.add_column("reason", overflow="fold")
    for name in ("by itself", "in order", "left"):
        table.add_column(name, justify="right")
    for drops in report.drops:
        table.add_row(
            f"{drops.step} {report.mark(drops)}".rstrip(),
            drops.outcome or "-",
            _share(drops.alone, report),
            _share(drops.in_order, report),
            f"{drops.left:,}",
        )
    return table


def _examples(drops: Drops) -> Table:
    table = Table(
        title=f"{drops.step}: {drops.outcome}", title_justify="left", show_header=False, box=None
    )
    table.add_column(ratio=3)
    table.add_column(ratio=1)
    for dropped in drops.examples:
        evidence = Text(show_text(dropped.evidence), "dim")
        table.add_row(Text(show_text(dropped.candidate.text)), evidence)
    return table


def _share(count: int, report: TryReport) -> str:
    return f"{count:,} ({count / max(report.num_sampled, 1):.1%})"
