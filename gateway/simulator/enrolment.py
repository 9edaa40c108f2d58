"""Who is meant, and in a dialect that asks so: the numbers a sender must have before it registers anything."""

import datetime as dt
from collections.abc import Callable
from typing import assert_never
from uuid import uuid4

from gateway.canonical.order import Person
from gateway.clock import legal_day
from gateway.simulator.faults import Fired
from gateway.simulator.persons import Known, Persons
from gateway.simulator.replies import Acknowledged, Numbered, Refused, Registered, Reply
from gateway.simulator.state import State, Stored
from gateway.simulator.values import Amend, Enrol, Message, Record, Register, Rewrite, Step, Verify

UNUSED = dt.timedelta(days=1)
"""How long a number is kept under which nothing was registered."""
_GONE = Refused(code="IX-425", repeatable=True)

Registering = Callable[[str, Register, Fired], tuple[Registered | Refused, tuple[int, ...]]]
Amending = Callable[[str, Amend], Acknowledged | Refused]


class Enrolment:
    """Part of the engine; every method belongs inside its transaction."""

    def __init__(self, state: State, persons: Persons, register: Registering, amend: Amending) -> None:
        self._state = state
        self._persons = persons
        self._register = register
        self._amend = amend

    def answer(self, message: Message, step: Step, fired: Fired, now: dt.datetime) -> Reply | Numbered | Refused:
        """One step of a registration; said again, it has the same answer as long as nothing else changed."""
        stood: tuple[Stored, ...] = ()
        done: Registered | Acknowledged | Refused
        match step:
            case Verify():
                return self.verify(message.sender, step, now)
            case Enrol():
                return self.enrol(message.sender, step, now)
            case Record():
                stood = self._state.own(message.sender, step.reference)
                done = _registered(stood[0]) if stood else self._record(message.sender, step, fired)
            case Rewrite():
                done = self._rewrite(message.sender, step)
            case _ as never:
                assert_never(never)
        if isinstance(done, Refused):
            return done
        if not stood:
            self._use(message.sender, step)
        return Reply(answer_id=uuid4(), answered_at=now, to=message.reference, answer=done, stood=bool(stood))

    def identify(self, person: Person, now: dt.datetime) -> Known | Refused:
        """The one young person in the register who is meant."""
        candidates = self._persons.candidates(person)
        if not candidates:
            return Refused(code="IX-404")
        if len(candidates) > 1:
            return Refused(code="IX-409")
        if candidates[0].suspended:
            return Refused(code="IX-410")
        if not candidates[0].younger_than_adult(legal_day(now)):
            return Refused(code="IX-423")
        return candidates[0]

    def verify(self, sender: str, asked: Verify, now: dt.datetime) -> Numbered | Refused:
        """A client's number. What stands under the reference already keeps its client, whatever the register says now.

        Otherwise a sender that repeats a registration, not knowing that it is there, could be refused it.
        """
        day = legal_day(now)
        if self._state.enrolled.expire(day - UNUSED):
            self._state.scrub()
        stands = next((one.person for one in self._state.own(sender, asked.reference) if one.person), None)
        if stands is None:
            known = self.identify(asked.person, now)
            if isinstance(known, Refused):
                return known
            stands = known.bsn
        return Numbered(number=self._state.enrolled.client(sender, stands, day), at=now)

    def enrol(self, sender: str, asked: Enrol, now: dt.datetime) -> Numbered:
        """A professional's number."""
        number = self._state.enrolled.professional(sender, asked.contact, legal_day(now))
        return Numbered(number=number, client=asked.client, at=now)

    def _record(self, sender: str, wanted: Record, fired: Fired) -> Registered | Refused:
        """Register with whom the numbers mean; to be begun anew, when they are not known any more."""
        person = self._state.enrolled.person(sender, wanted.client)
        contact = self._state.enrolled.contact(sender, wanted.professional)
        if person is None or contact is None:
            return _GONE
        whole = Register(
            reference=wanted.reference,
            soort=wanted.soort,
            person=Person(bsn=person),
            contact=contact,
            datum_tijd_melding=wanted.datum_tijd_melding,
            verwijderdatum=wanted.verwijderdatum,
            signaalcode=wanted.signaalcode,
            leidend=wanted.leidend,
        )
        return self._register(sender, whole, fired)[0]

    def _rewrite(self, sender: str, wanted: Rewrite) -> Acknowledged | Refused:
        """Change with whom the number means."""
        contact = self._state.enrolled.contact(sender, wanted.professional)
        if contact is None:
            return _GONE
        change = Amend(reference=wanted.reference, contact=contact, verwijderdatum=wanted.verwijderdatum)
        return self._amend(sender, change)

    def _use(self, sender: str, wanted: Record | Rewrite) -> None:
        """Note that numbers were used for what stands under the reference."""
        numbers = (wanted.client, wanted.professional) if isinstance(wanted, Record) else (wanted.professional,)
        for signal in self._state.own(sender, wanted.reference):
            if signal.status != "VERNIETIGD":
                self._state.enrolled.use(signal.index_id, *numbers)


def _registered(signal: Stored) -> Registered:
    return Registered(index_id=signal.index_id, status=signal.status, verwijderdatum=signal.verwijderdatum)
