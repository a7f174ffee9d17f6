import asyncio
import itertools
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.web.shared_turns import MAX_REST_S, SharedTurns, shared_turns

WORKERS = 8
URLS_EACH = 6
CONNECTIONS = 2
INTERVAL_S = 0.03

FETCH = """
import asyncio, sys
from pipeline.web.client import WebClient
from pipeline.web.options import WebOptions

origin, address, turns, name, count, interval = sys.argv[1:]
options = WebOptions(
    user_agent="test", product_token="test", robots=False, site_files=False,
    allow_address=(address,), host_connections=2, host_interval_s=float(interval), turns=turns,
)

async def main():
    async with WebClient(options) as client:
        fetches = [
            client.fetch(f"{origin}/{name}/{n}", deadline_s=30, max_bytes=100, accept="*/*")
            for n in range(int(count))
        ]
        await asyncio.gather(*fetches)

asyncio.run(main())
"""

HOLD = """
import asyncio, sys
from pipeline.web.shared_turns import shared_turns

async def main():
    async with shared_turns(sys.argv[1]).turn("e.org", 1):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


class Log:
    """What a server sees: when requests come, and how many it serves at once."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        with self._lock:
            self.times.append(time.monotonic())
            self._now += 1
            self.most = max(self.most, self._now)

    def end(self) -> None:
        with self._lock:
            self._now -= 1


@pytest.mark.parametrize("interval_s", [0.0, INTERVAL_S])
def test_58_eight_workers_together_keep_to_what_one_host_allows(
    tmp_path: Path, interval_s: float
) -> None:
    """By the server's own log."""
    log = Log()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log.begin()
            time.sleep(0.02)
            log.end()
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_port}"
    arguments = (f"http://{address}", address, str(tmp_path / "turns"))
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", FETCH, *arguments, str(n), str(URLS_EACH), str(interval_s)]
        )
        for n in range(WORKERS)
    ]
    assert [worker.wait(60) for worker in workers] == [0] * WORKERS
    server.shutdown()
    server.server_close()

    assert len(log.times) == WORKERS * URLS_EACH
    assert log.most <= CONNECTIONS
    gaps = sorted(b - a for a, b in itertools.pairwise(sorted(log.times)))
    # A server's thread may wake late, and the next gap then seems short: most must hold.
    assert gaps[len(gaps) // 10] >= interval_s * 0.8


def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    path = str(tmp_path / "turns")
    turns = SharedTurns(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"

        async def take(limit_s: float) -> None:
            async with asyncio.timeout(limit_s), turns.turn("e.org", 1):
                pass

        with pytest.raises(TimeoutError):
            asyncio.run(take(0.2))
        other.send_signal(signal.SIGKILL)
        other.wait()
        asyncio.run(take(5))


def test_threads_of_one_process_do_not_share_a_lock(tmp_path: Path) -> None:
    turns = shared_turns(str(tmp_path / "turns"))

    async def two() -> None:
        async with turns.turn("e.org", 2), turns.turn("e.org", 2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1), turns.turn("e.org", 2):
                    pass
            async with turns.turn("other.org", 2):
                pass

    asyncio.run(two())


def test_a_rest_is_seen_by_all_and_an_old_one_is_forgotten(tmp_path: Path) -> None:
    path = str(tmp_path / "turns")
    one, other = SharedTurns(path), SharedTurns(path)
    until = time.monotonic() + 5
    one.rest("e.org", until)
    one.rest("e.org", until - 3)
    assert other.next_start("e.org") == until
    one.rest("old.org", time.monotonic() + MAX_REST_S + 100)
    assert other.next_start("old.org") == 0.0
