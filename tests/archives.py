"""WARC files that tests make, with warcio, so that our reader never reads its own writing."""

import io
from collections.abc import Mapping
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def write_archive(
    path: Path, answers: Mapping[str, tuple[str, bytes]], headers: Mapping[str, str] | None = None
) -> None:
    """Writes a response record for each URL.

    Args:
        path: Compressed, record by record, if it ends with `.gz`.
        answers: URL to content type and body.
        headers: More HTTP headers for all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=path.suffix == ".gz")
        for url, (content_type, body) in answers.items():
            fields = [("Content-Type", content_type), *(headers or {}).items()]
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": "2026-01-01T00:00:00Z"},
            )
            writer.write_record(record)
