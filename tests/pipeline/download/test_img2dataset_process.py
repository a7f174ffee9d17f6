import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.download.img2dataset_engine import MODULE
from pipeline.download.img2dataset_process import guard_hook
from pipeline.web.address import AddressGuard
from tests.servers import Answer, serve

HOOK = guard_hook(AddressGuard(allow=("127.0.0.1:80",)))
PROBE = """
import urllib.request
def download(**arguments):
    for url in arguments["urls"]:
        try:
            print(urllib.request.urlopen(url, timeout=5).read().decode())
        except Exception as error:
            print(error)
"""


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "127.0.0.2", "::1"])
def test_a_connect_inward_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as connecting, pytest.raises(OSError, match="refuses: address"):
        HOOK("socket.connect", (connecting, (address, 80)))


def test_a_connect_that_is_allowed_or_goes_nowhere_passes() -> None:
    with socket.socket() as connecting, socket.socket(socket.AF_UNIX) as local:
        HOOK("socket.connect", (connecting, ("127.0.0.1", 80)))
        HOOK("socket.connect", (connecting, ("93.184.216.34", 443)))
        HOOK("socket.connect", (local, "/run/some.socket"))


@pytest.mark.parametrize("url", ["file:///etc/hostname", "FTP://e.org/", "data:,x", "nothing"])
def test_only_http_is_opened(url: str) -> None:
    with pytest.raises(OSError, match="refuses: scheme"):
        HOOK("urllib.Request", (url, None, {}, "GET"))
    HOOK("urllib.Request", ("HTTPS://e.org/", None, {}, "GET"))
    HOOK("import", ("anything",))


def start(folder: Path, package: str, arguments: str, allow: str = "[]") -> subprocess.Popen[str]:
    """Starts the module with a package of that name in img2dataset's place."""
    (folder / "img2dataset.py").write_text(package)
    job = folder / "job.json"
    job.write_text(f'{{"arguments": {arguments}, "allow_address": {allow}}}')
    paths = os.pathsep.join([str(folder), os.getcwd()])
    return subprocess.Popen(
        [sys.executable, "-m", MODULE, str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
        start_new_session=True,
    )


def test_every_hop_is_guarded_in_the_real_process(tmp_path: Path) -> None:
    inward = Answer(status=302, headers={"Location": "http://127.0.0.2:9/"})
    with serve({"/good": Answer(b"body"), "/inward": inward}) as site:
        urls = [f"{site.origin}/good", f"{site.origin}/inward", "file:///etc/hostname"]
        listed = ", ".join(f'"{url}"' for url in urls)
        process = start(tmp_path, PROBE, f'{{"urls": [{listed}]}}', f'["{site.address}"]')
        assert process.stdout
        said = process.stdout.read().splitlines()  # `communicate` would close its stdin
        process.communicate(timeout=30)
    assert said[0] == "body"
    assert "refuses: address: loopback address" in said[1]
    assert "refuses: scheme" in said[2]


SLEEPER = """
import subprocess, sys
def download(**arguments):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(child.pid, flush=True)
    child.wait()
"""


def test_it_ends_with_its_parent_and_takes_its_workers_along(tmp_path: Path) -> None:
    process = start(tmp_path, SLEEPER, "{}")
    assert process.stdin
    assert process.stdout
    worker = int(process.stdout.readline())
    process.stdin.close()  # as the system does when we are killed
    assert process.wait(timeout=30) == -9
    process.stdout.close()
    deadline = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
