import http.client
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from demo.server import SiteServer
from schemas.errors import UserError


def _get(server: SiteServer, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers={"User-Agent": "test"})
    return connection.getresponse()


def test_page_names_the_port_it_is_served_on(server):
    pages = [_get(server, f"/en/page-{n:02d}.html").read().decode() for n in range(1, 6)]
    assert any(f"http://127.0.0.1:{server.port}/img/" in page for page in pages)
    assert any(f'"//127.0.0.1:{server.port}/img/' in page for page in pages)
    assert "{origin}" not in "".join(pages)


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/en/broken.html", 500)])
def test_errors_have_their_status(server, path, status):
    assert _get(server, path).status == status


def test_charsets_are_as_declared(server):
    french, polish, japanese = (_get(server, f"/{n}/page-01.html") for n in ("fr", "pl", "ja"))
    assert "charset" not in french.headers["Content-Type"]
    assert "é" in french.read().decode("iso-8859-1")
    assert polish.read().startswith((b"\xff\xfe", b"\xfe\xff"))
    assert japanese.headers["Content-Type"] == "text/html; charset=shift_jis"
    assert "写真" in japanese.read().decode("shift_jis")


def test_short_body_ends_early(server):
    with pytest.raises(http.client.IncompleteRead):
        _get(server, "/img/cut/0.jpg").read()


def test_hang_up_says_nothing_and_garbage_no_status(server):
    with pytest.raises(http.client.RemoteDisconnected):
        _get(server, "/img/hang-up.jpg")
    with pytest.raises(http.client.BadStatusLine):
        _get(server, "/img/garbage.jpg")


def test_drip_sends_its_head_and_then_a_byte_at_a_time(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as wire:
        wire.sendall(b"GET /img/slow/0.jpg HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b"\r\n\r\n" not in received or received.endswith(b"\r\n\r\n"):
            received += wire.recv(65536)
        assert len(received.partition(b"\r\n\r\n")[2]) == 1


@pytest.mark.parametrize(
    ("path", "target"),
    [("/go/round", "/go/round"), ("/go/inside", "http://169.254.169.254/latest/meta.jpg")],
)
def test_redirects_point_where_they_should(server, path, target):
    answer = _get(server, path)
    assert (answer.status, answer.headers["Location"]) == (302, target)


def test_log_tells_method_path_and_agent(server):
    _get(server, "/nothing-2?x=1").read()
    row = server.read_log()[-1]
    assert (row["method"], row["path"], row["agent"]) == ("GET", "/nothing-2?x=1", "test")


def test_port_can_be_chosen_and_a_taken_one_is_the_users_mistake(plan, server):
    with pytest.raises(UserError, match=f"port {server.port}"), SiteServer(plan, server.port):
        pass


def test_server_is_gone_after_the_block(plan, server, tmp_path):
    log = ["--log", str(tmp_path / "log")]
    command = [sys.executable, "-m", "demo.server", plan.folder, *log]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).status == 200
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    process.stdout.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)


def test_server_ends_when_its_parent_is_killed(plan, tmp_path):
    script = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-m', 'demo.server', {plan.folder!r}, '--log', "
        f"{str(tmp_path / 'log')!r}], stdin=subprocess.PIPE, stdout=sys.stdout)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait(timeout=10)
    assert parent.stdout.read() == ""  # ends only when the server's copy of the pipe is closed
    parent.stdout.close()
