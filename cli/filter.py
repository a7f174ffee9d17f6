"""`webimagetext filter`: thresholds from the scores that a pool has."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Quiet
from schemas.errors import UserError

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.fit_thresholds import FitReport

app = typer.Typer(help="Thresholds of image filters and scores.")


@app.callback()
def _filter() -> None:
    """Makes `fit` a sub-command although it is the only one."""


@app.command()
def fit(
    pool: Annotated[str, typer.Argument(help="Output of download, dedupe or score.")],
    column: Annotated[list[str], typer.Option("--column", help="Such as clip_score (repeatable).")],
    top: Annotated[
        str | None, typer.Option("--top", metavar="SHARE", help="Share to keep: 30% or 0.3.")
    ] = None,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="Pairs to keep.")] = None,
    quiet: Quiet = False,
) -> None:
    """Finds the threshold that keeps the best pairs, and prints it as lines of a recipe.

    Exact; reads two columns of the pool's tables, and no image.

    Example: webimagetext filter fit --top 30% --column clip_score scored
    """
    from rich.console import Console

    from cli.tables import pool_files
    from pipeline.fit_thresholds import fit_thresholds

    if (top is None) == (keep is None):
        raise UserError("give --top SHARE or --keep PAIRS, one of them")
    columns = _known(column)
    share = None if top is None else parse_share(top)
    report = fit_thresholds(pool_files(pool, "scored"), columns, top=share, keep=keep or 0)
    console = Console(highlight=False, soft_wrap=True)
    if not quiet:
        console.print(fit_table(report))
        console.print(f"all together keep {report.kept_by_all:,} of {report.num_pairs:,} pairs\n")
    console.print(recipe_lines(report), markup=False)


def parse_share(text: str) -> float:
    """Returns a share such as `30%` or `0.3` as a number above 0 and up to 1."""
    number, is_percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        share = float(number) / (100 if is_percent else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise UserError(f"--top {text}: write a share such as 30% or 0.3, above 0 and up to 100%")
    return share


def fit_table(report: "FitReport") -> "Table":
    """Returns thresholds and what they keep."""
    from rich.table import Table

    table = Table()
    for name in ("column", "limit", "keeps", "of scored"):
        table.add_column(name, justify="left" if name == "column" else "right")
    for found in report.fits:
        table.add_row(found.column, f"{found.limit!r}", f"{found.kept:,}", f"{found.scored:,}")
    return table


def recipe_lines(report: "FitReport") -> str:
    """Returns what to put into a recipe."""
    sections: dict[str, list[str]] = {}
    for found in report.fits:
        section, line = found.recipe_lines
        sections.setdefault(section, []).append(line)
    return "\n".join("\n".join([section, *lines]) for section, lines in sections.items())


def _known(columns: list[str]) -> list[str]:
    from pipeline.fit_thresholds import COLUMNS

    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        raise UserError(f"--column {unknown[0]}: there are {', '.join(COLUMNS)}")
    return list(dict.fromkeys(columns))
