"""What a regional index decides: who is meant, what matches, what each party is told. Values in, values out.

A match is between two signals on the same person of two organisations, and both are told of it under one number. It
lapses for both when either signal is archived or destroyed. The other kinds are the national index's (`national`).
Nobody can look anybody up: all answers are about the asker's own signals and messages.
"""

import datetime as dt
import hashlib
from typing import assert_never
from uuid import uuid4

from gateway.canonical.match import MatchSoort
from gateway.canonical.order import IndexCapabilities
from gateway.canonical.signal import Soort
from gateway.clock import Clock, legal_day, wall
from gateway.rules.lifecycle import MAX_YEARS, years_later
from gateway.simulator.arrangement import Arrangement
from gateway.simulator.enrolment import Enrolment
from gateway.simulator.faults import Fault, Fired
from gateway.simulator.forged import forged
from gateway.simulator.loket import Loket
from gateway.simulator.loket_values import Close, Collect, Consult, Party, Place, Revise, Show
from gateway.simulator.national import National
from gateway.simulator.persons import Persons
from gateway.simulator.polling import MOST, Polling
from gateway.simulator.replies import Able, Acknowledged, Answer, Arranged, Found, Kept, Refused, Registered, Reply
from gateway.simulator.state import State, Stored
from gateway.simulator.takeover import Takeover
from gateway.simulator.values import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    Change,
    End,
    Enrol,
    FollowUp,
    Inspect,
    Lead,
    Message,
    Poll,
    Record,
    Register,
    Rewrite,
    Verify,
    Withdraw,
)

_NOTHING = Fired()


