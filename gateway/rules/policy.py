"""What a region may keep and what may leave: a dated pack, default deny.

A field leaves only when the pack's allow-list names it; a word only when the pack lets its axis travel and the
index says it can carry that axis. Everything else stays.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field, ValidationError

from gateway.canonical.order import Amend, Contact, IndexCapabilities, Person, Register, Signaalcode
from gateway.canonical.signal import Signal
from gateway.canonical.terms import Equivalence, Meaning
from gateway.canonical.value import Klasse, Value
from gateway.errors import Misconfigured
from gateway.rules.expiry import MOST_DAYS
from gateway.rules.vocabulary import Vocabulary

T = TypeVar("T")


class Grondslag(StrEnum):
    """On which ground a region works."""

    JEUGDWET_7_1 = "JEUGDWET_7_1"
    TOESTEMMING = "TOESTEMMING"
    GEEN = "GEEN"


class Pack(Value):
    """A policy pack. `version` is the digest of its text."""

    id: str
    version: str
    name: str
    valid_from: dt.date
    legal_basis: Grondslag
    categories: frozenset[str]
    """Who may report here (Besluit Jeugdwet 7.1.1 - 7.1.7)."""
    reasonable_suspicion: bool
    duty_to_inform: Literal["require", "warn", "no"]
    regional_days: int | None = None
    regie_weken: int = Field(default=6, ge=1, le=104)
    """How far ahead the regie of a match is looked at again, where its sender names no day."""
    respons_werkdagen: int = Field(default=5, ge=1, le=60)
    """Within so many working days somebody has the regie of a match and there was contact; then it is escalated."""
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

    def travelling(self, capabilities: IndexCapabilities) -> frozenset[str]:
        """The axes whose words go to an index with these capabilities."""
        return self.travels & capabilities.axes if "betekenissen" in self.leaves else frozenset()


def load(texts: Iterable[tuple[str, bytes]]) -> dict[str, Pack]:
    """Read packs from (source, TOML) pairs; raises Misconfigured with every problem."""
    packs: dict[str, Pack] = {}
    problems: list[str] = []
    for source, text in texts:
        try:
            pack = Pack.model_validate(
                {**tomllib.loads(text.decode()), "version": hashlib.sha256(text).hexdigest()[:12]}
            )
        except ValidationError as error:
            problems += [f"{source}: {'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors()]
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            problems.append(f"{source}: is not TOML")
            continue
        problems += [
            f"{source}: leaves: '{name}' may not leave the gateway" for name in sorted(pack.leaves - MAY_LEAVE)
        ]
        if pack.id in packs:
            problems.append(f"{source}: id: '{pack.id}' is taken by another pack")
        packs[pack.id] = pack
    if problems:
        raise Misconfigured(*problems)
    return packs


def texts(shipped: Traversable, own: Iterable[Path]) -> Iterable[tuple[str, bytes]]:
    """The shipped packs and an operator's own, with where each came from."""
    for entry in sorted(shipped.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_bytes()
    for path in own:
        yield str(path), path.read_bytes()


def _classed(model: type[Value], prefix: str = "") -> Iterable[str]:
    for name, info in model.model_fields.items():
        extra: Any = info.json_schema_extra
        nested = [kind for kind in _kinds(info.annotation) if isinstance(kind, type) and issubclass(kind, Value)]
        if nested and name != "betekenissen":
            yield from (inner for kind in nested for inner in _classed(kind, f"{prefix}{name}."))
        elif extra["klasse"] != Klasse.GATEWAY:
            yield f"{prefix}{name}"


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", None) or (annotation,)


MAY_LEAVE = frozenset(_classed(Signal))
"""Every field of the dictionary whose class lets it leave; a pack may name no other."""

SIGNAALCODE = {"binnen-1-werkdag": Signaalcode.URGENT, "binnen-5-werkdagen": Signaalcode.LAAG}
"""Contact terms that a covenant's signaalcode can say exactly (Zorg voor Jeugd Groningen)."""


def outgoing(
    signal: Signal, message_id: UUID, pack: Pack, capabilities: IndexCapabilities, vocabulary: Vocabulary | None
) -> Register:
    """Cut a signal to what may leave to an index. A BSN goes alone, without the data it stands for.

    Without the vocabulary a signal was understood with, no word leaves.
    """

    def leaves(field: str, value: T) -> T | None:
        return value if field in pack.leaves else None

    child = signal.jeugdige
    if child.bsn is not None and "jeugdige.bsn" in pack.leaves:
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
    axes = pack.travelling(capabilities)
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
    def leaves(field: str, value: str | None) -> str | None:
        return value if field in pack.leaves else None

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
