"""Pages per second of the seed crawler on a loopback web of 200 hosts, and its manners there.

Both sides share the machine with the server. What each host saw is checked in the server's log:
never more connections than allowed, never two requests closer than the interval.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import quantiles

from benchmarks.crawl_seeds import CONNECTIONS, INTERVAL_S
from benchmarks.harness import Comparison, Side, compare
from benchmarks.site_server import CRAWL_DELAY_S, asks_for_delay, host_name

HOSTS = 200
# A host counts what arrives: a request that was sent in time may be late by the loop's own delay,
# and the next one then seems early. So much of the interval must always be there.
MIN_SHARE = 0.5


def run(folder: Path, images: int = 20_000, rounds: int = 3) -> Comparison:
    """Measures; `images` is the number of pages, as `--images` makes every benchmark smaller."""
    log, work = folder / "crawl.log", folder / "crawled"
    pages = max(1, images // HOSTS)
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.site_server", str(HOSTS), str(pages), str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    port = server.stdout.readline().strip()
    try:
        two, one = (_side(work, port, crawlers) for crawlers in (2, 1))
        comparison = compare(
            "crawl_site", two, one, count=pages * HOSTS, unit="pages", rounds=rounds
        )
    finally:
        server.stdin.close()
        server.wait()
    print(check_manners(log, pages * rounds * 2))
    return comparison


def _side(work: Path, port: str, crawlers: int) -> Side:
    module = "benchmarks.crawl_seeds"
    return Side(
        name=f"{crawlers} crawler{'s' if crawlers > 1 else ''}",
        command=[sys.executable, "-m", module, str(work), port, str(HOSTS), str(crawlers)],
        prepare=lambda: shutil.rmtree(work, ignore_errors=True),
    )


def check_manners(log: Path, pages_per_host: int) -> str:
    """Returns what the hosts saw, in words; raises AssertionError where manners were lacking."""
    times: dict[str, list[float]] = defaultdict(list)
    most = 0
    for line in log.read_text().splitlines():
        moment, host, path, connections = json.loads(line)
        most = max(most, connections)
        if path.startswith("/page/"):
            times[host].append(moment)
    assert most <= CONNECTIONS, f"{most} connections at once"
    said = [f"server's log: at most {most} connections to a host at once"]
    for is_delayed in (False, True):
        hosts = [host_name(n) for n in range(HOSTS) if asks_for_delay(n) == is_delayed]
        counts = {len(times[host]) for host in hosts}
        assert counts == {pages_per_host}, f"pages asked for per host: {counts}"
        due_s = CRAWL_DELAY_S if is_delayed else INTERVAL_S
        gaps = [
            after - before
            for host in hosts
            for before, after in zip(times[host], times[host][1:], strict=False)
        ]
        first = quantiles(gaps, n=100)[0]
        assert min(gaps) >= due_s * MIN_SHARE, f"{min(gaps):.3f} s apart, {due_s} s are due"
        words = f"{len(hosts)} hosts with {due_s} s due: gaps of {min(gaps):.3f} s at least"
        said.append(f"{words}, 99 % of them over {first:.3f} s")
    return "\n".join(said)
