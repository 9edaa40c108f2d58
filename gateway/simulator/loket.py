"""The counter (loket) of an index that numbers its own signals and rules by codes of its own: the dialect "waakvlam".

What the contract says of it: docs/waakvlam-index.md. Who is meant, what matches and what is destroyed is decided as for
every dialect; here is what this one refuses, and what it calls a repeat.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import assert_never
from uuid import uuid4

from gateway.canonical.identifiers import Bsn
from gateway.canonical.order import Contact, IndexCapabilities, Person
from gateway.canonical.signal import Soort
from gateway.clock import legal_day
from gateway.rules.lifecycle import MAX_YEARS, years_later
from gateway.simulator.faults import Fired
from gateway.simulator.loket_file import number_of
from gateway.simulator.loket_post import Post
from gateway.simulator.loket_values import (
    Asked,
    Close,
    Collect,
    Consult,
    Entry,
    NoBag,
    Party,
    Place,
    Revise,
    Ruling,
    Show,
    Shown,
)
from gateway.simulator.national import National
from gateway.simulator.persons import ADULT, Persons, plain
from gateway.simulator.replies import Bag
from gateway.simulator.state import State, Stored

BACK, AHEAD = dt.timedelta(days=7), dt.timedelta(minutes=5)
"""How far from now the moment of a new signal may be."""
STAND = {"ACTIEF": "LOPEND", "ARCHIEF": "RUSTEND", "VERNIETIGD": "GEWIST"}

Matching = Callable[..., tuple[int, ...]]
Planting = Callable[[str, Fired, dt.datetime], None]


class Loket:
    """Part of the engine; every method belongs inside its transaction."""

    def __init__(
        self,
        state: State,
        persons: Persons,
        capabilities: IndexCapabilities,
        national: National,
        match: Matching,
        plant: Planting,
    ) -> None:  # fmt: skip
        self._state = state
        self._file = state.loket
        self._persons = persons
        self._takes_over = capabilities.overnemen
        self._national = national
        self._match = match
        self._plant = plant
        self._post = Post(state)

    def answer(self, sender: str, asked: Asked, fired: Fired, now: dt.datetime) -> Ruling | Shown | Bag | NoBag:
        """Do what is asked for once; asked again it is no more than that it was so already."""
        match asked:
            case Show(organisation=code):
                if code is not None:
                    self._party(sender, code)
                return Shown(parties=self._file.parties(sender), takes_over=self._takes_over, at=now)
            case Collect():
                self._plant(sender, fired, now)
                return self._post.collect(sender, asked, now)
            case Place():
                self._plant(sender, fired, now)
                return self._place(sender, asked, fired, now)
            case Consult(reference=str() as reference):
                self._party(sender, asked.organisation)
                return self._consult(self._under(sender, reference, asked.organisation), "eigenKenmerk")
            case Consult():
                return self._consult(self._numbered(asked.number or "", asked.organisation), "nummer")
            case Revise():
                return self._revise(asked, now)
            case Close():
                return self._close(asked, now)
            case _ as never:
                assert_never(never)

    def appoint(self, party: Party) -> int:
        """Who leads for an organisation from now on; gives at how many connections that is news."""
        senders = self._file.senders_for(party.code)
        for sender in senders:
            before = self._party(sender, party.code)
            self._file.appoint(sender, party)
            for index_id in self._file.active_of(sender, party.code):
                self._state.leading.lead(index_id, leads=party.leads)
            if party.leads != before.leads:
                (self._post.resume if party.leads else self._post.silence)(sender, party.code)
        return len(senders)

    def _party(self, sender: str, code: str) -> Party:
        return self._file.party(sender, code, takes_over=self._takes_over)

    def _place(self, sender: str, wanted: Place, fired: Fired, now: dt.datetime) -> Ruling:
        party = self._party(sender, wanted.organisation)
        if not wanted.taken and not party.leads:
            return Ruling(code="61")
        if wanted.taken and not party.open:
            return Ruling(code="60")
        person, born, recognised = self._meant(wanted.person)
        stands = self._under(sender, wanted.reference, wanted.organisation)
        if stands is not None:
            return self._repeated(stands, wanted.soort, person)
        moment = wanted.moment or now
        bound = _bound(moment, born)
        until = bound if wanted.until is None else wanted.until
        if refused := _person(wanted.person, recognised, born, now) or _days(until, bound, now) or _moment(wanted, now):
            return refused
        if not _reachable(wanted.contact):
            return Ruling(code="50", field="aanspreekpunt")
        signal = Stored(
            index_id=str(uuid4()), sender=sender, reference=wanted.reference, status="ACTIEF", soort=wanted.soort,
            verwijderdatum=until, person=person, organisation=wanted.organisation, contact=wanted.contact,
        )  # fmt: skip
        self._state.add_signal(signal)
        self._state.later.stand(signal.index_id, bound)
        self._state.leading.begin(signal.index_id, moment.isoformat(timespec="seconds"), leads=party.leads)
        self._file.enter(
            signal.index_id, wanted.organisation, year=now.year, recognised=recognised, before=wanted.before
        )
        if not wanted.taken:
            self._national.begin(signal, now)
        self._match(signal, wanted.organisation, person, fired, silent=wanted.taken)
        for match_id, _ in self._file.matches_of(signal.index_id) if wanted.taken else ():
            self._file.hush(match_id)
        return Ruling(code="00", entry=self._entry(signal))

    def _meant(self, wanted: Person) -> tuple[str, str, str]:
        """Who is meant, when they were born as the register writes it, and by what they are recognised.

        Who is not in the register, or may be more than one, is compared by what was said of them.
        """
        found = [one for one in self._persons.candidates(wanted) if not one.suspended]
        if len(found) == 1:
            return found[0].bsn, found[0].born, "BSN"
        if wanted.bsn is not None:
            return wanted.bsn, "", ""
        born = (wanted.geboortedatum or "").replace("-", "")
        said = (plain(wanted.voornamen or ""), plain(wanted.voorvoegsel or ""), plain(wanted.familienaam or ""), born)
        key = hashlib.sha256("\n".join((*said, str(wanted.geslacht))).encode()).hexdigest()
        return f"personalia-{key[:32]}", born, "PERSONALIA"

    def _repeated(self, stands: Stored, soort: Soort, person: str) -> Ruling:
        """What stands under the reference already is told, not changed."""
        if stands.status != "ACTIEF":
            return Ruling(code="41", field="eigenKenmerk", entry=self._entry(stands))
        if (stands.person, stands.soort) != (person, soort):
            return Ruling(code="40", field="eigenKenmerk", entry=self._entry(stands))
        return Ruling(code="01", entry=self._entry(stands))

    def _revise(self, change: Revise, now: dt.datetime) -> Ruling:
        signal = self._numbered(change.number, change.organisation)
        if signal is None:
            return Ruling(code="10", field="nummer")
        entry = self._entry(signal)
        if signal.status != "ACTIEF":
            return Ruling(code="11" if signal.status == "ARCHIEF" else "12", field="nummer", entry=entry)
        until = signal.verwijderdatum if change.until is None else change.until
        if refused := _days(until, self._state.later.stands(signal.index_id), now):
            return refused.model_copy(update={"entry": entry})
        (before,) = self._state.contacts(signal.index_id)
        contact = change.contact or before
        if contact is None or not _reachable(contact):
            return Ruling(code="50", field="aanspreekpunt", entry=entry)
        if change.contact is None and change.until is None:
            return Ruling(code="51", entry=entry)
        if (contact, until) == (before, signal.verwijderdatum):
            return Ruling(code="01", entry=entry)
        self._state.amend(signal.index_id, contact=contact, verwijderdatum=until)
        return Ruling(code="00", entry=self._entry(signal))

    def _close(self, change: Close, now: dt.datetime) -> Ruling:
        signal = self._numbered(change.number, change.organisation)
        if signal is None:
            return Ruling(code="10", field="nummer")
        if signal.status == ("VERNIETIGD" if change.withdraw else "ARCHIEF"):
            return Ruling(code="01", entry=self._entry(signal))
        if signal.status == "VERNIETIGD":
            return Ruling(code="12", field="nummer", entry=self._entry(signal))
        if change.withdraw:
            self._national.destroy(signal)
        else:
            self._state.lapse_matches(signal.index_id)
            self._state.archive(signal.index_id)
            self._state.later.depart(signal.index_id, legal_day(now))
        self._file.close(signal.index_id, now)
        return Ruling(code="00", entry=self._entry(signal))

    def _consult(self, signal: Stored | None, field: str) -> Ruling:
        return Ruling(code="10", field=field) if signal is None else Ruling(code="00", entry=self._entry(signal))

    def _under(self, sender: str, reference: str, organisation: str) -> Stored | None:
        """The signal of an organisation under its reference."""
        for signal in self._state.own(sender, reference):
            entered = self._file.entered(signal.index_id)
            if entered is not None and entered["organisation"] == organisation:
                return signal
        return None

    def _numbered(self, number: str, organisation: str) -> Stored | None:
        index_id = self._file.found(number, organisation)
        return next(iter(self._state.by_id(index_id)), None) if index_id else None

    def _entry(self, before: Stored) -> Entry:
        """A signal as it is now; of a destroyed one no more than that it was."""
        (signal,) = self._state.by_id(before.index_id)
        entered = self._file.entered(signal.index_id)
        assert entered is not None  # noqa: S101  every signal of this counter was entered
        closed = entered["closed"] and dt.datetime.fromisoformat(entered["closed"])
        gone = signal.status == "VERNIETIGD"
        reported = None if gone else self._state.leading.reported(signal.index_id)
        (contact,) = self._state.contacts(signal.index_id)
        return Entry(
            number=number_of(entered),
            reference=signal.reference,
            status=STAND[signal.status],
            reported=reported and dt.datetime.fromisoformat(reported),
            until=None if gone else signal.verwijderdatum,
            soort=None if gone else Soort(signal.soort),
            recognised=None if gone else entered["recognised"],
            contact=contact,
            before=None if gone else entered["before"],
            closed=closed,
        )


def _bound(moment: dt.datetime, born: str) -> dt.date:
    """The last day a signal may have: two years after its moment, or the day its person comes of age."""
    latest = years_later(legal_day(moment), MAX_YEARS)
    try:
        return min(latest, years_later(dt.date.fromisoformat(born), ADULT))
    except ValueError:  # not all of the day of birth is known
        return latest


def _person(said: Person, recognised: str, born: str, now: dt.datetime) -> Ruling | None:
    if said.bsn is not None:
        try:
            Bsn.parse(said.bsn)
        except ValueError:
            return Ruling(code="20", field="bsn")
        if not recognised:
            return Ruling(code="21", field="bsn")
    today = legal_day(now)
    return Ruling(code="22", field="persoon") if born <= f"{today.year - ADULT:04}{today:%m%d}" else None


def _days(until: dt.date, bound: dt.date, now: dt.datetime) -> Ruling | None:
    if until <= legal_day(now):
        return Ruling(code="30", field="uiterlijkeDag")
    return Ruling(code="31", field="uiterlijkeDag", limit=bound) if until > bound else None


def _moment(wanted: Place, now: dt.datetime) -> Ruling | None:
    moment = wanted.moment or now
    early = not wanted.taken and moment < now - BACK
    field = "oorspronkelijkMoment" if wanted.taken else "meldmoment"
    return Ruling(code="32", field=field) if early or moment > now + AHEAD else None


def _reachable(contact: Contact) -> bool:
    return bool(contact.telefoon or contact.email)
