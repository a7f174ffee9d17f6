"""aiohttp's exceptions to our closed list: the only place that knows them."""

import aiohttp
from aiohttp.http_exceptions import ContentLengthError, TransferEncodingError

from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject


class AddressRefused(OSError):
    """The guard said no. An `OSError`, so that aiohttp goes on to the name's next address."""


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
    for kind, outcome, detail in _FAILURES:
        if isinstance(error, kind):
            return RecordFailed(outcome, detail)
    raise AssertionError("the last row fits every error")


def _payload_failure(error: aiohttp.ClientPayloadError) -> RecordFailed:
    if isinstance(error.__cause__, ContentLengthError | TransferEncodingError | OSError):
        return RecordFailed(Failure.TRUNCATED, "connection ended within the body")
    return RecordFailed(Failure.PROTOCOL, "broken body encoding")
