"""aiohttp's exceptions to our closed list: the only place that knows them."""

import ssl

import aiohttp
from aiohttp.http_exceptions import ContentLengthError, TransferEncodingError

from pipeline.web.tls import certificate_detail, tls_detail
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject


class AddressRefused(OSError):
    """The guard said no. An `OSError`, so that aiohttp goes on to the name's next address."""


class NameFailed(OSError):
    """A name has no address. An `OSError`, as aiohttp wants it of resolvers.

    Attributes:
        detail: Why, in our own words.
        is_answer: Whether a resolver said so, and asking again would not change it.
    """

    def __init__(self, detail: str, is_answer: bool) -> None:
        super().__init__(None, detail)
        self.detail = detail
        self.is_answer = is_answer


class NoAddress(RecordFailed):
    """`dns`, for good: another try would find nothing either."""


# The first that fits; subclasses stand before their parents.
_FAILURES: tuple[tuple[type[aiohttp.ClientError], Failure, str], ...] = (
    (aiohttp.ClientConnectorDNSError, Failure.DNS, "the name does not resolve"),
    (aiohttp.ClientConnectorCertificateError, Failure.TLS, "certificate not trusted"),
    (aiohttp.ClientSSLError, Failure.TLS, "no secure connection"),
    (aiohttp.ConnectionTimeoutError, Failure.DEADLINE, "no connection in time"),
    (aiohttp.ClientConnectorError, Failure.CONNECT, "no connection"),
    (aiohttp.ServerDisconnectedError, Failure.CONNECT, "connection lost before an answer"),
    (aiohttp.ClientOSError, Failure.CONNECT, "connection lost before an answer"),
    (aiohttp.ClientError, Failure.PROTOCOL, "no HTTP answer"),
)


def to_record_error(error: aiohttp.ClientError) -> RecordError:
    """Returns what the ledger says about `error`; foreign messages stay out of it."""
    if isinstance(error, aiohttp.InvalidURL):
        return RecordRejected(Reject.URL, "no URL that can be sent")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _payload_failure(error)
    if isinstance(error.__cause__, NameFailed):
        return _name_failure(error.__cause__)
    if isinstance(error.__cause__, ssl.SSLError):
        return RecordFailed(Failure.TLS, _tls_detail(error.__cause__))
    for kind, outcome, detail in _FAILURES:
        if isinstance(error, kind):
            return RecordFailed(outcome, detail)
    raise AssertionError("the last row fits every error")


def _name_failure(error: NameFailed) -> RecordFailed:
    kind = NoAddress if error.is_answer else RecordFailed
    return kind(Failure.DNS, error.detail)


def _tls_detail(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_detail(error.verify_code)
    return tls_detail(error.reason)


def _payload_failure(error: aiohttp.ClientPayloadError) -> RecordFailed:
    if isinstance(error.__cause__, ContentLengthError | TransferEncodingError | OSError):
        return RecordFailed(Failure.TRUNCATED, "connection ended within the body")
    return RecordFailed(Failure.PROTOCOL, "broken body encoding")
