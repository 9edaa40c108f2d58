"""A gateway without a door: a sender says something in a format, and the conversation is driven to its answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from gateway.canonical.command import Afgeven, Request
from gateway.canonical.receipt import Answer, Refusal, Reply, Status
from gateway.canonical.tenant import new_id
from gateway.clock import Clock, legal_day
from gateway.flow.directory import Caller, Directory, Partner, Region
from gateway.flow.effects import Await, Conversation, Note, Read, Stand, Submit
from gateway.flow.identity import Recognition
from gateway.flow.intake import Intake
from gateway.rules import admission
from gateway.rules.admission import Admission
from gateway.store.store import Store
from tests.spec.formats import PLAIN, Format, Message
from tests.spec.people import FIELDS, NOW, SCHOOL, Legal, caller, directory


class Office:
    """One gateway, its store and its legal clock."""

    def __init__(self, new_store: Callable[[Clock], Store], known: Directory | None = None) -> None:
        self.clock = Legal()
        self.store = new_store(self.clock)
        self.awaited: list[Await] = []
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while a conversation waits for an outcome."""
        self.directory = known or directory()

    @property
    def directory(self) -> Directory:
        return self._directory

    @directory.setter
    def directory(self, known: Directory) -> None:
        self._directory = known
        self.intake = Intake(known, Recognition(self.store.ring), self.clock)

    def answer(self, message: Message, *, who: Caller | None = None, form: Format = PLAIN) -> Reply:
        return self.drive(self.intake.answer(form.request(message), who or caller()))

    def drive(self, conversation: Conversation) -> Reply:
        told: Any = None
        while True:
            try:
                effect = conversation.send(told)
            except StopIteration as end:
                reply: Reply = end.value
                return reply
            match effect:
                case Submit(unit) | Note(unit):
                    told = self.store.do(unit)
                case Read(ask):
                    told = ask(self.store.read)
                case Stand(signal_id, now):
                    told = self.store.read.standing(signal_id, now)
                case Await():
                    self.awaited.append(effect)
                    self.meanwhile()
                    told = None

    def give(self, *words: tuple[str, ...], form: Format = PLAIN, **fields: str | None) -> Reply:
        """Give the usual signal, with other fields or words; a field that is None is not said."""
        return self.answer(said(*words, **fields), form=form)

    def given(self, *words: tuple[str, ...], **fields: str | None) -> Answer:
        """As `give`, and it is accepted."""
        return accepted(self.give(*words, **fields))

    def give_many(self, number: int, who: str = SCHOOL) -> None:
        """Give signals `s-0`, `s-1`, ... and wait for all of them at once."""
        said_all = (PLAIN.request(said(bron_signaal_id=f"s-{n}")) for n in range(number))
        asked = [next(self.intake.answer(request, caller(who))) for request in said_all]
        for waiting in [self.store.submit(effect.unit) for effect in asked if isinstance(effect, Submit)]:
            waiting.result()

    def change(self, operation: str, *choices: tuple[str, str, str], **fields: str) -> Reply:
        """Change the usual signal."""
        own = {"bron_systeem": FIELDS["bron_systeem"], "bron_signaal_id": FIELDS["bron_signaal_id"], **fields}
        return self.answer(Message(operation, own, choices=choices))

    def end(self, **fields: str) -> Reply:
        return self.change("signaalBeeindigen", **{"datum_einde": "2026-11-21", **fields})

    def withdraw(self, **fields: str) -> Reply:
        return self.change("signaalIntrekken", **fields)

    def complete(self, *choices: tuple[str, str, str], **fields: str) -> Reply:
        return self.change("betekenisAanvullen", *choices, **fields)

    def status(self, **fields: str) -> Reply:
        return self.change("statusOpvragen", **fields)

    def list(self, operation: str, who: Caller | None = None, **fields: str) -> Reply:
        return self.answer(Message(operation, {"bron_systeem": "leerlingvolg", **fields}), who=who)

    def later(self, **time: float) -> None:
        self.clock.at += dt.timedelta(**time)


def said(*words: tuple[str, ...], **fields: str | None) -> Message:
    own = {name: text for name, text in {**FIELDS, **fields}.items() if text is not None}
    return Message("signaalAfgeven", own, words)


def accepted(reply: Reply) -> Answer:
    assert isinstance(reply, Answer), codes(reply)
    return reply


def codes(reply: Reply) -> list[str]:
    """Why a message was refused; empty when it was not."""
    return [finding.code for finding in reply.findings] if isinstance(reply, Refusal) else []


def limit(reply: Reply) -> str:
    """What would have been right instead of what was refused first."""
    assert isinstance(reply, Refusal)
    return reply.findings[0].limit


def places(reply: Reply) -> list[str]:
    """Where each finding of a refusal points."""
    assert isinstance(reply, Refusal)
    return [finding.at for finding in reply.findings]


def state(office: Office) -> Status:
    """The usual signal as it stands now."""
    return accepted(office.status()).standing.status


def judged(request: Request, known: Partner, place: Region) -> Admission:
    """What the rules alone make of a signal."""
    assert isinstance(request, Afgeven)
    return admission.admit(
        request,
        admission.Case(
            signaal_id=new_id(0),
            organisatie=known.id,
            instantie=known.instantie,
            may_know_bsn=known.may_know_bsn,
            code_list=known.code_list,
            regio=place.id,
            bestemming=place.index,
            ketenregistratie=place.capabilities.ketenregistratie,
            pack=place.pack(legal_day(NOW)),
            vocabulary=known.vocabulary,
            now=NOW,
        ),
    )
