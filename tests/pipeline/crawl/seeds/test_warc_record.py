import io
from datetime import UTC, datetime

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from pipeline.crawl.seeds.warc_record import (
    NOT_MODIFIED,
    OPT_OUT_HEADER,
    SAME_PAYLOAD,
    Original,
    date_of,
    digest_of,
    exchange,
    response_id,
    revisit,
    warcinfo,
)
from pipeline.web.client import Fetched

BODY = "<p>café</p>".encode()


def fetched(**changes: object) -> Fetched:
    values: dict[str, object] = {
        "body": BODY,
        "status": 200,
        "final_url": "http://a.example/b?c=1",
        "headers": (
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "44"),
            ("X-Name", "caf\xe9"),
        ),
        "fetched_at": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "reason": "OK",
        "ip": "192.0.2.7",
        "sent": (("Host", "a.example"), ("User-Agent", "t/1")),
    }
    return Fetched(**(values | changes))


ORIGINAL = Original(
    record_id="<urn:uuid:00000000-0000-5000-8000-000000000000>",
    url="http://a.example/",
    date="2025-01-01T00:00:00.000000Z",
    digest=digest_of(BODY),
)


def parse(records: list[bytes]) -> list[tuple[dict[str, str], bytes]]:
    found = []
    for record in ArchiveIterator(io.BytesIO(b"".join(records)), parse_http=False):
        assert record.verify_block_digest()
        found.append((dict(record.headers.items()), record.reader.read()))
    return found


def test_a_response_has_what_an_audit_needs() -> None:
    (response, block), (request, asked) = parse(exchange(fetched()))
    assert response["WARC-Type"] == "response"
    assert response["WARC-Target-URI"] == "http://a.example/b?c=1"
    assert response["WARC-Date"] == "2026-01-02T03:04:05.678901Z"
    assert response["WARC-IP-Address"] == "192.0.2.7"
    assert response["WARC-Payload-Digest"] == digest_of(BODY)
    assert response["WARC-Record-ID"] == response_id(fetched())
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert asked == b"GET /b?c=1 HTTP/1.1\r\nHost: a.example\r\nUser-Agent: t/1\r\n\r\n"
    assert block.endswith(b"\r\n\r\n" + BODY)


def test_headers_that_decoding_made_untrue_are_kept_under_another_name() -> None:
    block = parse(exchange(fetched()))[0][1]
    assert block.split(b"\r\n\r\n")[0].split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: text/html",
        b"X-Crawl-Content-Encoding: gzip",
        b"X-Crawl-Content-Length: 44",
        b"X-Name: caf\xe9",
        b"Content-Length: %d" % len(BODY),
    ]


def test_the_same_exchange_has_the_same_bytes_and_another_another_id() -> None:
    assert exchange(fetched()) == exchange(fetched())
    later = fetched(fetched_at=datetime(2026, 1, 2, tzinfo=UTC))
    ids = {response_id(fetched()), response_id(later), response_id(fetched(body=b"x"))}
    assert len(ids) == 3


def test_the_sites_signals_are_written_down() -> None:
    response = parse(exchange(fetched(site_signals=("ai-txt:noai", "tdm:1"))))[0][0]
    assert response[OPT_OUT_HEADER] == "ai-txt:noai, tdm:1"
    assert OPT_OUT_HEADER not in parse(exchange(fetched()))[0][0]


def test_a_body_that_was_not_read_is_marked() -> None:
    moved = fetched(status=302, reason="Found", body=b"")
    response, block = parse(exchange(moved, is_whole=False))[0]
    assert response["WARC-Truncated"] == "unspecified"
    assert block.startswith(b"HTTP/1.1 302 Found\r\n")


@pytest.mark.parametrize("profile", [SAME_PAYLOAD, NOT_MODIFIED])
def test_a_revisit_names_its_original_and_has_no_body(profile: str) -> None:
    headers, block = parse(revisit(fetched(), ORIGINAL, profile))[0]
    assert headers["WARC-Type"] == "revisit"
    assert headers["WARC-Profile"] == profile
    assert headers["WARC-Refers-To"] == ORIGINAL.record_id
    assert headers["WARC-Refers-To-Target-URI"] == ORIGINAL.url
    assert headers["WARC-Refers-To-Date"] == ORIGINAL.date
    assert headers["WARC-Payload-Digest"] == ORIGINAL.digest
    assert block.endswith(b"\r\n\r\n")


def test_warcio_reads_all_and_finds_every_digest_right() -> None:
    head = warcinfo("a.warc.gz", "webimagetext/1", [("robots", "obey")])
    records = [head, *exchange(fetched(reason="")), *revisit(fetched(), ORIGINAL, SAME_PAYLOAD)]
    types, statuses = [], []
    for record in WarcioIterator(io.BytesIO(b"".join(records)), check_digests="raise"):
        types.append(record.rec_type)
        if record.rec_type == "response":
            statuses.append(record.http_headers.get_statuscode())
            assert record.content_stream().read() == BODY
        record.content_stream().read()
    assert types == ["warcinfo", "response", "request", "revisit", "request"]
    assert statuses == ["200"]


def test_dates_are_utc() -> None:
    moment = datetime.fromisoformat("2026-01-02T03:04:05+02:00")
    assert date_of(moment) == "2026-01-02T01:04:05.000000Z"
