"""The crawler on a web of traps and a thousand plain hosts, killed five times on its way."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.crawl.inputs import CrawlInput
from schemas.records import LedgerRow
from tests.pipeline.crawl.seeds import trap_crawl
from tests.pipeline.crawl.seeds.crawls import Crawled
from tests.pipeline.crawl.seeds.trap_server import plain_host, trap_host

ROOT = Path(__file__).parents[4]
PLAIN_HOSTS = 1000
KILLS = 5


@dataclass(frozen=True)
class TrapRun:
    """A crawl that was killed on the way and then came to its end."""

    port: int
    crawled: Crawled
    log: list[tuple[float, str, str]]
    committed: list[tuple[float, set[str]]]  # at each kill: when, and the URLs that were done

    def asked(self, trap: str) -> list[str]:
        return [path for _, host, path in self.log if host == trap_host(trap)]

    def rows(self, trap: str) -> list[LedgerRow]:
        start = f"http://{trap_host(trap)}:{self.port}/"
        return [row for row in self.crawled.rows if (row.url or "").startswith(start)]

    def left(self, trap: str) -> str:
        details = [row.detail for row in self.rows(trap) if row.outcome == "budget"]
        return details[0].removeprefix("URLs found and not fetched: ") if details else ""

    def pages(self, trap: str) -> list[str]:
        start = f"http://{trap_host(trap)}:{self.port}"
        bodies = [
            url
            for kind, url, _, block in self.crawled.records()
            if kind == "response" and b" 200 " in block[:20]
        ]
        return [url.removeprefix(start) for url in bodies if url.startswith(f"{start}/")]


def start(work: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", trap_crawl.__name__, work, port, PLAIN_HOSTS]
    return subprocess.Popen(list(map(str, command)), cwd=ROOT)


def done_urls(work: Path) -> set[str]:
    with sqlite3.connect(work / "crawl/000/frontier.sqlite") as database:
        rows = database.execute("SELECT url FROM urls WHERE state = 1").fetchall()
    database.close()
    return {row[0] for row in rows}


def kill_on_the_way(work: Path, port: int, pause_s: float) -> tuple[float, set[str]]:
    before = sum(path.stat().st_size for path in work.rglob("*.warc.gz*"))
    with start(work, port) as process:
        while sum(path.stat().st_size for path in work.rglob("*.warc.gz*")) <= before:
            assert process.poll() is None, "the crawl ended before it could be killed"
            time.sleep(0.02)
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed_at = time.monotonic()
    return killed_at, done_urls(work)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> TrapRun:
    folder = tmp_path_factory.mktemp("traps")
    work, log = folder / "work", folder / "log.jsonl"
    server = [
        sys.executable,
        "-m",
        "tests.pipeline.crawl.seeds.trap_server",
        str(PLAIN_HOSTS),
        str(log),
    ]
    with subprocess.Popen(
        server, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        port = int(process.stdout.readline())
        committed = [kill_on_the_way(work, port, 0.4 - 0.05 * number) for number in range(KILLS)]
        with start(work, port) as last:
            assert last.wait(timeout=60) == 0
        items = trap_crawl.main(str(work), port, PLAIN_HOSTS)  # finished: only reads back
        process.stdin.close()
        process.wait()
    inputs = [item for item in items if isinstance(item, CrawlInput)]
    rows = [item for item in items if isinstance(item, LedgerRow)]
    entries = [tuple(json.loads(line)) for line in log.read_text().splitlines()]
    return TrapRun(port, Crawled(work, inputs, rows), entries, committed)


def test_nothing_that_was_committed_is_fetched_again(trapped: TrapRun) -> None:
    sizes = [len(done) for _, done in trapped.committed]
    assert sizes == sorted(sizes)
    assert 0 < sizes[0] < sizes[-1]
    for killed_at, done in trapped.committed:
        later = {
            f"http://{host}:{trapped.port}{path}"
            for at, host, path in trapped.log
            if at > killed_at
        }
        assert not later & done


def test_archives_hold_each_page_once_and_stand_the_check(trapped: TrapRun) -> None:
    assert len(trapped.crawled.inputs) > 3  # they rolled over
    assert list(trapped.crawled.work.rglob("*.open")) == []
    urls = Counter(trapped.crawled.urls())
    assert [url for url, times in urls.items() if times > 1] == []
    ids = Counter(headers["WARC-Record-ID"] for _, _, headers, _ in trapped.crawled.records())
    assert [record for record, times in ids.items() if times > 1] == []
    files = [item.path for item in trapped.crawled.inputs]
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_a_thousand_hosts_are_all_crawled_to_the_end(trapped: TrapRun) -> None:
    urls = set(trapped.crawled.urls())
    for number in range(PLAIN_HOSTS):
        start = f"http://{plain_host(number)}:{trapped.port}"
        assert {f"{start}/", f"{start}/a", f"{start}/b"} <= urls


def test_a_calendar_ends_with_the_budget(trapped: TrapRun) -> None:
    assert len(trapped.pages("calendar")) == trap_crawl.MAX_PAGES
    assert trapped.left("calendar").startswith("pages ")


def test_redirect_loops_end_in_one_row_each(trapped: TrapRun) -> None:
    assert sorted((r.outcome, r.detail) for r in trapped.rows("loops")) == [
        ("redirects", "leads back to itself"),
        ("redirects", "leads back to itself"),
        ("redirects", "more than 5"),
    ]
    assert trapped.pages("loops") == ["/", "/good"]


def test_session_ids_make_no_new_pages(trapped: TrapRun) -> None:
    bare = Counter(url.partition("?")[0].partition(";")[0] for url in trapped.pages("sessions"))
    assert bare == dict.fromkeys(["/", *(f"/{k}/{n}" for k in "pq" for n in range(5))], 1)


@pytest.mark.parametrize("trap", ["slow", "storm"])
def test_a_host_that_always_fails_is_given_up(trapped: TrapRun, trap: str) -> None:
    outcomes = Counter(row.outcome for row in trapped.rows(trap))
    outcome = "deadline" if trap == "slow" else "http_503"
    assert outcomes == {outcome: 5, "budget": 1}
    left = {"slow": 15, "storm": 45}[trap]
    assert trapped.left(trap) == f"host_fails {left}"


def test_a_host_that_asks_for_patience_gives_its_pages_in_the_end(trapped: TrapRun) -> None:
    assert trapped.pages("busy") == ["/", "/1", "/2"]
    assert trapped.rows("busy") == []


def test_the_same_content_again_and_again_stops_its_kind_of_url(trapped: TrapRun) -> None:
    assert trapped.left("copies").startswith("pages ")
    assert "repeats" in trapped.left("copies")
    assert len(trapped.pages("copies")) == 2
    shops = {path for path in trapped.asked("copies") if path.startswith("/shop/")}
    assert len(shops) < 50  # 1 that is stored, 20 that repeat it, and what was on its way


@pytest.mark.parametrize("trap", ["deeper", "longer"])
def test_urls_that_grow_are_left_out_as_traps(trapped: TrapRun, trap: str) -> None:
    assert "trap" in trapped.left(trap)
    assert len(set(trapped.asked(trap))) < 25
