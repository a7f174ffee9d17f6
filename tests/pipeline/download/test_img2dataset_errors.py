import http.client
import socket
import ssl
from urllib.error import URLError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.download.img2dataset_errors import DISALLOWED, to_record_error
from schemas.outcomes import is_known

STATUSES = ("failed_to_download", "failed_to_resize")
NO_NAME = socket.gaierror(-2, "Name or service not known")
OPENCV = "OpenCV(4.14.0) /io/opencv/modules/imgcodecs/src/loadsave.cpp:1310: error: (-215:"

# As CPython, OpenSSL and OpenCV really word them; where it is easy they are made here.
WORDS = [
    ("HTTP Error 404: Not Found", "http_404"),
    ("HTTP Error 504: Gateway timed out", "http_504"),
    ("HTTP Error 403: [Errno -2] or whatever a server says", "http_403"),
    ("HTTP Error 308: Permanent Redirect", "http_308"),
    ("HTTP Error 302: Found - Redirection to url 'file:///etc/hostname' is not allowed", "scheme"),
    (
        "HTTP Error 302: The HTTP server returned a redirect error that would lead to an infinite"
        " loop.\nThe last 30x error message was:\nFound",
        "redirects",
    ),
    (str(URLError(NO_NAME)), "dns"),
    ("<urlopen error [Errno -3] Temporary failure in name resolution>", "dns"),
    ("<urlopen error [Errno -5] No address associated with hostname>", "dns"),
    ("encoding with 'idna' codec failed (UnicodeError: label empty or too long)", "dns"),
    (str(URLError(ConnectionRefusedError(111, "Connection refused"))), "connect"),
    ("<urlopen error [Errno 113] No route to host>", "connect"),
    ("[Errno 104] Connection reset by peer", "connect"),
    ("Remote end closed connection without response", "connect"),
    (str(URLError(TimeoutError("timed out"))), "deadline"),
    ("The read operation timed out", "deadline"),
    ("<urlopen error _ssl.c:989: The handshake operation timed out>", "deadline"),
    ("<urlopen error [Errno 110] Connection timed out>", "deadline"),
    (str(URLError(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] (_ssl.c:1006)"))), "tls"),
    (
        "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
        " self-signed certificate (_ssl.c:1006)>",
        "tls",
    ),
    ("<urlopen error EOF occurred in violation of protocol (_ssl.c:1006)>", "tls"),
    (str(http.client.IncompleteRead(b"abc", 5)), "truncated"),
    (str(http.client.BadStatusLine("nonsense")), "protocol"),
    (str(http.client.LineTooLong("header line")), "protocol"),
    ("got more than 100 headers", "protocol"),
    ("unknown url type: 'nonsense'", "scheme"),
    ("<urlopen error unknown url type: gopher>", "scheme"),
    ("<urlopen error no host given>", "url"),
    ("nonnumeric port: 'x'", "url"),
    ("URL can't contain control characters. '/a b' (found at least ' ')", "url"),
    ("'ascii' codec can't encode characters in position 5-6: ordinal not in range(128)", "url"),
    (DISALLOWED, "opt_out"),
    ("webimagetext refuses: scheme: not http or https", "scheme"),
    ("<urlopen error webimagetext refuses: address: link-local address>", "address"),
    ("Image decoding error", "decode"),
    (f"{OPENCV}Assertion failed) !buf.empty() in function 'imdecode_'\n", "empty"),
    (f"{OPENCV}Assertion failed) pixels <= CV_IO_MAX_IMAGE_PIXELS in function 'x'\n", "pixels"),
    ("image area too large", "pixels"),
    ("image too small", "image_too_small"),
    ("aspect ratio too large", "image_too_long"),
]


@pytest.mark.parametrize(("message", "outcome"), WORDS)
def test_its_words_have_an_outcome_of_ours(message: str, outcome: str) -> None:
    assert to_record_error(message, "failed_to_download").outcome == outcome


def test_unknown_words_are_of_the_transfer_or_of_the_image() -> None:
    outcomes = [to_record_error("<object at 0x7f3a>", status).outcome for status in STATUSES]
    assert outcomes == ["protocol", "decode"]


def test_what_the_guard_refused_keeps_its_reason() -> None:
    error = to_record_error("webimagetext refuses: address: loopback address", STATUSES[0])
    assert error.detail == "loopback address"


@given(
    message=st.text() | st.sampled_from([words for words, _ in WORDS]),
    secret=st.from_regex(r"\A[0-9a-f]{12}\Z"),
    status=st.sampled_from(STATUSES),
)
def test_every_text_has_a_known_outcome_and_never_gets_into_the_ledger(
    message: str, secret: str, status: str
) -> None:
    # A line of its own: what our guard says of a refusal is ours, and taken to the line's end.
    error = to_record_error(f"{message}\n{secret}", status)
    assert is_known(error.outcome)
    assert secret not in error.detail
