"""Starts what serves the photos: nginx if it is there, else our own server; never counted as CPU.

nginx (Debian package `nginx`) needs less of the cores that it shares with both sides.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, create_server
from urllib.request import urlopen

from benchmarks.inputs import make_photo

# Both servers tell photos apart by the last two digits of their number.
DISTINCT = 100
QUALITY = 95  # with this grain 110 kB, of which img2dataset's README speaks
GRAIN = 8.0

_NGINX = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  types {{ image/jpeg jpg; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location ~ ([0-9][0-9])\\.jpg$ {{ alias {photos}/$1.jpg; }}
  }}
}}
"""


@dataclass(frozen=True)
class PhotoServer:
    """A running server.

    Attributes:
        name: Of the program.
        port: Of the photos.
        silent_port: Accepts and never answers; 0 if there is none.
    """

    name: str
    port: int
    silent_port: int = 0

    def last_photo_at(self) -> float:
        """Returns when the last photo was sent, in seconds since the epoch."""
        with urlopen(f"http://127.0.0.1:{self.port}/last", timeout=10) as answer:
            return float(answer.read())


def make_photos(folder: Path) -> Path:
    """Returns a folder of `DISTINCT` photos, made once."""
    photos = folder / "web-photos"
    if not photos.exists():
        photos.mkdir(parents=True)
        for number in range(DISTINCT):
            photo = make_photo(number, quality=QUALITY, grain=GRAIN)
            (photos / f"{number:02d}.jpg").write_bytes(photo)
    return photos


@contextmanager
def serve_by_nginx(folder: Path) -> Iterator[PhotoServer]:
    """Serves by nginx, or by our own server if there is none on the PATH."""
    program = shutil.which("nginx")
    if not program:
        with serve_by_ours(folder) as server:
            yield server
        return
    photos, home = make_photos(folder), folder / "nginx"
    home.mkdir(exist_ok=True)
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = home / "nginx.conf"
    # As root it would change to a user who may not read a temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(_NGINX.format(user=user, folder=home, port=port, photos=photos))
    process = subprocess.Popen([program, "-p", str(home), "-c", str(config)])
    try:
        _wait_for(port)
        yield PhotoServer("nginx", port)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def serve_by_ours(folder: Path, delay_ms: float = 0.0) -> Iterator[PhotoServer]:
    """Serves by `benchmarks.image_server`, which also has a silent port, and delays answers."""
    server = (sys.executable, "-m", "benchmarks.image_server")
    process = subprocess.Popen(
        [*server, str(make_photos(folder)), str(delay_ms)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        port, silent_port = map(int, process.stdout.readline().split())
        yield PhotoServer("benchmarks.image_server", port, silent_port)
    finally:
        process.stdin.close()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
