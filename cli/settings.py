"""From options and a recipe file to one `Recipe`."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from filters.scoring.options import DEFAULT_FACES
from pipeline.queries.query_list import list_path
from pipeline.recipe.crawl import Crawl
from pipeline.recipe.dedupe import Contamination
from pipeline.recipe.download import Download
from pipeline.recipe.load import load_recipe
from pipeline.recipe.queries import Queries
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.score import Score
from pipeline.shards.storage import is_remote
from schemas.errors import UserError

S = TypeVar("S", Crawl, Download)


def make_recipe(
    path: Path | None = None,
    *,
    allow_address: Sequence[str] | None = None,
    host_connections: int | None = None,
    host_interval: float | None = None,
    host_rate: float | None = None,
    rate: float | None = None,
    benchmarks: Sequence[str] | None = None,
    queries: str | None = None,
) -> Recipe:
    """Returns the recipe at `path`, or the defaults, with what the options say on top."""
    from cli.select_paths import locate_select

    recipe = load_recipe(path) if path else Recipe()
    web = recipe.web.model_dump()
    web["allow_address"] = (*recipe.web.allow_address, *(allow_address or ()))
    if host_connections is not None:
        web["host_connections"] = host_connections
    if host_interval is not None:
        web["host_interval_s"] = host_interval
    web |= {n: v for n, v in (("host_rate", host_rate), ("rate", rate)) if v is not None}
    _check_addresses(web["allow_address"])
    base = str(path.parent) if path else ""
    sources = {
        name: locate(source, base) for name, source in recipe.contamination.benchmarks.items()
    } | parse_benchmarks(benchmarks or ())
    earlier = recipe.crawl.recrawl_from
    crawl = {
        "cc_root": locate(recipe.crawl.cc_root, base),
        "recrawl_from": locate(earlier, base) if earlier else None,
    }
    files = ("previous", "reject_hashes")
    download = {n: locate(v, base) for n in files if (v := getattr(recipe.download, n))}
    return recipe.model_copy(
        update={
            "crawl": recipe.crawl.model_copy(update=crawl),
            "download": recipe.download.model_copy(update=download),
            "select": locate_select(recipe.select, base),
            "web": recipe.web.model_copy(update=web),
            "score": _locate_score(recipe.score, base),
            "queries": _find_list(recipe.queries, queries, base),
            "contamination": _locate_contamination(recipe.contamination, sources, base),
        }
    )


def _locate_contamination(
    section: Contamination, sources: Mapping[str, str], base: str
) -> Contamination:
    found: dict[str, Any] = {"benchmarks": dict(sources)}
    if section.calibration is not None:
        found["calibration"] = locate(section.calibration, base)
    return section.model_copy(update=found)


def _find_list(queries: Queries, given: str | None, base: str) -> Queries:
    """Returns the section with its list's file, found now rather than hours into a run."""
    if given is None and queries.list is None:
        return queries
    path = locate(given) if given is not None else locate(queries.list or "", base)
    return queries.model_copy(update={"list": list_path(path)})


def set_crawl(recipe: Recipe, **options: Any) -> Recipe:
    """Returns `recipe` with the `[crawl]` keys that the command line gives; None gives none.

    Raises:
        UserError: A value that the recipe would refuse.
    """
    crawl = _updated(recipe.crawl, options, files=("recrawl_from",))
    return recipe.model_copy(update={"crawl": crawl})


def set_download(recipe: Recipe, **options: Any) -> Recipe:
    """Returns `recipe` with the `[download]` keys that the command line gives; None gives none.

    Raises:
        UserError: A value that the recipe would refuse.
    """
    download = _updated(recipe.download, options, files=("previous", "reject_hashes"))
    return recipe.model_copy(update={"download": download})


def _updated(section: S, options: Mapping[str, Any], files: Sequence[str]) -> S:
    given = {name: value for name, value in options.items() if value is not None}
    given |= {name: locate(given[name]) for name in files if name in given}
    try:
        return section.model_validate(section.model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:  # keys that do not go together
            raise UserError(first["msg"].removeprefix("Value error, ")) from error
        name = str(first["loc"][0]).replace("_", "-")
        raise UserError(f"--{name} {first['input']}: {first['msg']}") from error


def _locate_score(score: Score, base: str) -> Score:
    """Returns `[score]` with its files absolute; names and tags of open_clip stay."""

    def here(path: str | None) -> str | None:
        located = locate(path, base) if path else path
        return located if located and os.path.exists(located) else path

    heads = {
        name: head.model_copy(update={"path": locate(head.path, base)})
        for name, head in score.heads.items()
    }
    faces = (
        locate(score.faces, base) if score.faces and score.faces != DEFAULT_FACES else score.faces
    )
    files = {"model": here(score.model), "weights": here(score.weights)}
    return score.model_copy(update={**files, "heads": heads, "faces": faces})


def parse_benchmarks(values: Sequence[str]) -> dict[str, str]:
    """Returns `{NAME: SOURCE}` of `NAME=SOURCE` options, local sources made absolute."""
    sources = {}
    for value in values:
        name, equals, source = value.partition("=")
        if not equals or not name or not source:
            raise UserError(f"--benchmark {value}: write NAME=SOURCE, such as cifar10=test.parquet")
        sources[name] = locate(source)
    return sources


def locate(path: str, base: str = "") -> str:
    """Returns `path` made absolute, relative to `base` or the current folder; URLs stay."""
    if is_remote(path) or path.startswith("hf:"):
        return path
    return os.path.abspath(os.path.join(base, os.path.expanduser(path)))


def _check_addresses(allow: Sequence[str]) -> None:
    from pipeline.web.address import AddressGuard

    try:
        AddressGuard(allow=tuple(allow))
    except ValueError as error:
        raise UserError(f"--allow-address: {error}") from error
