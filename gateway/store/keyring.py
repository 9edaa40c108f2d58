"""Keys: the ring an operator guards, what is derived from it, and how columns are sealed.

The ring is a file apart from every database. Without it a stolen database reveals no person, and none of its
look-up values can be computed from a BSN.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import Misconfigured

_NONCE = 12


class Unsealable(Exception):
    """The key is gone or the bytes were changed: what was sealed cannot be read, by design or by tampering."""


def seal(key: bytes, place: bytes, plain: bytes) -> bytes:
    """Encrypt a column (AES-256-GCM). `place` binds it to its row, so that it cannot be moved to another."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(key: bytes, place: bytes, sealed: bytes) -> bytes:
    """Decrypt a column; raises Unsealable."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except InvalidTag:
        raise Unsealable from None


def new_data_key() -> bytes:
    """A key for one signal."""
    return AESGCM.generate_key(bit_length=256)


def mac(key: bytes, *parts: str) -> bytes:
    """A keyed hash of texts, 16 bytes; each text goes with its length, so that its boundaries count."""
    keyed = _keyed(key).copy()
    keyed.update("".join([f"{len(part)}:{part}" for part in parts]).encode())
    return keyed.digest()[:16]


@lru_cache(64)
def _keyed(key: bytes) -> hmac.HMAC:
    """The beginning of every hash under a key; to copy it is cheaper, and gives no other thread the turn."""
    return hmac.new(key, digestmod="sha256")


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The operator's secrets. Seal and look-up keys rotate; the idempotency key outlives every signal."""

    seal_id: str
    seals: dict[str, bytes]
    lookup_id: str
    lookups: dict[str, bytes]
    idempotency: bytes
    content: bytes
    cursor: bytes
    transport: bytes
    words: bytes
    session: bytes
    signing: bytes
    """The seed of the key that proofs are signed with."""

    @classmethod
    def open(cls, path: Path) -> "KeyRing":
        """Read the ring; raises Misconfigured."""
        try:
            data: dict[str, Any] = json.loads(path.read_bytes())
            seals = {name: base64.b64decode(text) for name, text in data["seal"]["keys"].items()}
            lookups = {name: base64.b64decode(text) for name, text in data["lookup"]["keys"].items()}
            root = base64.b64decode(data["idempotency"])
            ring = cls(
                seal_id=data["seal"]["current"],
                seals=seals,
                lookup_id=data["lookup"]["current"],
                lookups=lookups,
                idempotency=_derive(root, b"idempotency"),
                content=_derive(root, b"content"),
                cursor=_derive(root, b"cursor"),
                transport=_derive(root, b"transport"),
                words=_derive(root, b"words"),
                session=_derive(root, b"session"),
                signing=_derive(root, b"signing"),
            )
        except OSError:
            raise Misconfigured(f"store.keyring: {path} cannot be read; make one with `verwijsindex keyring`") from None
        except (ValueError, KeyError, TypeError):
            raise Misconfigured(f"store.keyring: {path} is not a key ring; restore it from its backup") from None
        if ring.seal_id not in seals or ring.lookup_id not in lookups or len(root) != 32:
            raise Misconfigured(f"store.keyring: {path} lacks its current keys; restore it from its backup")
        return ring

    @classmethod
    def create(cls, path: Path) -> "KeyRing":
        """Make a new ring, readable by its owner only; an existing one is never overwritten."""
        fresh = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(3)]
        ring = {
            "seal": {"current": "s1", "keys": {"s1": fresh[0]}},
            "lookup": {"current": "l1", "keys": {"l1": fresh[1]}},
            "idempotency": fresh[2],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(ring, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return cls.open(path)

    def wrap(self, signal_id: UUID, data_key: bytes) -> bytes:
        """A data key as the key store keeps it."""
        return seal(self.seals[self.seal_id], signal_id.bytes, data_key)

    def unwrap(self, key_id: str, signal_id: UUID, wrapped: bytes) -> bytes:
        """The data key again; raises Unsealable."""
        key = self.seals.get(key_id)
        if key is None:
            raise Unsealable
        return unseal(key, signal_id.bytes, wrapped)

    def subject(self, *identity: str) -> bytes:
        """The look-up value of a person under the current key."""
        return mac(self.lookups[self.lookup_id], *identity)

    def subjects(self, *identity: str) -> set[bytes]:
        """The look-up values of a person under every key there is."""
        return {mac(key, *identity) for key in self.lookups.values()}

    def fingerprint(self) -> str:
        """Which ring this is, without telling anything of it."""
        return hashlib.sha256(self.cursor).hexdigest()[:8]


def _derive(root: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"verwijsindex-gateway/" + purpose).derive(root)
