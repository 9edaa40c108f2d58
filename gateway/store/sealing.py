"""Canonical values in and out of sealed columns, each bound to the signal it belongs to."""

from uuid import UUID

from gateway.canonical.match import MatchContent
from gateway.canonical.receipt import Receipt
from gateway.canonical.regie import Aanspreekpunt
from gateway.canonical.signal import Signal
from gateway.canonical.value import Value
from gateway.store.keyring import KeyRing, Unsealable, seal, unseal
from gateway.store.keys import KeyStore

SIGNAL, RECEIPT, MATCH, BODY, REGIE = b"signal", b"receipt", b"match", b"body", b"regie"


class Sealing:
    """Seals with a signal's own data key, or, for what outlives it and holds no person, with the ring's."""

    def __init__(self, ring: KeyRing, keys: KeyStore) -> None:
        self.ring = ring
        self.keys = keys

    def seal(self, key: bytes, label: bytes, signal_id: UUID, value: Value) -> bytes:
        """A value as a sealed column."""
        return seal(key, label + signal_id.bytes, value.model_dump_json().encode())

    def seal_body(self, key: bytes, message_id: UUID, body: bytes) -> bytes:
        """The frozen bytes of a message as a sealed column."""
        return seal(key, BODY + message_id.bytes, body)

    def open_body(self, key: bytes, message_id: UUID, sealed: bytes) -> bytes:
        """The frozen bytes again; raises Unsealable."""
        return unseal(key, BODY + message_id.bytes, sealed)

    def open_signal(self, key: bytes | None, signal_id: UUID, sealed: bytes | None) -> Signal | None:
        """The canonical signal; None once it is destroyed."""
        if key is None or sealed is None:
            return None
        return Signal.model_validate_json(unseal(key, SIGNAL + signal_id.bytes, sealed))

    def open_match(self, key: bytes | None, signal_id: UUID, sealed: bytes | None) -> MatchContent:
        """What an index told of a match; empty once it lapsed or its signal is destroyed."""
        if key is None or sealed is None:
            return MatchContent()
        return MatchContent.model_validate_json(unseal(key, MATCH + signal_id.bytes, sealed))

    def open_aanspreekpunt(self, key: bytes | None, signal_id: UUID, sealed: bytes | None) -> Aanspreekpunt:
        """Who an index said has the regie of a match; nobody's name where that is gone."""
        if key is None or sealed is None:
            return Aanspreekpunt()
        return Aanspreekpunt.model_validate_json(unseal(key, REGIE + signal_id.bytes, sealed))

    def open_receipt(self, key: bytes | None, signal_id: UUID, sealed: bytes) -> Receipt | None:
        """A receipt: under the signal's key, or, for a withdrawal, under the ring's; None when its key is gone."""
        for candidate in (key, self.ring.transport):
            try:
                return Receipt.model_validate_json(unseal(candidate or b"", RECEIPT + signal_id.bytes, sealed))
            except (Unsealable, ValueError):
                continue
        return None

    def key(self, signal_id: UUID) -> bytes | None:
        """A signal's data key, if it is still there."""
        return self.keys.get([signal_id]).get(signal_id)
