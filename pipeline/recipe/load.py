"""Recipe files: TOML through pydantic; what is unknown or wrong is named with its line."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ValidationError

from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError


def load_recipe(path: Path) -> Recipe:
    """Reads a recipe; relative paths in it stay as written (see `resolve_paths`).

    Raises:
        UserError: One line a problem, each with the file, the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: no such recipe") from None
    except IsADirectoryError:
        raise UserError(f"{path}: a folder, where a recipe file is due") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not a UTF-8 text file") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: not TOML: {error}") from error
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        lines = _key_lines(text)
        problems = [
            _problem(path, lines, tuple(str(part) for part in item["loc"]), item["msg"])
            for item in error.errors()
        ]
        raise UserError("\n".join(problems)) from error


def _problem(path: Path, lines: dict[str, int], loc: tuple[str, ...], message: str) -> str:
    names = [".".join(loc[:depth]) for depth in range(len(loc), 0, -1)]
    line = next((lines[name] for name in names if name in lines), 1)
    if message.startswith("Extra inputs"):
        message = f"unknown key; {_known_keys(loc[:-1])}"
    return f"{path}:{line}: {'.'.join(loc)}: {message}"


def _known_keys(section: tuple[str, ...]) -> str:
    model: type[BaseModel] = Recipe
    for name in section:
        annotation = model.model_fields[name].annotation if name in model.model_fields else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    where = f"[{'.'.join(section)}]" if section else "a recipe"
    return f"{where} knows {', '.join(sorted(model.model_fields))}"


_TABLE = re.compile(r"^\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_."'-]+)\s*=""")


def _key_lines(text: str) -> dict[str, int]:
    """Returns the line of every `table.key`; tomllib parses but keeps no positions."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TABLE.match(line):
            table = found[1].replace('"', "").replace("'", "")
            lines.setdefault(table, number)
        elif found := _KEY.match(line):
            key = found[1].replace('"', "").replace("'", "")
            lines.setdefault(f"{table}.{key}" if table else key, number)
    return lines
