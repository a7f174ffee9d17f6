"""WAT records that tests write for themselves, laid out as ia-web-commons does it."""

import json
from typing import Any

from tests.pipeline.crawl.archives import record

URL = "http://e.org/dir/page.html"


def wat_json(
    links: list[dict[str, Any]],
    head: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    status: str = "200",
) -> str:
    html: dict[str, Any] = {} if head is None else {"Head": head}
    envelope = {
        "Payload-Metadata": {
            "Actual-Content-Type": "application/http; msgtype=response",
            "HTTP-Response-Metadata": {
                "Response-Message": {"Status": status, "Version": "HTTP/1.1", "Reason": "OK"},
                "Headers": headers or {},
                "HTML-Metadata": {**html, "Links": links},
            },
        },
        "WARC-Header-Metadata": {"WARC-Date": "2026-01-02T03:04:05Z", "WARC-Target-URI": URL},
    }
    return json.dumps({"Container": {}, "Envelope": envelope}, separators=(",", ":"))


def image(src: str, **texts: str) -> dict[str, str]:
    return {"path": "IMG@/src", "url": src, **texts}


def wat_record(text: str | bytes) -> bytes:
    block = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return record(URL, block, "metadata", "Content-Type: application/json")
