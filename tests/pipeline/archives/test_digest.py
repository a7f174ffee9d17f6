import base64
import hashlib

import pytest

from pipeline.archives.digest import check_digests, matches_digest
from pipeline.archives.warc_frames import read_warc_frames
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.pipeline.crawl.archives import http, record, window

CONTENT = b"<p>hello"
SHA1 = hashlib.sha1(CONTENT).digest()
SHA256 = hashlib.sha256(CONTENT).digest()


@pytest.mark.parametrize(
    "claim",
    [
        "sha1:" + base64.b32encode(SHA1).decode(),
        "sha1:" + base64.b32encode(SHA1).decode().lower(),
        "SHA-1:" + SHA1.hex(),
        "sha1:" + base64.b64encode(SHA1).decode(),
        "sha1:" + base64.urlsafe_b64encode(SHA1).decode().rstrip("="),
        "sha256:" + SHA256.hex().upper(),
        "sha256:" + base64.b32encode(SHA256).decode(),
        "md5:" + hashlib.md5(CONTENT).hexdigest(),
    ],
)
def test_digest_in_every_writing_is_understood(claim: str) -> None:
    assert matches_digest(claim, CONTENT)
    assert not matches_digest(claim, CONTENT + b"!")
    assert matches_digest(claim, CONTENT + b"!", CONTENT)


@pytest.mark.parametrize("claim", [None, "", "sha1:", "sha1:1112H3", "crc32:12345678", "nonsense"])
def test_claim_that_cannot_be_checked_counts_as_right(claim: str | None) -> None:
    assert matches_digest(claim, CONTENT)


def digest(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


def outcome(block: bytes, *headers: str) -> str | None:
    frame = next(read_warc_frames(window(record("http://h/", block, "response", *headers)), 0))
    try:
        check_digests(frame, frame.read(10**6), block.find(b"\r\n\r\n") + 4)
    except RecordFailed as failed:
        return failed.outcome
    return None


PLAIN = http(CONTENT)
CHUNKED = http(b"8\r\n<p>hello\r\n0\r\n\r\n", "text/html", "200 OK", "Transfer-Encoding: chunked")


@pytest.mark.parametrize(
    ("block", "headers"),
    [
        (PLAIN, []),
        (PLAIN, [f"WARC-Payload-Digest: {digest(CONTENT)}"]),
        (PLAIN, [f"WARC-Block-Digest: {digest(PLAIN)}"]),
        (PLAIN, [f"WARC-Payload-Digest: {digest(CONTENT)}", f"WARC-Block-Digest: {digest(b'')}"]),
        (PLAIN, [f"WARC-Payload-Digest: {digest(b'')}", f"WARC-Block-Digest: {digest(PLAIN)}"]),
        (CHUNKED, [f"WARC-Payload-Digest: {digest(CONTENT)}"]),
        (PLAIN, [f"WARC-Payload-Digest: {digest(b'')}", "WARC-Truncated: length"]),
    ],
)
def test_one_right_digest_is_enough(block: bytes, headers: list[str]) -> None:
    assert outcome(block, *headers) is None


@pytest.mark.parametrize("block", [PLAIN, CHUNKED])
@pytest.mark.parametrize(
    "headers",
    [
        [f"WARC-Payload-Digest: {digest(b'other')}"],
        [f"WARC-Block-Digest: {digest(b'other')}"],
        [f"WARC-Payload-Digest: {digest(b'other')}", f"WARC-Block-Digest: {digest(b'other')}"],
    ],
)
def test_content_that_is_not_what_its_digest_says_fails(block: bytes, headers: list[str]) -> None:
    """Case 63."""
    assert outcome(block, *headers) == Failure.WARC_DIGEST
