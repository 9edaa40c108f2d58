"""What a region may keep and what may leave: a dated pack, default deny.

A field leaves only when the pack's allow-list names it; a word only when the pack lets its axis travel and the
index says it can carry that axis. Everything else stays.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field, model_validator

from gateway.canonical.order import Amend, Contact, IndexCapabilities, Person, Register, Signaalcode
from gateway.canonical.signal import Signal
from gateway.canonical.terms import Equivalence, Meaning
from gateway.canonical.value import Value
from gateway.rules.dictionary import MAY_KEEP, without
from gateway.rules.expiry import MOST_DAYS
from gateway.rules.vocabulary import Vocabulary

T = TypeVar("T")


class Grondslag(StrEnum):
    """On which ground a region works."""

    JEUGDWET_7_1 = "JEUGDWET_7_1"
    TOESTEMMING = "TOESTEMMING"
    GEEN = "GEEN"


class Identiteit(StrEnum):
    """How long the data that identify a young person stay at the gateway."""

    TOT_EINDE = "tot_einde"
    TOT_BEVESTIGD = "tot_bevestigd"
    """Until the index has confirmed the signal."""


Duty = Literal["require", "warn", "no"]


class DutyToInform(Value):
    """What is done with a report of which nobody was told, by the youth's age (7.1.5.1)."""

    under_12: Duty
    from_12: Duty
    from_16: Duty

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, said: Any) -> Any:
        """One word stands for every age."""
        return dict.fromkeys(cls.model_fields, said) if isinstance(said, str) else said

    def at(self, age: int | None) -> Duty:
        """What holds at an age; where that is not known, the strictest of the three."""
        if age is None:
            return next(duty for duty in DUTIES if duty in (self.under_12, self.from_12, self.from_16))
        if age < 12:
            return self.under_12
        return self.from_12 if age < 16 else self.from_16


DUTIES: tuple[Duty, ...] = ("require", "warn", "no")
"""The strictest first."""


class ForIndex(Value):
    """What leaves to one index, where that is less than to the others."""

    leaves: frozenset[str]


class Pack(Value):
    """A policy pack. `version` is the digest of its text."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    version: str
    name: str = Field(min_length=1, max_length=200)
    valid_from: dt.date
    legal_basis: Grondslag
    categories: frozenset[str]
    """Who may report here (Besluit Jeugdwet 7.1.1 - 7.1.7)."""
    reasonable_suspicion: bool
    appointed: bool = False
    """Whether only professionals on their organisation's list may report (7.1.1.2)."""
    duty_to_inform: DutyToInform
    regional_days: int | None = Field(default=None, ge=1)
    identiteit: Identiteit = Identiteit.TOT_EINDE
    regie_weken: int = Field(default=6, ge=1, le=104)
    """How far ahead the regie of a match is looked at again, where its sender names no day."""
    respons_werkdagen: int = Field(default=5, ge=1, le=60)
    """Within so many working days somebody has the regie of a match and there was contact; then it is escalated."""
    bezwaar: Literal["regio", "woongemeente"] = "regio"
    """Which college an objection goes to (AVG 21)."""
    needs_record: bool
    """Whether a covenant and a DPIA must be on record before production."""
    keeps: frozenset[str]
    """Axes whose words are kept."""
    keeps_content: bool
    """Also concepts the vocabulary marks keep=no: only on consent."""
    travels: frozenset[str]
    """Axes whose words may go to an index that can carry them."""
    signaalcode: bool
    leaves: frozenset[str]
    """Fields of the dictionary that may go to an index."""
    indexes: dict[str, ForIndex] = Field(default_factory=dict)
    """By index: what leaves to it, where that is less."""
    keeps_fields: frozenset[str] = frozenset()
    """Fields that are kept though they do not leave."""
    herinneringen: tuple[Annotated[int, Field(ge=1, le=MOST_DAYS)], ...] = (60, 14, 1)
    """How many days before the removal date a sender hears that its signal will end."""

    @property
    def label(self) -> str:
        """How decisions name the pack they were made with."""
        return f"{self.id}@{self.version}"

    def kept(self, meaning: Meaning, vocabulary: Vocabulary) -> bool:
        """Whether a meaning may be stored. A word nobody knows may say anything, so only consent keeps it."""
        if meaning.axis not in self.keeps:
            return False
        if self.keeps_content:
            return True
        return meaning.equivalence is not Equivalence.UNMATCHED and vocabulary.kept(meaning.axis, meaning.concept)

    def explained(self, meaning: Meaning) -> Meaning:
        """A meaning its sender explained, as it may be stored: without consent the concept's name, not the word."""
        return meaning if self.keeps_content else meaning.model_copy(update={"word": meaning.concept})

    def lets_go(self, meaning: Meaning, vocabulary: Vocabulary) -> bool:
        """Whether a kept meaning may leave: never one of travel class `never`, but on consent."""
        return self.keeps_content or vocabulary.concept(meaning.axis, meaning.concept).travel != "never"

    def leaving(self, index: str) -> frozenset[str]:
        """The fields that may go to an index."""
        return self.indexes[index].leaves if index in self.indexes else self.leaves

    def travelling(self, capabilities: IndexCapabilities, index: str) -> frozenset[str]:
        """The axes whose words go to an index with these capabilities."""
        return self.travels & capabilities.axes if "betekenissen" in self.leaving(index) else frozenset()

    def as_kept(self, signal: Signal) -> Signal:
        """A signal with only what may leave, what the pack keeps beside that, and what it cannot do without."""
        return without(signal, MAY_KEEP - self.leaves - self.keeps_fields)


