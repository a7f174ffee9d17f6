"""`webimagetext recipe`: is a recipe right, and what would it drop?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Quiet

if TYPE_CHECKING:
    from pipeline.recipe.recipe import Recipe
    from pipeline.try_recipe.report import TryReport

app = typer.Typer(help="Recipes: the TOML files that say what a dataset holds.")


@app.command()
def check(recipe: Annotated[Path, typer.Argument(help="Recipe file.")]) -> None:
    """Names every unknown or wrong key of a recipe with its line, or says that all is well.

    Example: webimagetext recipe check recipe.toml
    """
    from rich.console import Console

    from pipeline.recipe.load import load_recipe

    settings = load_recipe(recipe)
    Console().print(f"{recipe}: a valid recipe, {settings.name!r}", highlight=False, soft_wrap=True)


@app.command("try")
def try_(
    recipe: Annotated[Path, typer.Argument(help="Recipe file.")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="CANDIDATES", help="Output of crawl, or archives, lists and folders at hand."
        ),
    ],
    sample: Annotated[int, typer.Option("--sample", min=1, help="Records to try.")] = 10_000,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Try all records instead: what `select` would drop, exactly."),
    ] = False,
    examples: Annotated[
        int, typer.Option("--examples", min=0, help="To show of each rule and reason.")
    ] = 10,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots, too.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Says what each rule of a recipe would drop, with examples; nothing is fetched.

    Example: webimagetext recipe try recipe.toml candidates --html try.html
    """
    from cli.settings import make_recipe
    from cli.try_table import print_try
    from pipeline.shards.storage import write_bytes
    from pipeline.try_recipe.page import render_page

    report = _try_recipe(make_recipe(recipe), source, None if everything else sample, examples)
    if html:
        write_bytes(str(html), render_page(report).encode())
    if not quiet:
        print_try(report, html)


def _try_recipe(recipe: "Recipe", source: str, count: int | None, examples: int) -> "TryReport":
    from cli.inputs import plan
    from cli.tables import candidate_files, is_candidates
    from pipeline.try_recipe.crawl_sample import open_inputs
    from pipeline.try_recipe.sample import (
        all_of_tables,
        sample_stream,
        sample_tables,
        some_of_tables,
    )
    from pipeline.try_recipe.try_recipe import try_select
    from pipeline.try_recipe.whole_counts import Relatives, count_whole
    from schemas.tables import candidate_from_row

    if is_candidates(source):
        files = candidate_files(source)
        if count is None:
            return try_select(recipe, all_of_tables(files, candidate_from_row), source, examples)
        sample = sample_tables(files, candidate_from_row, count)
        relatives = Relatives(sample.records, recipe)
        found = some_of_tables(files, candidate_from_row, relatives)
        counts = count_whole(sample, found, recipe)
        return try_select(recipe, sample, source, examples, counts)
    inputs = plan([source], crawl=recipe.crawl).inputs
    with open_inputs(inputs, recipe) as candidates:
        return try_select(recipe, sample_stream(candidates, count), source, examples)