class Engine:
    """One index. Safe to call from many threads; each call is one transaction."""

    def __init__(
        self,
        state: State,
        persons: Persons,
        capabilities: IndexCapabilities,
        clock: Clock,
        family: dt.timedelta | None = None,
    ) -> None:
        self._state = state
        self._capabilities = capabilities
        self._ahead = dt.timedelta()
        self._legal = clock
        self._national = National(state, persons, family)
        self._arrangement = Arrangement(state, capabilities)
        self._polling = Polling(state, self._national)
        self._takeover = Takeover(state, capabilities, self._national)
        self._enrolment = Enrolment(state, persons, self._register, self._amend)
        self._loket = Loket(state, persons, capabilities, self._national, self._match, self._polling.plant)

    def answer(self, message: Message, fired: Fired = _NOTHING) -> Answer:
        """Carry out one message. What it changed is on disk when this returns."""
        refusal = fired.rule(Fault.REFUSE)
        if refusal and not isinstance(message.request, Change):
            return Refused(code=refusal.code or "IX-422")
        match message.request:
            case Register() | Amend() | End() | Withdraw() | Lead() | Arrange() | FollowUp() as change:
                with self._state.transaction():
                    self._national.catch_up(self._clock())
                    return self._once(message, change, fired)
            case Verify() | Enrol() | Record() | Rewrite() as step:
                with self._state.transaction():
                    self._national.catch_up(self._clock())
                    return self._enrolment.answer(message, step, fired, self._clock())
            case AskStatus() as question:
                with self._state.transaction():
                    known = self._state.answers.recall(message.sender, question.about)
                return Found(reply=known and known[1], at=self._clock())
            case Inspect() as question:
                with self._state.transaction():
                    return self._takeover.inspect(message.sender, question, self._clock())
            case Poll() as poll:
                with self._state.transaction():
                    self._national.catch_up(self._clock())
                    return self._polling.page(message.sender, poll, fired, self._clock())
            case Place() | Revise() | Close() | Consult() | Collect() | Show() as asked:
                with self._state.transaction():
                    self._national.catch_up(self._clock())
                    return self._loket.answer(message.sender, asked, fired, self._clock())
            case AskCapabilities():
                return Able(capabilities=self._capabilities, at=self._clock())
            case _ as never:
                assert_never(never)

    def counts(self) -> tuple[dict[str, int], int, int]:
        """Signals by status, references with more than one signal, matches ever made."""
        with self._state.transaction():
            return self._state.counts()

    def mails(self) -> tuple[int, int]:
        """How many mails this index sent of a match, and how many more than one for each side."""
        with self._state.transaction():
            return self._state.leading.mails()

    def listing(self) -> list[tuple[str, str, bool]]:
        """Reference and status of every signal, and whether this index leads for it."""
        with self._state.transaction():
            return self._state.listing()

    def _clock(self) -> dt.datetime:
        return self._legal() + self._ahead

    def pass_time(self, seconds: float) -> dt.datetime:
        """Let the legal clock of this index be later by so much; gives what it says then."""
        self._ahead += dt.timedelta(seconds=seconds)
        with self._state.transaction():
            self._national.catch_up(self._clock())
        return self._clock()

    def move(self, person: str, gemeente: str) -> int | None:
        """Let a person of the register move: on how many signals that is news, or None for who is not known."""
        with self._state.transaction():
            return self._national.move(person, gemeente, self._clock())

    def appoint(self, party: Party) -> int:
        """Who leads for an organisation at its counter; gives for how many connections that is so."""
        with self._state.transaction():
            return self._loket.appoint(party)

    def arrivals(self) -> list[tuple[str, str, str | None]]:
        """What the regievoerders were told: municipality, status of the signal, its contact while it is active."""
        with self._state.transaction():
            return self._state.later.arrivals()

    def _once(self, message: Message, change: Change, fired: Fired) -> Reply | Refused:
        """Do a change at most once per (sender, message reference); the same message gets the same answer."""
        digest = hashlib.sha256(change.model_dump_json().encode()).hexdigest()
        known = self._state.answers.recall(message.sender, message.reference)
        if known is not None:
            earlier, reply = known
            return reply if earlier in (digest, None) else Refused(code="IX-416")
        index_id: str | None = None
        news: tuple[int, ...] = ()
        answer: Kept
        if refusal := fired.rule(Fault.REFUSE):
            answer = Refused(code=refusal.code or "IX-422")
        elif isinstance(change, Register):
            answer, news = self._register(message.sender, change, fired)
        elif isinstance(change, Amend):
            answer = self._amend(message.sender, change)
        elif isinstance(change, Lead):
            answer = self._takeover.lead(message.sender, change, self._clock())
        elif isinstance(change, Arrange):
            answer = self._arrangement.arrange(message.sender, change)
        elif isinstance(change, FollowUp):
            answer = self._arrangement.follow_up(message.sender, change)
        else:
            answer = self._close(message.sender, change)
        if not isinstance(answer, Refused):
            index_id = answer.index_id
        reply = Reply(answer_id=uuid4(), answered_at=self._clock(), to=message.reference, answer=answer)
        self._state.answers.keep(message.sender, reply, digest=digest, index_id=index_id, news=news)
        return reply

    def _register(self, sender: str, wanted: Register, fired: Fired) -> tuple[Registered | Refused, tuple[int, ...]]:
        if not self._carries(wanted):
            return Refused(code="IX-422"), ()
        if wanted.once and (standing := self._state.own(sender, wanted.reference)):
            return _standing(standing[0]), ()
        person = self._enrolment.identify(wanted.person, self._clock())
        if isinstance(person, Refused):
            return person, ()
        until = _two_years(wanted.datum_tijd_melding)
        if wanted.verwijderdatum > until:
            return Refused(code="IX-424"), ()
        organisation = wanted.contact.instantie_id
        signal = Stored(
            index_id=str(uuid4()),
            sender=sender,
            reference=wanted.reference,
            status="ACTIEF",
            soort=wanted.soort,
            verwijderdatum=wanted.verwijderdatum,
            person=person.bsn,
            organisation=organisation,
            contact=wanted.contact,
            words=wanted.words,
        )
        self._state.add_signal(signal)
        self._state.later.stand(signal.index_id, until)
        self._state.leading.begin(signal.index_id, self._takeover.moment(wanted, self._clock()), leads=wanted.leidend)
        self._national.begin(signal, self._clock())
        history = self._national.history(signal, self._clock())
        told = history + self._match(signal, organisation, person.bsn, fired)
        told += tuple(
            self._state.stream.plant(sender, forged(self._state, fault, sender, self._clock()))
            for fault in fired.false_news
        )
        told = told[-MOST:]
        answer = Registered(
            index_id=signal.index_id,
            status=signal.status,
            verwijderdatum=signal.verwijderdatum,
            news=self._state.stream.entries(told),
            history=bool(history),
        )
        return answer, told

    def _carries(self, wanted: Register) -> bool:
        able = self._capabilities
        return (
            (wanted.leidend or self._takeover.possible)
            and (wanted.soort is not Soort.KETENREGISTRATIE or able.ketenregistratie)
            and (wanted.signaalcode is None or able.signaalcode)
            and all(word.axis in able.axes for word in wanted.words)
        )

    def _match(
        self, signal: Stored, organisation: str, person: str, fired: Fired, *, silent: bool = False
    ) -> tuple[int, ...]:
        """Match a new signal with every other organisation's; gives the news for its own sender, unless it is late.

        `silent`: nobody is mailed of it.
        """
        now = self._clock()
        late = fired.rule(Fault.LATE_MATCH)
        due = wall() + late.seconds if late else None
        told: list[int] = []
        for other in self._state.on_person(person, status="ACTIEF", besides=organisation):
            if other.verwijderdatum <= legal_day(now):
                continue
            match_id = str(uuid4())
            mine, theirs = signal.index_id, other.index_id
            self._state.add_match(match_id, theirs, mine, soort=MatchSoort.CLIENTMATCH, arose_at=now)
            self._state.stream.add(other.sender, match_id, own=theirs, other=mine, due=due)
            told.append(self._state.stream.add(signal.sender, match_id, own=mine, other=theirs, due=due))
            if not silent:
                self._takeover.mail(match_id, mine, theirs)
        return () if late else tuple(told)

    def _amend(self, sender: str, change: Amend) -> Acknowledged | Refused:
        """Another contact or removal date of an active signal; no clock begins anew and nothing matches again."""
        if not self._capabilities.wijzigen:
            return Refused(code="IX-422")
        signals = self._state.own(sender, change.reference)
        if not signals:
            return Refused(code="IX-404")
        if any(change.verwijderdatum > self._state.later.stands(signal.index_id) for signal in signals):
            return Refused(code="IX-424")
        for signal in signals:
            if signal.status == "ACTIEF":
                self._state.amend(signal.index_id, contact=change.contact, verwijderdatum=change.verwijderdatum)
        return Acknowledged(index_id=signals[0].index_id, status=signals[0].status)

    def by_hand(self, wish: Arrange) -> Arranged | Refused:
        """A professional does something with the regie in the index's own web application, on what it is now."""
        with self._state.transaction():
            return self._arrangement.arrange(None, wish)

    def followed(self) -> list[tuple[str, str, str]]:
        """Match, reference of the side, and what it told."""
        with self._state.transaction():
            return self._state.sides.followed()

    def _close(self, sender: str, change: End | Withdraw) -> Acknowledged | Refused:
        """Archive or destroy whatever stands under the reference. A destroyed signal stays destroyed."""
        signals = self._state.own(sender, change.reference)
        if not signals:
            return Refused(code="IX-404")
        for signal in signals:
            if signal.status == "VERNIETIGD":
                continue
            if isinstance(change, Withdraw):
                self._national.destroy(signal)
            elif signal.status == "ACTIEF":
                self._state.lapse_matches(signal.index_id)
                self._state.archive(signal.index_id)
                today = legal_day(self._clock())
                ended = min(change.datum_einde, today) if self._capabilities.overnemen else today
                self._state.later.depart(signal.index_id, ended)
        return Acknowledged(index_id=signals[0].index_id, status=self._state.own(sender, change.reference)[0].status)


def _standing(signal: Stored) -> Registered:
    """What stands under a reference already; its matches were told."""
    return Registered(index_id=signal.index_id, status=signal.status, verwijderdatum=signal.verwijderdatum, known=True)


def _two_years(reported: str) -> dt.date:
    """The last day a signal may stand (Jeugdwet 7.1.4.5 lid 2 onder a); no limit after a moment no calendar has."""
    try:
        return years_later(legal_day(dt.datetime.fromisoformat(reported)), MAX_YEARS)
    except (ValueError, OverflowError):
        return dt.date.max
