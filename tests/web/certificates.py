"""Certificates as PKIoverheid makes them, for tests: the OIN is Subject.serialNumber."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SUPPLIER, SCHOOL, STRANGER = "00000099000000001000", "00000099000000002000", "00000099000000009000"
"""Test OINs: a supplier that acts for others, a school that acts for itself, somebody without a mandate."""


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        plain = serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def issue(*serials: str, name: str = "voorbeeld", by: Holder | None = None, days: int = 365) -> Holder:
    """A certificate with these Subject.serialNumbers, valid for some days from yesterday; self-signed without `by`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name([(NameOID.COMMON_NAME, name), *((NameOID.SERIAL_NUMBER, serial) for serial in serials)])
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(yesterday, yesterday + dt.timedelta(days=days - 1)))
        .not_valid_after(yesterday + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    return Holder(builder.sign(by.key if by else key, hashes.SHA256()), key)


def _name(parts: Sequence[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
