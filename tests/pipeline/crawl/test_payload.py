import gzip

import pytest

from pipeline.crawl.payload import (
    MAX_PAGE_BYTES,
    Content,
    open_page,
    open_payload,
    sniff_payload,
)
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.pipeline.crawl.archives import JPEG, http

CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("body", "content_type", "content"),
    [
        (JPEG, "image/jpeg", Content.IMAGE),
        (JPEG, "text/html", Content.IMAGE),
        (JPEG, None, Content.IMAGE),
        (b"\x89PNG\r\n\x1a\n1234", "image/jpeg", Content.IMAGE),
        (b"GIF89a123", "image/gif", Content.IMAGE),
        (b"RIFF1234WEBPVP8 ", "image/webp", Content.IMAGE),
        (b"BM1234\0\0\0\0", "image/bmp", Content.IMAGE),
        (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1", "image/avif", Content.IMAGE),
        (b"\0\0\0\x20ftypmif1\0\0\0\0miafavif", "image/avif", Content.IMAGE),
        (b"\0\0\0\x20ftypmp42\0\0\0\0isommp41", "video/mp4", Content.OTHER),
        (b"RIFF1234WAVEfmt ", "image/webp", Content.OTHER),
        (b"<html>404", "image/jpeg", Content.OTHER),
        (b"text", "text/html; charset=x", Content.PAGE),
        (b"<x/>", "application/xhtml+xml", Content.PAGE),
        (b" \n<!DOCTYPE html>", None, Content.PAGE),
        (b"plain", None, Content.OTHER),
        (b"<html>", "text/plain", Content.OTHER),
    ],
)
def test_first_bytes_and_type_tell_the_content(
    body: bytes, content_type: str | None, content: Content
) -> None:
    of_http = open_payload(http(body, content_type), is_http=True, content_type=None)
    of_resource = open_payload(body, is_http=False, content_type=content_type)

    assert of_http.content == of_resource.content == content


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved", "206 Partial Content", "abc"])
def test_only_status_200_counts(status: str) -> None:
    block = http(b"<html>", "text/html", status)

    assert open_payload(block, is_http=True, content_type=None).content == Content.OTHER


def test_encodings_are_undone_and_charset_and_headers_kept() -> None:
    packed = gzip.compress(b"<p>hello")
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    block = http(body, "text/html; charset='GBK'", "200 OK", CHUNKED, "Content-Encoding: gzip")
    payload = open_payload(block, is_http=True, content_type=None)

    assert payload.body == b"<p>hello"
    assert payload.charset == "GBK"
    assert payload.headers[0] == ("Transfer-Encoding", "chunked")


def test_page_decoded_by_its_writer_is_taken_as_it_is() -> None:
    block = http(b"<!DOCTYPE html><p>", "text/html", "200 OK", CHUNKED)

    assert open_payload(block, is_http=True, content_type=None).body == b"<!DOCTYPE html><p>"


def test_page_with_broken_chunks_fails() -> None:
    block = http(b"5\r\n<html\r\nzz\r\n", "text/html", "200 OK", CHUNKED)

    with pytest.raises(RecordFailed) as failed:
        open_payload(block, is_http=True, content_type=None)
    assert failed.value.outcome == Failure.WARC_RECORD


def test_broken_encoding_of_anything_else_is_nothing() -> None:
    block = http(b"zz", "text/css", "200 OK", CHUNKED)

    assert open_payload(block, is_http=True, content_type=None).content == Content.OTHER


def test_gzip_bomb_stops_one_byte_behind_the_limit() -> None:
    body = gzip.compress(bytes(3 * MAX_PAGE_BYTES))
    block = http(body, "text/html", "200 OK", "Content-Encoding: gzip")

    assert len(open_payload(block, is_http=True, content_type=None).body) == MAX_PAGE_BYTES + 1


@pytest.mark.parametrize(
    "block", [b"", b"\r\n\r\n", b"HTTP/1.1", b"HTTP/1.1 200 OK\r\n", b"\0" * 99]
)
def test_block_that_is_no_answer_is_nothing(block: bytes) -> None:
    assert open_payload(block, is_http=True, content_type=None).content == Content.OTHER


def test_page_is_read_one_byte_beyond_the_limit_given() -> None:
    block = http(b"<p>" * 100)

    assert len(open_payload(block, is_http=True, content_type=None, max_bytes=9).body) == 10


def test_head_of_a_block_is_enough_to_tell_what_it_is() -> None:
    packed = gzip.compress(b"<p>hello" * 1000)
    block = http(packed, "text/html", "200 OK", "Content-Encoding: gzip")
    sniffed = sniff_payload(block[:110], is_http=True, content_type=None)

    assert (sniffed.content, sniffed.is_encoded) == (Content.PAGE, True)
    assert open_page(block, sniffed, 10**6) == b"<p>hello" * 1000
