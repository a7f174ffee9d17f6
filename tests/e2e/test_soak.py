"""The soak of `benchmarks.soak`, small: all kinds of misbehaviour, real processes, nothing left."""

import asyncio
import gc
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.inputs import write_candidates
from benchmarks.process_tree import processes_with
from benchmarks.soak import HOST_CONNECTIONS, Soaked, serve, soak
from benchmarks.soak_cases import DEAD, PLAIN, ROUGH, expected, kind_of, make_url
from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.recipe.web import Web
from pipeline.web.options import WebOptions
from tests.e2e.runs import ROOT, command
from tests.samples import make_candidate

SIZE = 3000
# A second is long for loopback, and short for a machine that runs other tests as well.
DEADLINE_S = 2.5
MAX_LATE_RATIO = 0.05
SLOW = {"silent"}  # whose robots.txt is waited for ten seconds; the long soak has it


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> Soaked:
    return soak(
        tmp_path_factory.mktemp("soak"),
        SIZE,
        per_shard=SIZE // 2,
        deadline_s=DEADLINE_S,
        max_late_ratio=MAX_LATE_RATIO,
        without=SLOW,
    )


def test_every_url_ends_as_it_must_and_nothing_is_left(soaked: Soaked) -> None:
    """In = out, by URL; no process, no temporary file; the server's log of limits and robots."""
    assert soaked.problems == []
    assert soaked.outcomes.total() > SIZE * 0.99


def test_every_kind_of_outcome_is_among_them(soaked: Soaked) -> None:
    kinds = [*PLAIN.values(), *ROUGH.values(), *DEAD.values()]
    wanted = {sorted(outcomes - {"host_left"})[0] for _, outcomes in kinds}
    certain = {outcome for outcome in wanted if outcome not in {"deadline", "protocol"}}
    assert certain <= set(soaked.outcomes)


def test_a_case_is_a_function_of_seed_and_number() -> None:
    urls = [make_url(7, number, 80) for number in range(500)]
    assert urls == [make_url(7, number, 80) for number in range(500)]
    assert urls != [make_url(8, number, 80) for number in range(500)]
    assert all(expected(url) for url in urls)


def test_an_interrupted_download_leaves_neither_processes_nor_temporary_files(
    tmp_path: Path,
) -> None:
    """Ctrl-C reaches every process of a terminal's job at once."""
    temporary, mark = tmp_path / "temporary", f"SOAK={tmp_path}"
    temporary.mkdir()
    with serve(4) as server:
        urls = [f"http://127.1.0.{n % 9 + 1}:{server.port}/jpeg/{n}" for n in range(20_000)]
        write_candidates(tmp_path / "candidates.parquet", urls)
        flags = ("--allow-address", "127.0.0.0/8", "--quiet")
        words = command("download", tmp_path / "candidates.parquet", "--out", tmp_path / "pool")
        environment = os.environ | {"TMPDIR": str(temporary), "SOAK": str(tmp_path)}
        job = subprocess.Popen([*words, *flags], env=environment, start_new_session=True, cwd=ROOT)
        _wait(lambda: any(temporary.rglob("webimagetext-turns-*/*")))
        os.killpg(job.pid, signal.SIGINT)
        assert job.wait(60) == 130
        _wait(lambda: not processes_with(mark))
    assert list(temporary.iterdir()) == []


def _wait(is_so: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_shard_leaves_no_file_no_task_and_no_thread(tmp_path: Path) -> None:
    """The same process downloads one shard after another, as a worker does."""
    left = []
    with serve(3) as server:
        web = WebOptions(
            **Web(allow_address=("127.0.0.0/8",), host_connections=HOST_CONNECTIONS).model_dump()
        )
        options = DownloadOptions(deadline_s=0.5, max_bytes=2**20, retries=0)
        for shard in range(3):
            numbers = range(shard * 150, shard * 150 + 150)
            made = [make_url(3, number, server.port) for number in numbers]
            urls = [url for url in made if kind_of(url) not in SLOW]
            candidates = [make_candidate(n, url=url) for n, url in enumerate(urls)]
            candidates.sort(key=lambda candidate: candidate.uid)
            download_shard(shard, candidates, folder=str(tmp_path), options=options, web=web)
            left.append(_held())
    assert left[1] == left[2]


def _held() -> tuple[int, int, int]:
    """Returns open files, tasks that live, threads."""
    gc.collect()
    tasks = sum(isinstance(item, asyncio.Task) for item in gc.get_objects())
    return len(os.listdir("/proc/self/fd")), tasks, threading.active_count()
