"""What a person sees of a run: live counts, or plain lines off a terminal; a closing table."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.download_view import DownloadView, num_ended
from pipeline.progress import SEARCHED, Counts, read_progress
from schemas.outcomes import Stage

PLAIN_INTERVAL_S = 10.0
LIVE_INTERVAL_S = 0.5


@contextmanager
def watch(console: Console, *, quiet: bool) -> Iterator[str | None]:
    """Yields the folder that workers write their counts to, and shows them until the block ends."""
    if quiet:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="webimagetext-")
    stop = threading.Event()
    show = _show_live if console.is_terminal else _show_plain
    thread = threading.Thread(target=show, args=(console, folder, stop), daemon=True)
    thread.start()
    try:
        yield folder
    finally:
        stop.set()
        thread.join()
        _remove(folder)


def _remove(folder: str) -> None:
    """Removes a folder that workers may still be writing to: under its new name none finds it."""
    gone = f"{folder}-gone"
    os.rename(folder, gone)
    shutil.rmtree(gone)


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
    progress = Progress(*columns, console=console)
    start = progress.add_task("starting", total=None, counts="the engine")
    tasks: dict[str, TaskID] = {}
    view = DownloadView()
    with Live(progress, console=console, transient=True) as live:
        while not stop.wait(LIVE_INTERVAL_S):
            elapsed, figures = time.monotonic() - started, read_progress(folder)
            view.update(elapsed, figures)
            if figures.counts:
                progress.update(start, visible=False)
            for stage, (done, total, words) in _lines(figures.counts, elapsed).items():
                if stage not in tasks:
                    tasks[stage] = progress.add_task(stage, total=total, counts=words)
                progress.update(tasks[stage], completed=done, total=total, counts=words)
            live.update(Group(progress, view.as_table()))


def _show_plain(console: Console, folder: str, stop: threading.Event) -> None:
    started = time.monotonic()
    view = DownloadView()
    while not stop.wait(PLAIN_INTERVAL_S):
        elapsed, figures = time.monotonic() - started, read_progress(folder)
        view.update(elapsed, figures)
        lines = _lines(figures.counts, elapsed)
        words = [f"{stage} {words}" for stage, (_, _, words) in lines.items()]
        line = "; ".join([*words, *view.as_words()])
        console.print(f"{elapsed:.0f} s: {line or 'starting the engine'}", highlight=False)


def _lines(counts: Counts, elapsed_s: float) -> dict[str, tuple[int, int | None, str]]:
    """Returns done, total and words of every stage that has begun."""
    lines: dict[str, tuple[int, int | None, str]] = {}
    before = 0
    for stage in Stage:
        kept, dropped = counts.get((stage, "kept"), 0), counts.get((stage, "dropped"), 0)
        pages = counts.get((stage, "pages"), 0)
        done = max(kept + dropped, num_ended(counts, stage))
        if pages and not done:  # a crawl of seeds: candidates come when it has ended
            rate = f", {pages / elapsed_s:.0f}/s" if elapsed_s else ""
            lines[str(stage)] = (pages, None, f"{pages:,} pages fetched{rate}")
        if (searched := counts.get((stage, SEARCHED), 0)) and not done:
            rate = f", {searched / elapsed_s:.0f}/s" if elapsed_s else ""
            lines[str(stage)] = (searched, None, f"{searched:,} pictures searched{rate}")
        if done:
            # A download knows its URLs before the first is tried, whatever came before it.
            is_download = stage is Stage.DOWNLOAD
            total = before or (is_download and counts.get((stage, "in"))) or None
            of = f"{done:,} of {total:,}" if total else f"{done:,}"
            stored = counts.get((stage, "outcome ok"), 0)
            lines[str(stage)] = (done, total, f"{of} ({max(kept, stored):,} kept)")
        before = kept
    return lines
