"""Whose certificates count, and which versions of TLS are spoken."""

import ssl
from functools import lru_cache

NOT_VERIFIED = "TLS not verified"  # what a row says of an image that came so

# The same words for what OpenSSL tells by number (X509_verify_cert's error codes).
_CERTIFICATE_DETAILS = {
    9: "certificate not valid yet",
    10: "certificate expired",
    18: "certificate self-signed",
    19: "certificate self-signed",
    62: "certificate of another host",
    64: "certificate of another host",
}
_OLD_VERSION = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"})


def tls_context(*, verify: bool) -> ssl.SSLContext:
    """Returns the context that all connections of a process share: making one takes 20 ms.

    Args:
        verify: Whether a certificate must be valid, of that host, and signed by one of the
            system's authorities or of the file that `SSL_CERT_FILE` names; TLS is 1.2 or newer.
            Else every certificate will do, and TLS from 1.0 on.
    """
    paths = ssl.get_default_verify_paths()
    return _verified(paths.cafile, paths.capath) if verify else _unverified()


def certificate_detail(verify_code: int) -> str:
    """Returns why a certificate does not count."""
    return _CERTIFICATE_DETAILS.get(verify_code, "certificate not trusted")


def tls_detail(reason: str | None) -> str:
    """Returns why there is no secure connection; `reason` is OpenSSL's word for it."""
    return "TLS older than 1.2" if reason in _OLD_VERSION else "no secure connection"


@lru_cache(maxsize=4)
def _verified(cafile: str | None, capath: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=cafile, capath=capath)
    context.set_alpn_protocols(("http/1.1",))
    return context


@lru_cache(maxsize=1)
def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL 3 signs no TLS 1.0 hello above it
    context.set_alpn_protocols(("http/1.1",))
    return context
