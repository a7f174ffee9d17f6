"""`webimagetext recipe check`: is a recipe right?"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Recipes: the TOML files that say what a dataset holds.")


@app.callback()
def _recipe() -> None:
    """Makes `check` a sub-command although it is the only one."""


@app.command()
def check(recipe: Annotated[Path, typer.Argument(help="Recipe file.")]) -> None:
    """Names every unknown or wrong key of a recipe with its line, or says that all is well.

    Example: webimagetext recipe check recipe.toml
    """
    from rich.console import Console

    from pipeline.recipe import load_recipe

    settings = load_recipe(recipe)
    Console().print(f"{recipe}: a valid recipe, {settings.name!r}", highlight=False, soft_wrap=True)
