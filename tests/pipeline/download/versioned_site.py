"""A site whose pictures have versions, asked for as RFC 9110, 13 says; two rounds over it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from pipeline.download.earlier import mark_images
from pipeline.download.earlier_pool import EarlierPool
from pipeline.download.options import DownloadOptions
from pipeline.download.rounds import Round
from pipeline.download.shard import download_shard
from pipeline.web.options import WebOptions
from schemas.records import Candidate, PoolRow
from tests.samples import make_candidate

MODIFIED = "Wed, 21 Oct 2015 07:28:00 GMT"


@dataclass(frozen=True)
class Version:
    """What a path answers now; `headers` come with a 304, too."""

    body: bytes = b""
    etag: str = ""
    modified: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    always_same: bool = False

    def is_same(self, headers: Any) -> bool:
        """Whether the conditions say that the asker has this version."""
        if self.always_same:
            return True
        if said := headers.get("If-None-Match"):
            return bool(self.etag) and said.removeprefix("W/") == self.etag.removeprefix("W/")
        return bool(self.modified) and headers.get("If-Modified-Since") == self.modified


@dataclass
class VersionedSite:
    """A running site.

    Attributes:
        log: Path and status of every answer.
        conditions: By path, the conditional headers of its last request.
    """

    pages: dict[str, Version]
    port: int = 0
    log: list[tuple[str, int]] = field(default_factory=list)
    conditions: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def statuses(self) -> dict[str, int]:
        """Returns the last status of every picture, and forgets all."""
        found = {path: status for path, status in self.log if not path.endswith(".txt")}
        self.log.clear()
        return found

    def candidates(self, paths: list[str], **changes: Any) -> list[Candidate]:
        made = [
            make_candidate(n, url=f"{self.origin}{path}", **changes) for n, path in enumerate(paths)
        ]
        return sorted(made, key=lambda candidate: candidate.uid)

    def web(self, **changes: Any) -> WebOptions:
        options = WebOptions(
            user_agent="test (+http://e.org)",
            product_token="webimagetext",
            robots=True,
            site_files=False,
            obey=("noai",),
            allow_address=(f"127.0.0.1:{self.port}",),
        )
        return replace(options, **changes)


@contextmanager
def serve_versions(pages: dict[str, Version]) -> Iterator[VersionedSite]:
    """Serves what `pages` holds at the time; any other path is a 404."""
    site = VersionedSite(pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            version = site.pages.get(self.path, Version(status=404))
            names = ("If-None-Match", "If-Modified-Since")
            site.conditions[self.path] = {n: self.headers[n] for n in names if n in self.headers}
            is_same = version.status == 200 and version.is_same(self.headers)
            status = 304 if is_same else version.status
            site.log.append((self.path, status))
            self.send_response(status)
            said = {"ETag": version.etag, "Last-Modified": version.modified}
            for name, value in {**said, **version.headers}.items():
                if value:
                    self.send_header(name, value)
            if not is_same:
                self.send_header("Content-Length", str(len(version.body)))
            self.end_headers()
            if not is_same:
                self.wfile.write(version.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.port = server.server_port
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def download_round(
    site: VersionedSite,
    paths: list[str],
    folder: Path,
    *,
    previous: Path | None = None,
    options: DownloadOptions | None = None,
    web: WebOptions | None = None,
) -> dict[str, PoolRow]:
    """Writes one round's only shard; returns its rows by path."""
    options = options or DownloadOptions(image_size=64, deadline_s=5, retries=0)
    candidates = site.candidates(paths)
    around = Round()
    if previous:
        options = replace(options, previous=str(previous))
        pool = EarlierPool(folder=str(previous), image_mark=mark_images(options))
        around = Round(pool=str(previous), earlier=pool.find(candidates))
    rows = download_shard(
        0, candidates, folder=str(folder), options=options, web=web or site.web(), around=around
    )
    return {row.candidate.url.removeprefix(site.origin): row for row in rows}
