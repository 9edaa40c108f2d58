"""What a person may ask of the college (AVG 15, 16, 17, 21), over every organisation, found by hashes only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.canonical.signal import Jeugdige, Signal
from gateway.clock import Clock, legal_day
from gateway.flow.destroying import Fate, Reason, destroy
from gateway.flow.directory import Directory
from gateway.flow.identity import Recognition
from gateway.store.store import Store
from gateway.store.work import Record

CORRECTED: Mapping[str, str] = {
    "jeugdige": "signaalIntrekken, and signaalAfgeven anew with what is right",
    "melder": "signaalWijzigen, or signaalOverdragen for another professional",
    "coordinator": "signaalWijzigen",
    "verwijderdatum": "signaalVerlengen, or signaalBeeindigen",
    "betekenissen": "betekenisAanvullen, or signaalIntrekken and signaalAfgeven anew",
}
"""Part of a signal -> by what its sender, who alone may, corrects it."""


@dataclass(frozen=True, slots=True)
class Colleges:
    """Which college answers: by region, and by the municipality code of where a youth lives."""

    regions: Mapping[str, str]
    homes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """The living signals about one person, oldest first.

    `by_name`: without a BSN, and of somebody with the same name, birth date and sex, which two children may be.
    """

    certain: list[UUID]
    by_name: list[UUID]

    @property
    def all(self) -> list[UUID]:
        """Both."""
        return sorted((*self.certain, *self.by_name))


def about(store: Store, recognise: Recognition, *, child: Jeugdige | None = None, signal: UUID | None = None) -> About:
    """Every living signal about one person, by who it is or by one signal about it, oldest first.

    A signal with a BSN leads to those without one that have its name, birth date and sex; not the other way round, for
    of a signal with a BSN only that is hashed.
    """
    given = {signal} if signal is not None and store.read.hashes_of([signal]) else set[UUID]()
    known = [one for one in (child, *_persons(store, given)) if one is not None]
    certain = given | store.read.signals_of({mark for one in known for mark in recognise.numbers(one)})
    known += _persons(store, certain - given)
    hashes = {mark for one in known for mark in recognise.persons(one)} | store.read.hashes_of(certain)
    namesakes = store.read.signals_of(hashes) - certain
    alike = {one for one in namesakes if not _another(store, one, known)}
    return About(sorted(certain), sorted(alike))


def _persons(store: Store, ids: Iterable[UUID]) -> list[Jeugdige]:
    return [signal.jeugdige for signal in map(store.read.signal, sorted(ids)) if signal is not None]


def _another(store: Store, one: UUID, known: Iterable[Jeugdige]) -> bool:
    """Whether a signal is about somebody with another first name."""
    of = {_called(child) for child in _persons(store, [one])} - {""}
    names = {_called(child) for child in known} - {""}
    return bool(of and names) and not of & names


def _called(child: Jeugdige) -> str:
    return next(iter((child.voornamen or "").casefold().split()), "")


def dossier(store: Store, ids: list[UUID], *, made: str) -> dict[str, Any]:
    """All there is about some signals; that it was shown is in the audit first."""
    for one in ids:
        store.do(Record("inzage_gegeven", {}, subject=one))
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, row in store.read.everything_of(ids):
        tables.setdefault(name, []).append(row)
    return {"gemaakt_op": made, "signalen": [str(one) for one in ids], "gegevens": tables}


def correction(store: Store, signal: UUID, part: str) -> dict[str, str] | None:
    """Who must correct a part of a signal and how; None for a signal that is not there. It is in the audit."""
    known = _living(store, signal)
    if known is None:
        return None
    store.do(Record("correctie_gevraagd", {"veld": part}, tenant=known.organisatie, subject=signal))
    return {
        "organisatie": known.instantie.naam,
        "melder": known.melder.naam,
        "bereikbaar": known.melder.telefoon or known.melder.email or "",
        "bron_systeem": known.bron_systeem,
        "bron_signaal_id": known.bron_signaal_id,
        "handeling": CORRECTED[part],
    }


def college(store: Store, directory: Directory, colleges: Colleges, signal: UUID, clock: Clock) -> str | None:
    """Which college an objection goes to, by the pack of today; None where none is known. It is in the audit."""
    known = _living(store, signal)
    if known is None:
        return None
    pack = directory.regions[known.regio].pack(legal_day(clock()))
    home = colleges.homes.get(known.jeugdige.gemeente_code or "") if pack.bezwaar == "woongemeente" else None
    to = home or colleges.regions.get(known.regio)
    if to:
        store.do(Record("bezwaar_doorgezonden", {"college": to}, tenant=known.organisatie, subject=signal))
    return to or None


def _living(store: Store, signal: UUID) -> Signal | None:
    return store.read.signal(signal) if store.read.hashes_of([signal]) else None


def remove(store: Store, ids: list[UUID], clock: Clock) -> dict[UUID, Fate]:
    """Destroy signals on the word of the college, and have their indices told; gives what became of each."""
    return {one: destroy(store, one, Reason.AVG, clock) for one in ids}