SIGNAALCODE = {"binnen-1-werkdag": Signaalcode.URGENT, "binnen-5-werkdagen": Signaalcode.LAAG}
"""Contact terms that a covenant's signaalcode can say exactly (Zorg voor Jeugd Groningen)."""


def outgoing(
    signal: Signal, message_id: UUID, pack: Pack, capabilities: IndexCapabilities, vocabulary: Vocabulary | None
) -> Register:
    """Cut a signal to what may leave to an index. A BSN goes alone, without the data it stands for.

    Without the vocabulary a signal was understood with, no word leaves.
    """

    allowed = pack.leaving(signal.bestemming)

    def leaves(field: str, value: T) -> T | None:
        return value if field in allowed else None

    child = signal.jeugdige
    if child.bsn is not None and "jeugdige.bsn" in allowed:
        person = Person(bsn=child.bsn.reveal())
    else:
        person = Person(
            familienaam=leaves("jeugdige.familienaam", child.familienaam),
            voorvoegsel=leaves("jeugdige.voorvoegsel", child.voorvoegsel),
            voornamen=leaves("jeugdige.voornamen", child.voornamen),
            geboortedatum=leaves("jeugdige.geboortedatum", child.geboortedatum),
            geslacht=leaves("jeugdige.geslacht", child.geslacht),
            postcode=leaves("jeugdige.postcode", child.postcode),
            huisnummer=leaves("jeugdige.huisnummer", child.huisnummer),
        )
    axes = pack.travelling(capabilities, signal.bestemming)
    return Register(
        message_id=message_id,
        signaal_id=signal.signaal_id,
        soort=signal.soort,
        person=person,
        contact=_contact(signal, pack),
        datum_tijd_melding=signal.datum_tijd_melding,
        verwijderdatum=signal.verwijderdatum,
        signaalcode=_signaalcode(signal, pack, capabilities),
        meanings=tuple(
            meaning
            for meaning in signal.betekenissen
            if meaning.axis in axes and vocabulary is not None and pack.lets_go(meaning, vocabulary)
        ),
    )


def amended(signal: Signal, message_id: UUID, pack: Pack) -> Amend:
    """A signal as it is now, cut to what may leave; who it is about does not leave again."""
    return Amend(
        message_id=message_id,
        signaal_id=signal.signaal_id,
        contact=_contact(signal, pack),
        verwijderdatum=signal.verwijderdatum,
    )


def _contact(signal: Signal, pack: Pack) -> Contact:
    allowed = pack.leaving(signal.bestemming)

    def leaves(field: str, value: str | None) -> str | None:
        return value if field in allowed else None

    melder, instantie = signal.melder, signal.instantie
    return Contact(
        professional_id=melder.professional_id,
        naam=melder.naam,
        functie=leaves("melder.functie", melder.functie),
        instantie_id=instantie.id,
        instantie_naam=instantie.naam,
        locatie=leaves("instantie.locatie", instantie.locatie),
        telefoon=leaves("melder.telefoon", melder.telefoon),
        email=leaves("melder.email", melder.email),
        coordinator=leaves("coordinator.naam", signal.coordinator.naam if signal.coordinator else None),
    )


def _signaalcode(signal: Signal, pack: Pack, capabilities: IndexCapabilities) -> Signaalcode | None:
    if not (pack.signaalcode and capabilities.signaalcode):
        return None
    codes = (SIGNAALCODE.get(meaning.concept) for meaning in signal.betekenissen if meaning.axis == "urgentie")
    return next((code for code in codes if code), None)
