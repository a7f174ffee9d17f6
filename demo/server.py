"""The demo's web server: real HTTP on 127.0.0.1 in a process of its own.

`python -m demo.server FOLDER --port N --log FILE` says its port in the first line and ends when
its standard input closes, so that it never outlives whoever started it.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from demo.plan import Plan
from demo.routes import AUTHORITY, ORIGIN, Manner, Route, read_routes
from schemas.errors import RunError, UserError

HOST = "127.0.0.1"
DRIP_INTERVAL_S = 0.25
MAX_DRIP_S = 60.0
NOT_FOUND = Route(status=404)
PORT_TAKEN = "taken"
_GARBAGE = b"this is no status line\r\n\r\n"


class SiteServer:
    """Serves what `make_site` made while the `with` block lasts.

    Attributes:
        port: The port asked for, or what the system chose for 0.

    Raises:
        UserError: The port is taken.
    """

    def __init__(self, plan: Plan, port: int = 0) -> None:
        self._folder = plan.folder
        self._log = str(Path(plan.folder, "access.jsonl"))
        self.port = port

    @property
    def url(self) -> str:
        """The front page, where a crawl begins."""
        return f"http://{HOST}:{self.port}/"

    @property
    def allow_address(self) -> tuple[str, ...]:
        """What the recipe's `allow_address` must hold."""
        return (f"{HOST}:{self.port}",)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "demo.server", self._folder]
        options = ["--port", str(self.port), "--log", self._log]
        self._process = subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if not said.isdigit():
            self._stop()
            if said == PORT_TAKEN:
                raise UserError(f"port {self.port} of {HOST} is taken; give another, or 0 for any")
            raise RunError("the demo's web server did not start")
        self.port = int(said)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def read_log(self) -> list[dict[str, Any]]:
        """Returns every request so far: `method`, `path`, `agent`, `time` (seconds, Unix)."""
        lines = Path(self._log).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: str, port: int, log: str) -> None:
        self.folder = Path(folder)
        self.routes = read_routes(folder)
        super().__init__((HOST, port), _Answer)
        self.log = Path(log).open("w", encoding="utf-8", buffering=1)  # noqa: SIM115
        self.log_lock = threading.Lock()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._note()
        route = self.server.routes.get(self.path.partition("?")[0], NOT_FOUND)
        body = self._body(route)
        try:
            self._send(route, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had enough

    def _note(self) -> None:
        row = {
            "method": self.command,
            "path": self.path,
            "agent": self.headers.get("User-Agent", ""),
            "time": time.time(),
        }
        with self.server.log_lock:
            self.server.log.write(json.dumps(row) + "\n")

    def _body(self, route: Route) -> bytes:
        if route.file is None:
            return b"" if route.status == 200 else f"{route.status}\n".encode()
        body = (self.server.folder / route.file).read_bytes()
        if route.charset is None:
            return body
        return self._place(body.decode("utf-8")).encode(route.charset)

    def _place(self, text: str) -> str:
        authority = f"{HOST}:{self.server.server_address[1]}"
        return text.replace(ORIGIN, f"http://{authority}").replace(AUTHORITY, authority)

    def _send(self, route: Route, body: bytes) -> None:
        if route.manner in (Manner.GARBAGE, Manner.HANG_UP):
            self.wfile.write(_GARBAGE if route.manner is Manner.GARBAGE else b"")
            self.close_connection = True
            return
        sent_length = len(body) + (1000 if route.manner is Manner.SHORT else 0)
        self.send_response(route.status)
        self.send_header("Content-Type", route.content_type)
        self.send_header("Content-Length", str(sent_length))
        for name, value in route.headers.items():
            self.send_header(name, self._place(value))
        self.end_headers()
        if route.manner is Manner.DRIP:
            self._drip(body)
        else:
            self.wfile.write(body)
        self.close_connection = self.close_connection or route.manner is not Manner.WHOLE

    def _drip(self, body: bytes) -> None:
        for position in range(min(len(body), int(MAX_DRIP_S / DRIP_INTERVAL_S))):
            self.wfile.write(body[position : position + 1])
            time.sleep(DRIP_INTERVAL_S)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the access log has it."""


def main(arguments: list[str] | None = None) -> None:
    """Serves until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m demo.server", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", required=True)
    given = parser.parse_args(arguments)
    try:
        server = _Server(given.folder, given.port, given.log)
    except OSError:
        sys.stdout.write(f"{PORT_TAKEN}\n")
        return
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
