"""A hub on loopback that serves files as huggingface.co does, and remembers who asked for what."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(kw_only=True)
class FakeHub:
    url: str
    asked: list[str] = field(default_factory=list)

    @property
    def fetched(self) -> list[str]:
        return [
            line.removeprefix("GET ")
            for line in self.asked
            if line.startswith("GET ") and "/resolve/" in line
        ]


@contextmanager
def serve_hub(files: Mapping[str, bytes]) -> Iterator[FakeHub]:
    """Serves `{ORG/NAME/FILE: body}`; a repository without a file says so as the hub does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append(f"{self.command} {self.path}")
            name = self.path.strip("/").replace("/resolve/main/", "/")
            body = files.get(name)
            self.send_response(404 if body is None and name else 200)
            repository = name.rpartition("/")[0]
            if body is None:
                known = any(other.startswith(f"{repository}/") for other in files)
                self.send_header("X-Error-Code", "EntryNotFound" if known else "RepoNotFound")
                body = b""
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub = FakeHub(url=f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def point_to(monkeypatch: pytest.MonkeyPatch, url: str, cache: Path) -> None:
    """Makes the hub's client in this process ask `url` and keep files in `cache`."""
    constants = "huggingface_hub.constants."
    monkeypatch.setattr(f"{constants}ENDPOINT", url)
    template = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(f"{constants}HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(f"{constants}HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(f"{constants}HF_HUB_OFFLINE", False)
