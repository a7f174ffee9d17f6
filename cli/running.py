"""Runs a graph as a command: claim, watch, closing table, summary."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console

from cli.pool_report import pool_tables, report_pool
from cli.watch import closing_table, watch
from pipeline.shards.accounting import Stages
from pipeline.shards.claim import claim_output
from pipeline.shards.storage import is_remote, join, read_bytes, write_bytes
from pipeline.shards.versions import versions
from schemas.errors import UserError

SUMMARY = "summary.json"
STAGES = "_work/stages.json"

# Beam hands the graph a root; progress is the folder for live counts, or None.
Construct = Callable[[Any, str | None], None]


def make_output(out: str) -> str:
    """Returns `out` made absolute, as a folder that exists.

    Raises:
        UserError: It is a file, or cannot be made.
    """
    import os

    if is_remote(out):
        return out.rstrip("/")
    path = os.path.abspath(out)
    try:
        os.makedirs(path, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UserError(f"--out {out}: a file, where a folder is due") from None
    except PermissionError:
        raise UserError(f"--out {out}: no permission to write there") from None
    return path


def run_graph(
    construct: Construct,
    beam_flags: Sequence[str],
    *,
    console: Console,
    quiet: bool,
    cores_per_worker: int = 1,
) -> float:
    """Runs the graph under the eyes of the user and returns the seconds it took."""
    from pipeline.stages.loaded import loaded_for_good

    with loaded_for_good():
        from pipeline.stages.run import run_pipeline
        from pipeline.web.shared_turns import leave_turns

    started = time.monotonic()
    try:
        with watch(console, quiet=quiet) as progress:
            run_pipeline(lambda root: construct(root, progress), beam_flags, cores_per_worker)
    finally:
        leave_turns()  # a worker that was killed left its file
    return time.monotonic() - started


def run_step(
    command: str,
    construct: Construct,
    *,
    out: str,
    run: Mapping[str, Any],
    beam_flags: Sequence[str],
    quiet: bool,
    summary: Mapping[str, Any] | None = None,
    is_pool: bool = False,
    cores_per_worker: int = 1,
) -> None:
    """Runs one command's graph into `out`.

    Args:
        command: Its name, for the summary.
        construct: Adds the graph to a Beam root.
        out: Output folder, from `make_output`.
        run: What decides the output; another run in the same folder is refused.
        beam_flags: For the engine.
        quiet: Print nothing.
        summary: More for `summary.json`.
        is_pool: Whether `out` is a pool, with a report of its own.
        cores_per_worker: See `pipeline.stages.run.choose_engine`.
    """
    from pipeline.stages.count_languages import read_languages

    claim_output(out, {"command": command, **run})
    console = Console(stderr=True)
    seconds = run_graph(
        construct, beam_flags, console=console, quiet=quiet, cores_per_worker=cores_per_worker
    )
    stages = json.loads(read_bytes(join(out, STAGES)))
    report = report_pool(out) if is_pool else {}
    more = {**read_languages(out), **(summary or {}), **report}
    write_summary(out, command, seconds, stages=stages, **more)
    if not quiet:
        Console().print(closing_table(stages), *(pool_tables(report) if report else ()))
        console.print(
            f"{command}: {seconds:.1f} s, written to {out}", highlight=False, soft_wrap=True
        )


def write_summary(out: str, command: str, seconds: float, **more: Any) -> None:
    """Writes `summary.json`."""
    content = {"command": command, "seconds": round(seconds, 3), "versions": versions(), **more}
    write_bytes(join(out, SUMMARY), (json.dumps(content, indent=1) + "\n").encode())


def refuse_if_nothing(stages: Stages, out: str) -> None:
    """Raises `UserError` if no candidate came of inputs that the ledger says are broken."""
    crawl = stages.get("crawl")
    if crawl and not crawl["kept"] and crawl["failed"]:
        reasons = ", ".join(crawl["failed"])
        raise UserError(f"no image with an alt text in the inputs ({reasons}): see {out}/ledger")
