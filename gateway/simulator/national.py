"""What the national index adds to a regional one: family matches, the history, moves, and the clock of the law.

| kind | when | to whom |
|---|---|---|
| `GEZINSMATCH_OUDER` | some time after a signal: two active ones on people who share a parent in the register | both |
| `HISTORISCH` | at a report: for each archived signal on the same person, once for each organisation | who reports |
| `VERHUIZING` | when the register lets a person move; no match | who has an active signal; the new regievoerder |

A match by address stays off: which addresses are institutions is not well enough known. An organisation never matches
itself. The archived signal stays as it was, and who once gave it is told nothing.
"""

import datetime as dt
from uuid import uuid4

from gateway.canonical.match import MatchSoort
from gateway.clock import legal_day
from gateway.simulator.persons import Persons
from gateway.simulator.state import State, Stored

ARCHIVE_YEARS = 5
"""Jeugdwet 7.1.4.6 lid 1."""


class National:
    """The national part of one index. `family` is how long after a signal it looks for family; None: it does not."""

    def __init__(self, state: State, persons: Persons, family: dt.timedelta | None) -> None:
        self._state = state
        self._persons = persons
        self._family = family
        self._day = dt.date.min

    def begin(self, signal: Stored, now: dt.datetime) -> None:
        """A signal came, or this index begins to lead for it: its family is looked for later."""
        if self._family is not None and self._state.leading.leads(signal.index_id):
            self._state.later.await_family(signal.index_id, now + self._family)

    def history(self, signal: Stored, now: dt.datetime) -> tuple[int, ...]:
        """Offer what the archive holds on the same person to who reports; gives the news."""
        told = []
        person, organisation = signal.person or "", signal.organisation or ""
        for archived in self._state.on_person(person, status="ARCHIEF", besides=organisation):
            if self._state.later.offer(archived.index_id, organisation):
                match_id = str(uuid4())
                mine, theirs = signal.index_id, archived.index_id
                self._state.add_match(match_id, theirs, mine, soort=MatchSoort.HISTORISCH, arose_at=now)
                told.append(self._state.stream.add(signal.sender, match_id, own=mine, other=theirs))
        return tuple(told)

    def catch_up(self, now: dt.datetime) -> None:
        """Do what is due by now: what the clock of the law asks first, then family."""
        today = legal_day(now)
        if today != self._day:
            self._day = today
            self._age(today)
        for index_id in self._state.later.family_due(now):
            for signal in self._state.by_id(index_id) if self._state.leading.leads(index_id) else ():
                self._relate(signal, now)

    def _age(self, today: dt.date) -> None:
        later = self._state.later
        for index_id in later.removed_until(today):
            for signal in self._state.by_id(index_id):
                self._state.lapse_matches(index_id)
                self._state.archive(index_id)
                later.depart(index_id, signal.verwijderdatum)
        for signal in self._state.alive():
            known = self._persons.known(signal.person or "")
            if known is not None and not known.younger_than_adult(today):
                self.destroy(signal)
                self._state.stream.add_ended(signal.sender, signal.reference, "DRIEENTWINTIG")
        for index_id in later.departed_until(_years_before(today, ARCHIVE_YEARS)):
            for signal in self._state.by_id(index_id):
                self.destroy(signal)

    def destroy(self, signal: Stored) -> None:
        """Take a signal away, without archive."""
        self._state.lapse_matches(signal.index_id, destroyed=True)
        self._state.destroy(signal.index_id)
        self._state.later.forget(signal.index_id)
        self._state.leading.forget(signal.index_id)
        self._state.enrolled.forget(signal.index_id)

    def _relate(self, signal: Stored, now: dt.datetime) -> None:
        """Match an active signal with those of other organisations on who shares a parent with its person."""
        if not _lasts(signal, now):
            return
        for sibling in self._persons.siblings(signal.person or ""):
            for other in self._state.on_person(sibling, status="ACTIEF", besides=signal.organisation or ""):
                if not (_lasts(other, now) and self._state.leading.leads(other.index_id)):
                    continue
                if self._state.matched(signal.index_id, other.index_id):
                    continue
                match_id = str(uuid4())
                one, two = other.index_id, signal.index_id
                self._state.add_match(match_id, one, two, soort=MatchSoort.GEZINSMATCH_OUDER, arose_at=now)
                self._state.stream.add(other.sender, match_id, own=one, other=two)
                self._state.stream.add(signal.sender, match_id, own=two, other=one)

    def move(self, person: str, gemeente: str, now: dt.datetime) -> int | None:
        """Let a person move: tells who has an active signal, and the new regievoerder; None for who is not known."""
        before = self._persons.move(person, gemeente)
        if before is None:
            return None
        signals = [one for one in self._state.on_person(person, status="ACTIEF", besides="") if _lasts(one, now)]
        for signal in signals:
            match_id = str(uuid4())
            self._state.add_match(match_id, signal.index_id, gemeente, soort=MatchSoort.VERHUIZING, arose_at=now)
            self._state.stream.add(signal.sender, match_id, own=signal.index_id, other=gemeente)
            if before.gemeente != gemeente:
                self._state.later.arrive(gemeente, signal.index_id, now)
        return len(signals)


def _lasts(signal: Stored, now: dt.datetime) -> bool:
    return signal.status == "ACTIEF" and signal.verwijderdatum > legal_day(now)


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same calendar day some years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
