import ssl
from pathlib import Path

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import ContentEncodingError, ContentLengthError

from pipeline.web.failures import NameFailed, NoAddress, to_record_error
from schemas.errors import RecordFailed
from schemas.outcomes import Failure, Reject, is_known


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(subclasses(aiohttp.ClientError), key=lambda k: k.__name__))
def test_every_error_of_aiohttp_has_an_outcome(kind: type[aiohttp.ClientError]) -> None:
    # Without its arguments: only the class decides.
    outcome = to_record_error(kind.__new__(kind)).outcome
    assert is_known(outcome)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (aiohttp.ClientConnectorDNSError, Failure.DNS),
        (aiohttp.ClientConnectorCertificateError, Failure.TLS),
        (aiohttp.ClientConnectorSSLError, Failure.TLS),
        (aiohttp.ConnectionTimeoutError, Failure.DEADLINE),
        (aiohttp.ClientConnectorError, Failure.CONNECT),
        (aiohttp.ServerDisconnectedError, Failure.CONNECT),
        (aiohttp.ClientOSError, Failure.CONNECT),
        (aiohttp.ClientResponseError, Failure.PROTOCOL),
        (aiohttp.InvalidURL, Reject.URL),
    ],
)
def test_classes_are_told_apart(kind: type[aiohttp.ClientError], outcome: str) -> None:
    assert to_record_error(kind.__new__(kind)).outcome == outcome


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (ContentLengthError("x"), Failure.TRUNCATED),
        (ConnectionResetError(), Failure.TRUNCATED),
        (ContentEncodingError("x"), Failure.PROTOCOL),
    ],
)
def test_a_body_is_cut_or_broken_by_its_cause(cause: Exception, outcome: str) -> None:
    error = aiohttp.ClientPayloadError("x")
    error.__cause__ = cause
    assert to_record_error(error).outcome == outcome


def test_a_name_says_why_it_has_no_address_and_whether_that_will_pass() -> None:
    for is_answer, kind in ((True, NoAddress), (False, RecordFailed)):
        error = aiohttp.ClientConnectorDNSError.__new__(aiohttp.ClientConnectorDNSError)
        error.__cause__ = NameFailed("our words", is_answer)
        found = to_record_error(error)
        assert type(found) is kind
        assert (found.outcome, found.detail) == (Failure.DNS, "our words")


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        (10, "certificate expired"),
        (62, "certificate of another host"),
        (2, "certificate not trusted"),
    ],
)
def test_a_certificate_says_why_it_does_not_count(number: int, detail: str) -> None:
    cause = ssl.SSLCertVerificationError("x")
    cause.verify_code = number
    kind = aiohttp.ClientConnectorCertificateError
    error = kind.__new__(kind)
    error.__cause__ = cause
    found = to_record_error(error)
    assert (found.outcome, found.detail) == (Failure.TLS, detail)


def test_the_detail_holds_nothing_of_the_foreign_message() -> None:
    key = ConnectionKey("h", 1, False, True, None, None, None)
    error = aiohttp.ClientConnectorError(key, OSError(111, "<object at 0x7f>"))
    failed = to_record_error(error)
    assert isinstance(failed, RecordFailed)
    assert "0x" not in failed.detail
    assert Path(__file__).name not in failed.detail
