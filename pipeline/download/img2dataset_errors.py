"""img2dataset's free texts to our closed lists: the only place that knows them.

Its `error_message` is `str()` of whatever Python, OpenSSL or OpenCV raised. The texts are those of
CPython 3.11 and 3.12, glibc and OpenCV 4, as img2dataset 1.47.0 writes them down.
"""

import re

from pipeline.download.img2dataset_process import REFUSED
from pipeline.web.answer import REDIRECTS
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject, http_failure

# Its parser says that a directive forbids the use, and not which.
DISALLOWED = "Use of image disallowed by X-Robots-Tag directive"

_REFUSED = re.compile(rf"{REFUSED}: (address|scheme): ([a-z0-9 -]+)")
_HTTP = re.compile(r"HTTP Error (\d+): ")
# What urllib's redirect handler writes behind a status 30x.
_LOOP = "would lead to an infinite loop"
_TO_SCHEME = re.compile(r"Redirection to url '.*' is not allowed", re.DOTALL)

_NO_ANSWER = "no whole answer in time"
_NO_CONNECTION = "no connection"
_LOST = "connection lost before an answer"
_NO_NAME = "the name does not resolve"

# The first that is found decides; what is more special stands before what it contains.
_TABLE: tuple[tuple[str, Reject | Failure, str], ...] = (
    (re.escape(DISALLOWED), Reject.OPT_OUT, "X-Robots-Tag, as img2dataset reads it"),
    (r"unknown url type", Reject.SCHEME, ""),
    (r"no host given|nonnumeric port|URL can't contain|codec can't encode", Reject.URL, ""),
    # OpenSSL, with the errors of its own that look like those of a socket
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        Failure.TLS,
        "certificate not trusted",
    ),
    (r"handshake operation timed out", Failure.DEADLINE, _NO_ANSWER),
    (r"\[SSL|\(_ssl\.c:|in violation of protocol", Failure.TLS, "no secure connection"),
    # glibc's getaddrinfo, and Python's IDNA codec
    (r"\[Errno -\d+\]", Failure.DNS, _NO_NAME),
    (r"label (?:empty or )?too long|label empty", Failure.DNS, "no host name"),
    # sockets
    (r"timed out", Failure.DEADLINE, _NO_ANSWER),
    (r"closed connection without response|reset by peer|Broken pipe", Failure.CONNECT, _LOST),
    (r"<urlopen error \[Errno \d+\]", Failure.CONNECT, _NO_CONNECTION),
    (r"IncompleteRead", Failure.TRUNCATED, "connection ended within the body"),
    # its own Resizer, and OpenCV
    (r"!buf\.empty\(\)", Failure.EMPTY, "no body"),
    (r"image area too large|CV_IO_MAX_IMAGE", Failure.PIXELS, "over the limit"),
    (r"image too small", Reject.IMAGE_TOO_SMALL, ""),
    (r"aspect ratio too large", Reject.IMAGE_TOO_LONG, ""),
    (r"Image decoding error", Failure.DECODE, "nothing that OpenCV reads"),
)
_PATTERNS = tuple((re.compile(words), outcome, detail) for words, outcome, detail in _TABLE)


def to_record_error(message: str, status: str) -> RecordError:
    """Returns what the ledger says about a row that is no success.

    Args:
        message: The row's `error_message`; it never gets into the ledger, for it may hold an
            address, a URL or a server's words.
        status: The row's; it tells whose error an unknown text is.
    """
    if http := _HTTP.match(message):  # first, for a server's own words follow the status
        return _http_error(int(http[1]), message)
    if refused := _REFUSED.search(message):
        return RecordRejected(Reject(refused[1]), refused[2])
    for pattern, outcome, detail in _PATTERNS:
        if pattern.search(message):
            return _error(outcome, detail)
    if status == "failed_to_resize":
        return RecordFailed(Failure.DECODE, "img2dataset: in other words")
    return RecordFailed(Failure.PROTOCOL, "img2dataset: in other words")


def _http_error(status: int, message: str) -> RecordError:
    if status in REDIRECTS and _LOOP in message:
        return RecordFailed(Failure.REDIRECTS, "more than img2dataset follows")
    if status in REDIRECTS and _TO_SCHEME.search(message):
        return RecordRejected(Reject.SCHEME, "of a redirect")
    return RecordFailed(http_failure(status))


def _error(outcome: Reject | Failure, detail: str) -> RecordError:
    if isinstance(outcome, Reject):
        return RecordRejected(outcome, detail)
    return RecordFailed(outcome, detail)
