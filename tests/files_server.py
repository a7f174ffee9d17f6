"""A file server on loopback that answers range requests, as object stores and Common Crawl do."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@contextmanager
def serve_files(files: Mapping[str, bytes], *, takes_ranges: bool = True) -> Iterator[str]:
    """Yields the address of a server that has `files` by path; `/busy` answers 503."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            data = files.get(self.path)
            if data is None:
                self._send(503 if self.path.startswith("/busy") else 404, b"", {}, with_body)
                return
            asked = _RANGE.match(self.headers.get("Range") or "") if takes_ranges else None
            if not asked:
                more = {"Accept-Ranges": "bytes"} if takes_ranges else {}
                self._send(200, data, more, with_body)
                return
            first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
            place = {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
            self._send(206, data[first : last + 1], place, with_body)

        def _send(self, status: int, data: bytes, more: dict[str, str], with_body: bool) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
