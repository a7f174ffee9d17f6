"""The demo's site through the whole graph: found = planted, same bytes, killed and resumed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.compare import compare_with_plan
from demo.run import RECIPE
from pipeline.shards.table import read_rows
from tests.e2e.conftest import DemoSite
from tests.e2e.runs import ROOT, command, manifest_of, run, shard_hashes


def test_every_planted_thing_is_found_and_nothing_else(site: DemoSite, built: Path) -> None:
    report = json.loads((built / "contamination/report.json").read_text())
    lines = list(compare_with_plan(site.plan, manifest_of(built), report))
    assert [line for line in lines if line.planted != line.found] == []
    assert {line.stage for line in lines} >= {"crawl", "select", "download", "filter", "dedupe"}


def test_what_robots_txt_refuses_was_never_asked_for(site: DemoSite, built: Path) -> None:
    refused = {
        row["url"]
        for row in read_rows(str(built / "ledger/00000.parquet"))
        if row["outcome"] == "robots"
    }
    assert refused
    asked = {f"{site.server.url[:-1]}{entry['path']}" for entry in site.server.read_log()}
    assert not refused & asked


def test_the_closing_table_tells_the_funnel(site: DemoSite, built: Path) -> None:
    finished = site.build(built)  # already built: only tells
    assert finished.returncode == 0
    assert "already built" in finished.stderr
    for words in ("near_duplicate 12", "duplicate_sha256 6", "Benchmark overlap", "180 pairs"):
        assert words in finished.stdout


def test_two_workers_give_the_bytes_of_one(site: DemoSite, built: Path, tmp_path: Path) -> None:
    finished = site.build(tmp_path / "two", "--direct_num_workers=2")
    assert finished.returncode == 0, finished.stderr
    assert shard_hashes(tmp_path / "two") == shard_hashes(built)
    ledgers = [
        (folder / "ledger/00000.parquet").read_bytes() for folder in (built, tmp_path / "two")
    ]
    assert ledgers[0] == ledgers[1]


def children_of(pid: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False
    )
    own = [int(line) for line in listing.stdout.split()]
    return own + [grandchild for child in own for grandchild in children_of(child)]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return b"Z" not in Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[-1][:3]


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_was_killed_ends_with_the_same_bytes(
    site: DemoSite, built: Path, tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "dataset"
    pool = out / "_work/pool"
    arguments = command("build", RECIPE, "--out", out, *site.flags, "--direct_num_workers=2")
    with subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        assert wait_until(lambda: any(pool.glob("*_stats.json")), 120)
        workers = children_of(process.pid)
        process.send_signal(how)
        code = process.wait(timeout=60)
    assert code == (130 if how is signal.SIGINT else -how)
    assert wait_until(lambda: not any(map(is_running, workers)), 30), "orphan workers"
    assert not (out / "manifest.json").exists()
    done = {path.name: path.read_bytes() for path in pool.glob("*_stats.json")}
    finished = site.build(out)
    assert finished.returncode == 0, finished.stderr
    assert shard_hashes(out) == shard_hashes(built)
    kept = {name: (pool / name).read_bytes() for name in done}
    assert kept == done, "finished pool shards were fetched again"
    assert list(out.rglob(".tmp-*")) == [], "half-written files"
    assert run("verify", out).returncode == 0


def test_another_recipe_in_the_same_folder_is_refused(site: DemoSite, built: Path) -> None:
    finished = site.build(built, "--host-connections", "2")
    assert finished.returncode == 2
    assert "recipe.web.host_connections was 8, now 2" in finished.stderr
