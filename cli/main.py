"""`webimagetext`: finds the command, maps errors to one line and an exit code.

Exit 0 done, 1 the run failed, 2 the user's mistake, 130 interrupted. Commands import what is heavy
themselves, so that `--help` is quick.
"""

import logging
import os
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.exceptions import TyperException

from cli import (
    benchmark_index,
    build,
    calibrate,
    contamination,
    crawl,
    dedupe,
    demo,
    download,
    evaluate,
    filter,
    queries,
    recipe,
    score,
    select,
    shards,
    train,
    verify,
)
from cli.flags import has_foreign_flag, split_flags
from schemas.errors import UserError, WebImageTextError

BEAM_COMMANDS = (
    "build",
    "queries",
    "crawl",
    "select",
    "download",
    "dedupe",
    "score",
    "contamination",
    "calibrate",
    "shards",
    "demo",
)

INTERRUPTED = 130  # as a shell says it: 128 and the signal's number

app = typer.Typer(
    name="webimagetext",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Builds image-text datasets from the web, every pair accounted for.",
)
app.command()(demo.demo)
app.command()(build.build)
app.command()(queries.queries)
app.command()(crawl.crawl)
app.command()(select.select)
app.command()(download.download)
app.command()(dedupe.dedupe)
app.command()(contamination.contamination)
app.command()(calibrate.calibrate)
app.command("benchmark-index")(benchmark_index.benchmark_index)
app.command()(score.score)
app.command()(shards.shards)
app.command()(verify.verify)
app.command()(train.train)
app.command()(evaluate.evaluate)
app.add_typer(filter.app, name="filter")
app.add_typer(recipe.app, name="recipe")


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.")
    ] = False,
) -> None:
    if show_version:
        from importlib.metadata import version

        Console().print(f"webimagetext {version('webimagetext')}", highlight=False)
        raise typer.Exit


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    is_debug = "--debug" in arguments
    if is_debug:
        arguments.remove("--debug")
    # Libraries warn of what is not installed and not needed; what a user must know, we print.
    logging.basicConfig(level=logging.INFO if is_debug else logging.CRITICAL)
    if is_debug:
        os.environ["WEBIMAGETEXT_DEBUG"] = "1"  # for worker processes
    try:
        code = _run(arguments)
    except TyperException as error:
        _complain(f"{error.format_message()} See: webimagetext {arguments[0]} --help")
        return error.exit_code
    except WebImageTextError as error:
        if is_debug:
            raise
        _complain(str(error))
        return 2 if isinstance(error, UserError) else 1
    if code == INTERRUPTED:
        _complain("interrupted; the same command goes on from here")
    return code


def _complain(line: str) -> None:
    Console(stderr=True, soft_wrap=True).print(
        f"webimagetext: {line}", markup=False, highlight=False
    )


def _run(arguments: list[str]) -> int:
    root: Any = typer.main.get_command(app)
    beam_flags: list[str] = []
    if arguments[0] in BEAM_COMMANDS:
        command, *rest = arguments
        rest, beam_flags = _part(root.commands[command].params, rest)
        arguments = [command, *rest]
    result = root.main(args=arguments, standalone_mode=False, obj=beam_flags)
    return int(result) if isinstance(result, int) else 0


def _part(parameters: Iterable[Any], rest: list[str]) -> tuple[list[str], list[str]]:
    ours = {"--help": False}
    for parameter in parameters:
        for name in (*parameter.opts, *parameter.secondary_opts):
            ours[name] = not getattr(parameter, "is_flag", False)
    if not has_foreign_flag(rest, ours):
        return rest, []
    from pipeline.stages.run import beam_options

    return split_flags(rest, ours, beam_options())


if __name__ == "__main__":
    sys.exit(main())
