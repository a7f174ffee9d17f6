"""What a person sees of a run: live counts, or plain lines off a terminal; a closing table."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.progress import Counts, read_progress
from schemas.outcomes import Stage

PLAIN_INTERVAL_S = 10.0
LIVE_INTERVAL_S = 0.5


@contextmanager
def watch(console: Console, *, quiet: bool) -> Iterator[str | None]:
    """Yields the folder that workers write their counts to, and shows them until the block ends."""
    if quiet:
        yield None
        return
    with TemporaryDirectory(prefix="webimagetext-") as folder:
        stop = threading.Event()
        show = _show_live if console.is_terminal else _show_plain
        thread = threading.Thread(target=show, args=(console, folder, stop), daemon=True)
        thread.start()
        try:
            yield folder
        finally:
            stop.set()
            thread.join()


def closing_table(stages: dict[str, dict[str, Any]]) -> Table:
    """Returns the funnel: what went into each stage and what became of it."""
    table = Table(title="What happened to every candidate", title_justify="left")
    for name in ("stage", "in", "kept", "rejected", "failed"):
        table.add_column(name, justify="right" if name in ("in", "kept") else "left")
    for name, stage in stages.items():
        table.add_row(
            name,
            f"{stage['in']:,}",
            f"{stage['kept']:,}",
            _reasons(stage["rejected"]),
            _reasons(stage["failed"]),
        )
    return table


def contamination_table(report: dict[str, Any]) -> Table:
    """Returns the overlap of every benchmark with its interval."""
    table = Table(title="Benchmark overlap", title_justify="left")
    for name in ("benchmark", "images", "found", "rate", "95 % interval", "by"):
        table.add_column(name, justify="right" if name in ("images", "found", "rate") else "left")
    for name, found in report["benchmarks"].items():
        low, high = found["ci95"]
        methods = ", ".join(f"{method} {n}" for method, n in found["methods"].items() if n)
        table.add_row(
            name,
            f"{found['images']:,}",
            f"{found['overlap']:,}",
            f"{found['overlap_rate']:.2%}",
            f"{low:.2%} to {high:.2%}",
            methods or "-",
        )
    return table


def _reasons(reasons: dict[str, int]) -> str:
    return "\n".join(f"{reason} {n:,}" for reason, n in reasons.items()) or "-"


def _show_live(console: Console, folder: str, stop: threading.Event) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<14}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=console, transient=True) as progress:
        start = progress.add_task("starting", total=None, counts="the engine")
        tasks: dict[str, TaskID] = {}
        while not stop.wait(LIVE_INTERVAL_S):
            counts = read_progress(folder)
            if counts:
                progress.update(start, visible=False)
            for stage, (done, total, words) in _lines(counts, time.monotonic() - started).items():
                if stage not in tasks:
                    tasks[stage] = progress.add_task(stage, total=total, counts=words)
                progress.update(tasks[stage], completed=done, total=total, counts=words)


def _show_plain(console: Console, folder: str, stop: threading.Event) -> None:
    started = time.monotonic()
    while not stop.wait(PLAIN_INTERVAL_S):
        elapsed = time.monotonic() - started
        lines = _lines(read_progress(folder), elapsed)
        words = "; ".join(f"{stage} {words}" for stage, (_, _, words) in lines.items())
        console.print(f"{elapsed:.0f} s: {words or 'starting the engine'}", highlight=False)


def _lines(counts: Counts, elapsed_s: float) -> dict[str, tuple[int, int | None, str]]:
    """Returns done, total and words of every stage that has begun."""
    lines: dict[str, tuple[int, int | None, str]] = {}
    before = 0
    for stage in Stage:
        kept, dropped = counts.get((stage, "kept"), 0), counts.get((stage, "dropped"), 0)
        tried, pages = counts.get((stage, "tried"), 0), counts.get((stage, "pages"), 0)
        done = max(kept + dropped, tried)
        if pages and not done:  # a crawl of seeds: candidates come when it has ended
            rate = f", {pages / elapsed_s:.0f}/s" if elapsed_s else ""
            lines[str(stage)] = (pages, None, f"{pages:,} pages fetched{rate}")
        if done:
            total = before or None
            of = f"{done:,} of {before:,}" if before else f"{done:,}"
            rate = f", {tried / elapsed_s:.0f}/s" if tried and elapsed_s else ""
            lines[str(stage)] = (done, total, f"{of} ({kept:,} kept{rate})")
        before = kept
    return lines
