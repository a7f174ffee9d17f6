"""Certificates for TLS servers on loopback, from an authority that a test makes."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """Signs certificates.

    Args:
        folder: Where its own certificate and those that it signs are written to.

    Attributes:
        path: Of its own certificate, for `SSL_CERT_FILE`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("test authority")
        certificate = (
            _builder(self._name, self._name, self._key.public_key(), days=1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path = str(folder / "authority.pem")
        Path(self.path).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str, *, days: int = 1, is_self_signed: bool = False) -> ssl.SSLContext:
        """Returns the context of a server.

        Args:
            host: Name or address that the certificate is for.
            days: From now to its end; a negative number is past.
            is_self_signed: Whether the server signs for itself.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(host)
        builder = _builder(name, name if is_self_signed else self._name, key.public_key(), days)
        certificate = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(host)]), critical=False
        ).sign(key if is_self_signed else self._key, hashes.SHA256())
        path = self._folder / f"{certificate.serial_number}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    if host.replace(".", "").isdigit():
        return x509.IPAddress(ip_address(host))
    return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + days * DAY
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 30 * DAY)
        .not_valid_after(end)
    )
