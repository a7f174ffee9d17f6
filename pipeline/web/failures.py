"""aiohttp's exceptions to our closed list: the only place that knows them."""

import aiohttp
from aiohttp.http_exceptions import ContentLengthError, TransferEncodingError

from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject


class AddressRefused(OSError):
    """The guard said no. An `OSError`, so that aiohttp goes on to the name's next address."""


def to_record_error(error: aiohttp.ClientError) -> RecordError:
    """Returns what the ledger says about `error`; foreign messages stay out of it."""
    match error:
        case aiohttp.InvalidURL():
            return RecordRejected(Reject.URL, "no URL that can be sent")
        case aiohttp.ClientConnectorDNSError():
            return RecordFailed(Failure.DNS, "the name does not resolve")
        case aiohttp.ClientConnectorCertificateError():
            return RecordFailed(Failure.TLS, "certificate not trusted")
        case aiohttp.ClientSSLError():
            return RecordFailed(Failure.TLS, "no secure connection")
        case aiohttp.ClientConnectorError():
            return RecordFailed(Failure.CONNECT, "no connection")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return RecordFailed(Failure.CONNECT, "connection lost before an answer")
        case aiohttp.ClientPayloadError():
            return _payload_failure(error)
        case _:
            return RecordFailed(Failure.PROTOCOL, "no HTTP answer")


def _payload_failure(error: aiohttp.ClientPayloadError) -> RecordFailed:
    if isinstance(error.__cause__, ContentLengthError | TransferEncodingError | OSError):
        return RecordFailed(Failure.TRUNCATED, "connection ended within the body")
    return RecordFailed(Failure.PROTOCOL, "broken body encoding")
