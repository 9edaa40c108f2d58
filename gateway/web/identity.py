"""Who is calling, before a byte of the body is read.

In a sandbox a bearer token. In production a client certificate, verified by a proxy we trust, whose OIN has a
mandate for the organisations it acts for. The proxy must strip the header from what comes in from outside.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.x509.oid import NameOID

from gateway.canonical.identifiers import Oin
from gateway.config import Config
from gateway.flow.directory import Caller

Headers = Mapping[bytes, bytes]
Identify = Callable[[Headers, str], Caller | None]
"""From the request's headers and the peer's address to the caller; None when it is not known."""

_TRAEFIK = b"x-forwarded-tls-client-cert"
"""Holds the caller's whole chain when it showed one, its own certificate first; the other forms hold one."""
_ARMOUR = re.compile(rb"-----(BEGIN|END) CERTIFICATE-----|\s")


def identifier(config: Config) -> Identify:
    """How this configuration knows its callers."""
    tokens = {
        partner.token_sha256: Caller(frozenset({partner.id})) for partner in config.partners if partner.token_sha256
    }
    mandates = {item.oin: Caller(frozenset(item.acts_for)) for item in config.certificates}
    header = config.http.client_certificate_header.encode()
    proxies = frozenset(config.http.trusted_proxies)

    def identify(headers: Headers, peer: str) -> Caller | None:
        if tokens and (said := headers.get(b"authorization")):
            scheme, _, token = said.partition(b" ")
            if scheme.lower() == b"bearer":
                return tokens.get(hashlib.sha256(token.strip()).hexdigest())
        if peer in proxies and (shown := headers.get(header)):
            oin = oin_of(shown.partition(b",")[0] if header == _TRAEFIK else shown)
            return mandates.get(oin.reveal()) if oin else None
        return None

    return identify


def oin_of(shown: bytes) -> Oin | None:
    """The OIN in a certificate as a proxy passes it on; None when there is none in it.

    Reads RFC 9440 (`:base64 DER:`), nginx (URL-escaped PEM) and Traefik (PEM with or without its armour).
    PKI005, PKI001: the OIN is Subject.serialNumber.
    """
    try:
        text = _ARMOUR.sub(b"", unquote_to_bytes(shown)).strip(b":")
        certificate = x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
        serial = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        return Oin.parse(str(serial[0].value)) if len(serial) == 1 else None
    except ValueError:
        return None
