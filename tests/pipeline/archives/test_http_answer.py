import gzip

import pytest

from pipeline.archives.http_answer import decode_body, parse_answer, undo_chunks
from tests.pipeline.crawl.archives import http

CHUNKED = "Transfer-Encoding: chunked"


def test_head_of_an_answer_is_read_in_its_order() -> None:
    block = http(b"body", "text/html", "200 OK", "A: 1", "a:2", "Folded: one", "\ttwo", "bad line")
    answer = parse_answer(block)

    assert answer is not None
    assert (answer.status, answer.content_type, answer.is_encoded) == (200, "text/html", False)
    assert answer.headers == (
        ("A", "1"),
        ("a", "2"),
        ("Folded", "one two"),
        ("Content-Type", "text/html"),
    )
    assert block[answer.body_at :] == b"body"


def test_lines_may_end_in_lf_alone() -> None:
    """Case 62."""
    answer = parse_answer(b"HTTP/1.0 404\nContent-Type: text/html\n\nbody")

    assert answer is not None
    assert (answer.status, answer.content_type, answer.body_at) == (404, "text/html", 38)


@pytest.mark.parametrize(
    "block", [b"", b"HTTP/1.1", b"HTTP/1.1 200 OK\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_answer_is_none(block: bytes) -> None:
    assert parse_answer(block) is None


@pytest.mark.parametrize(
    ("header", "is_encoded"),
    [
        (CHUNKED, True),
        ("Content-Encoding: br", True),
        ("Content-Encoding: identity", False),
        ("Content-Encoding:", False),
        ("X-Content-Encoding: gzip", False),
    ],
)
def test_encodings_are_seen(header: str, is_encoded: bool) -> None:
    answer = parse_answer(http(b"", "text/html", "200 OK", header))

    assert answer is not None
    assert answer.is_encoded is is_encoded


def test_encodings_are_undone_one_or_both() -> None:
    packed = gzip.compress(b"hello")
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    block = http(body, "text/html", "200 OK", CHUNKED, "Content-Encoding: gzip")

    assert decode_body(block, 3) == b"hel"
    assert undo_chunks(block) == packed
    assert decode_body(http(b"zz", "text/html", "200 OK", CHUNKED), 9) is None
