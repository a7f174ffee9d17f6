import io
import re
import time
from pathlib import Path

import pytest
from rich.console import Console

from cli.watch import _lines, closing_table, contamination_table, watch
from pipeline.progress import ProgressWriter

STAGES = {
    "crawl": {
        "in": 1200,
        "kept": 1000,
        "rejected": {"no_alt": 150, "url": 49},
        "failed": {"row": 1},
    }
}


def render(thing: object) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(thing)
    return console.export_text()


def test_the_closing_table_names_every_reason() -> None:
    text = render(closing_table(STAGES))
    for words in ("1,200", "1,000", "no_alt 150", "url 49", "row 1"):
        assert words in text


def test_the_overlap_table_shows_rate_and_interval() -> None:
    found = {
        "images": 100,
        "overlap": 3,
        "overlap_rate": 0.03,
        "ci95": [0.006, 0.085],
        "methods": {"sha256": 1, "phash": 2},
    }
    text = render(contamination_table({"benchmarks": {"digits": found}}))
    assert re.search(r"digits.*100.*3.*3\.00%.*0\.60% to 8\.50%.*sha256 1, phash 2", text)


def test_a_stage_is_measured_against_what_the_one_before_kept() -> None:
    counts = {("crawl", "kept"): 10, ("select", "kept"): 4, ("select", "dropped"): 2}
    assert _lines(counts, 1.0)["select"] == (6, 10, "6 of 10 (4 kept)")


def test_a_crawl_shows_its_pages_until_candidates_come() -> None:
    assert _lines({("crawl", "pages"): 600}, 2.0) == {
        "crawl": (600, None, "600 pages fetched, 300/s")
    }
    later = {("crawl", "pages"): 600, ("crawl", "kept"): 7}
    assert _lines(later, 2.0)["crawl"] == (7, None, "7 (7 kept)")


def test_a_search_for_benchmarks_shows_its_pictures_until_pairs_are_settled() -> None:
    searched = {("decontaminate", "searched"): 4096}
    assert _lines(searched, 2.0)["decontaminate"] == (
        4096,
        None,
        "4,096 pictures searched, 2048/s",
    )
    later = searched | {("decontaminate", "kept"): 7}
    assert _lines(later, 2.0)["decontaminate"] == (7, None, "7 (7 kept)")


def test_a_download_alone_is_measured_against_its_own_urls() -> None:
    counts = {("download", "in"): 500, ("download", "tried"): 20, ("download", "outcome ok"): 30}
    assert _lines(counts, 2.0)["download"] == (30, 500, "30 of 500 (30 kept)")


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_run_is_seen_on_a_terminal_and_without_one(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    monkeypatch.setattr("cli.watch.PLAIN_INTERVAL_S", 0.05)
    monkeypatch.setattr("cli.watch.LIVE_INTERVAL_S", 0.05)
    screen = io.StringIO()
    console = Console(file=screen, width=120, force_terminal=is_terminal)
    with watch(console, quiet=False) as folder:
        assert folder
        writer = ProgressWriter(folder)
        writer.add("crawl", "kept", 7)
        writer.flush()
        time.sleep(0.5)
    assert "7 (7 kept)" in screen.getvalue()
    assert not Path(folder).exists()


def test_quiet_watches_nothing() -> None:
    with watch(Console(), quiet=True) as folder:
        assert folder is None
