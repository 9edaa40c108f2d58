"""By what a message is recognised when it comes again: its key, its content, its source, its person."""

import datetime as dt
import unicodedata
from itertools import chain
from typing import Any

from gateway.canonical.command import Afgeven, Draft, Said
from gateway.canonical.signal import Jeugdige, Signal
from gateway.rules.vocabulary_tables import normal
from gateway.store.keyring import KeyRing, mac


class Recognition:
    """Keyed hashes over a closed list of what was said; nothing looked up or filled in counts."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def key(self, tenant: str, system: str, source: str, operation: str, revision: int) -> bytes:
        """The idempotency key."""
        return mac(self._ring.idempotency, "key", tenant, _one(system), _one(source), operation, str(revision))

    def source(self, tenant: str, system: str, source: str) -> bytes:
        """By which a tenant's own signal is found."""
        return mac(self._ring.idempotency, "source", tenant, _one(system), _one(source))

    def system(self, tenant: str, name: str) -> bytes:
        """By which a tenant's source system is known."""
        return mac(self._ring.idempotency, "system", tenant, _one(name))

    def content(self, *parts: str) -> bytes:
        """Whether a repeat says the same."""
        return mac(self._ring.content, *parts)

    def said(self, command: Afgeven, signal: Signal) -> bytes:
        """Whether a repeated signal says the same: formats may differ, meaning of fields may not."""
        draft = command.draft
        words = sorted([(said.axis.text.strip(), _own(said.stelsel), said.word.text.strip()) for said in draft.terms])
        return mac(
            self._ring.content,
            "afgeven",
            _one(signal.model_dump_json(include=_SAID, exclude=_filled_in(draft), exclude_none=True)),
            signal.datum_tijd_melding.astimezone(dt.UTC).isoformat() if _own(draft.datum_tijd_melding) else "",
            signal.verwijderdatum.isoformat() if _own(draft.verwijderdatum) else "",
            *map(_one, chain.from_iterable(words)),
        )

    def word(self, tenant: str, axis: str, word: str) -> bytes:
        """By which a word that no map knew is counted: to be guessed, never to be read."""
        return mac(self._ring.words, tenant, axis, normal(word))

    def person(self, child: Jeugdige) -> bytes:
        """The look-up value of a person: its BSN, or its identifying data, normalised."""
        if child.bsn is not None:
            return self._ring.subject("bsn", child.bsn.reveal())
        return self._ring.subject(*_described(child))

    def persons(self, child: Jeugdige) -> set[bytes]:
        """Every look-up value a person may have: by its BSN, and by its identifying data where all of it is known."""
        found = self.numbers(child)
        if child.familienaam and child.geboortedatum and child.geslacht:
            found |= self._ring.subjects(*_described(child))
        return found

    def numbers(self, child: Jeugdige) -> set[bytes]:
        """Every look-up value of a person's BSN; none where it is not known."""
        return self._ring.subjects("bsn", child.bsn.reveal()) if child.bsn is not None else set()

    def cursor(self, tenant: str, kind: str, place: str) -> str:
        """A place in a list, as a sender gets it: bound to the sender, unreadable to no one, forged by none."""
        return f"{place}.{mac(self._ring.cursor, tenant, kind, place).hex()[:20]}"

    def place(self, tenant: str, kind: str, cursor: str) -> str | None:
        """The place again; None when the cursor is not one we gave this sender."""
        place = cursor.rpartition(".")[0]
        return place if cursor.isascii() and self.cursor(tenant, kind, place) == cursor else None


def _described(child: Jeugdige) -> tuple[str, str, str, str]:
    """A person by its identifying data, normalised."""
    name = unicodedata.normalize("NFKD", child.familienaam or "").casefold()
    plain = "".join(letter for letter in name if letter.isalnum())
    return "persoon", plain, child.geboortedatum or "", str(child.geslacht)


def _one(text: str) -> str:
    """A text in the one form in which é is é, however a system writes it (Unicode NFC)."""
    return unicodedata.normalize("NFC", text)


def _own(said: Said | None) -> str:
    """What the sender said itself."""
    return said.text.strip() if said is not None and said.own else ""


def _filled_in(draft: Draft) -> dict[str, Any] | None:
    """The fields of a signal that were looked up or filled in for its sender."""
    strange = [path for name, path in _PATHS.items() if (said := getattr(draft, name)) is not None and not said.own]
    if not strange:
        return None
    found: dict[str, Any] = {}
    for group, *field in strange:
        if field:
            found.setdefault(group, set()).add(field[0])
        else:
            found[group] = True
    return found


_GROUPS = {
    "jeugdige": (
        "bsn", "onderwijsnummer", "familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", "postcode",
        "huisnummer", "gemeente_code",
    ),
    "melder": ("naam", "functie", "telefoon", "email"),
    "coordinator": ("naam", "telefoon", "email"),
    "informatieplicht": ("wie", "datum", "uitgesteld"),
    "toestemming": ("gegeven_op", "bewijs_referentie"),
}  # fmt: skip
_PATHS: dict[str, tuple[str, ...]] = {
    "soort": ("soort",),
    "professional_id": ("melder", "professional_id"),
    "redelijk_vermoeden": ("redelijk_vermoeden_bevestigd",),
} | {
    (name if group == "jeugdige" else f"{group}_{name}"): (group, name)
    for group, names in _GROUPS.items()
    for name in names
}
"""Field of a draft -> where it stands in a signal."""

_SAID = {
    "soort", "jeugdige", "melder", "coordinator", "redelijk_vermoeden_bevestigd", "informatieplicht", "toestemming",
}  # fmt: skip
"""Fields of a signal that say what its sender said, in one spelling."""
