"""By what a message is recognised when it comes again: its key, its content, its source, its person."""

import datetime as dt
import unicodedata
from itertools import chain

from gateway.canonical.command import Afgeven
from gateway.canonical.signal import Jeugdige, Signal
from gateway.store.keyring import KeyRing, mac


class Recognition:
    """Keyed hashes over a closed list of what was said; nothing looked up or filled in counts."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def key(self, tenant: str, system: str, source: str, operation: str, revision: int) -> bytes:
        """The idempotency key."""
        return mac(self._ring.idempotency, "key", tenant, system, source, operation, str(revision))

    def source(self, tenant: str, system: str, source: str) -> bytes:
        """By which a tenant's own signal is found."""
        return mac(self._ring.idempotency, "source", tenant, system, source)

    def content(self, *parts: str) -> bytes:
        """Whether a repeat says the same."""
        return mac(self._ring.content, *parts)

    def said(self, command: Afgeven, signal: Signal) -> bytes:
        """Whether a repeated signal says the same: formats may differ, meaning of fields may not."""
        words = sorted(
            [
                (said.axis.text.strip(), said.stelsel.text.strip() if said.stelsel else "", said.word.text.strip())
                for said in command.draft.terms
            ]
        )
        return mac(
            self._ring.content,
            "afgeven",
            signal.model_dump_json(include=_SAID, exclude_none=True),
            signal.datum_tijd_melding.astimezone(dt.UTC).isoformat(),
            signal.verwijderdatum.isoformat() if command.draft.verwijderdatum else "",
            *chain.from_iterable(words),
        )

    def person(self, child: Jeugdige) -> bytes:
        """The look-up value of a person: its BSN, or its identifying data, normalised."""
        if child.bsn is not None:
            return self._ring.subject("bsn", child.bsn.reveal())
        name = unicodedata.normalize("NFKD", child.familienaam or "").casefold()
        plain = "".join(letter for letter in name if letter.isalnum())
        return self._ring.subject("persoon", plain, child.geboortedatum or "", str(child.geslacht))

    def cursor(self, tenant: str, kind: str, place: str) -> str:
        """A place in a list, as a sender gets it: bound to the sender, unreadable to no one, forged by none."""
        return f"{place}.{mac(self._ring.cursor, tenant, kind, place).hex()[:20]}"

    def place(self, tenant: str, kind: str, cursor: str) -> str | None:
        """The place again; None when the cursor is not one we gave this sender."""
        place = cursor.rpartition(".")[0]
        return place if cursor.isascii() and self.cursor(tenant, kind, place) == cursor else None


_SAID = {
    "soort", "jeugdige", "melder", "coordinator", "redelijk_vermoeden_bevestigd", "informatieplicht", "toestemming",
}  # fmt: skip
"""Fields of a signal that say what its sender said, in one spelling."""
