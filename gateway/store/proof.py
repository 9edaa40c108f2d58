"""A report that whoever has the gateway's public key can check: nothing in it is changed unseen (Ed25519)."""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.errors import Misconfigured
from gateway.store.keyring import KeyRing


def public_key(ring: KeyRing) -> str:
    """The key by which proofs of this gateway are checked, as base64: give it to the college beforehand."""
    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(ring.signing).public_key().public_bytes_raw()).decode()


def signed(ring: KeyRing, report: dict[str, Any]) -> bytes:
    """A report with its signature, as JSON."""
    signature = Ed25519PrivateKey.from_private_bytes(ring.signing).sign(_said(report))
    told = {
        "rapport": report,
        "sleutel": public_key(ring),
        "handtekening": base64.b64encode(signature).decode(),
    }
    return json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"


def checked(content: bytes, key: str) -> dict[str, Any]:
    """The report in a proof, once its signature holds; raises Misconfigured."""
    try:
        told = json.loads(content)
        report: dict[str, Any] = told["rapport"]
        known = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        known.verify(base64.b64decode(told["handtekening"], validate=True), _said(report))
    except (ValueError, KeyError, TypeError):
        raise Misconfigured("it is no proof, or the key is none") from None
    except InvalidSignature:
        raise Misconfigured("the signature does not hold: it was changed, or another gateway made it") from None
    return report


def _said(report: dict[str, Any]) -> bytes:
    """The one way in which a report is signed, whatever its spaces and order are."""
    return json.dumps(report, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
