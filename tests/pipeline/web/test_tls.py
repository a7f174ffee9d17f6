import ssl
from pathlib import Path

import pytest

from pipeline.web.tls import certificate_detail, tls_context, tls_detail
from tests.certificates import Authority


def test_a_context_is_made_once() -> None:
    for verify in (True, False):
        assert tls_context(verify=verify) is tls_context(verify=verify)


def test_what_is_verified_is_new_and_named() -> None:
    context = tls_context(verify=True)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_what_is_not_verified_may_be_anything() -> None:
    context = tls_context(verify=False)
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.MINIMUM_SUPPORTED


def test_the_environment_names_the_authorities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", authority.path)
    (found,) = tls_context(verify=True).get_ca_certs()
    assert found["subject"] == ((("commonName", "test authority"),),)


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        (9, "certificate not valid yet"),
        (10, "certificate expired"),
        (18, "certificate self-signed"),
        (19, "certificate self-signed"),
        (20, "certificate not trusted"),
        (62, "certificate of another host"),
        (64, "certificate of another host"),
    ],
)
def test_a_certificate_is_refused_in_our_words(number: int, detail: str) -> None:
    assert certificate_detail(number) == detail


def test_an_old_version_is_told_from_what_is_no_tls() -> None:
    assert tls_detail("TLSV1_ALERT_PROTOCOL_VERSION") == "TLS older than 1.2"
    assert tls_detail("WRONG_VERSION_NUMBER") == tls_detail(None) == "no secure connection"
