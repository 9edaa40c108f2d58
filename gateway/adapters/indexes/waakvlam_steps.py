"""Which messages of the contract "waakvlam" version 1 one order takes, and what stands in each.

The index changes a vermelding by its own number alone, so a change begins by asking for that under our own reference
(eigen kenmerk). Logging in is not among these: `waakvlam` does that when the index asks for it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from gateway.adapters.indexes.waakvlam_words import NOT_SAID, SOORT, contact, day, element, moment, person
from gateway.canonical.order import (
    Alarm,
    Amend,
    Announce,
    Arrange,
    AskCapabilities,
    AskStatus,
    End,
    Escalate,
    Expiring,
    FollowUp,
    Inspect,
    Lead,
    Order,
    Poll,
    Pulse,
    Register,
    Withdraw,
)
from gateway.errors import IndexFault
from gateway.wire.xml import Element

PLACE, TAKE_OVER, REVISE = "PlaatsVermelding", "NeemVermeldingOver", "WerkVermeldingBij"
CLOSE, CONSULT, COLLECT, SHOW, OPEN = (
    "SluitVermelding",
    "RaadpleegVermelding",
    "HaalPost",
    "ToonAansluiting",
    "OpenLoket",
)
AboutSignal = Register | Amend | End | Withdraw | Lead | Inspect


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """What one conversation has come to know. `ticket` is the one that the message was written with."""

    ticket: str = ""
    opening: bool = False
    number: str = ""
    """What the index calls the vermelding."""
    until: dt.date | None = None
    """The last day that the index allows, earlier than the one that was asked for."""
    undated: bool = False
    """The moment of reporting is too long ago for the index, which then takes its own."""
    consult: bool = False
    """It was refused for what may have changed since an earlier attempt: does it stand there already?"""
    leads: bool | None = None
    """Whether the index says that it leads for the organisation."""
    renewed: bool = False
    """It was written anew, for a kept message names for whom we acted when it was first written."""
    gap: bool = False
    """What came after the cursor is not all kept any more: begin at what is."""


NOTHING = Given()
_STAND_IN = "2000-BBB-00000"


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One message: its operation and its elements."""

    operation: str
    content: tuple[Element, ...] = ()


def step(order: Order, given: Given = NOTHING) -> Step:
    """The message an order takes next, once this much is known.

    Raises IndexFault for what this dialect has no message for, and ValueError for a text that XML cannot carry.
    """
    match order:
        case Register() if given.consult:
            return _consult(order)
        case Register(signaalcode=None, meanings=()):
            return _registration(order, given)
        case Register():
            raise IndexFault("this dialect has no word for a contact term, nor for what a sender says of a signal")
        case Amend() | End() | Withdraw() if not given.number:
            return _consult(order)
        case Amend() | End() | Withdraw():
            return _change(order, given)
        case Inspect() if given.leads is not None:
            return _consult(order)
        case Inspect() | Lead() | AskCapabilities():
            return Step(SHOW)
        case Poll(cursor=cursor):
            return Step(COLLECT, () if given.gap or not cursor else (element("naZak", text=str(cursor)),))
        case Arrange() | FollowUp():
            raise IndexFault("this dialect has no message for the regie of a match, nor for what became of one")
        case AskStatus():
            raise IndexFault("this dialect has no question about an earlier message: it is repeated")
        case Alarm() | Announce() | Escalate() | Expiring() | Pulse():
            raise IndexFault("what an organisation is told is no message for an index")
        case _:
            assert_never(order)


def steps(order: Order) -> Iterator[Step]:
    """Every message an order may take, in order, with a number that no index gave."""
    yield step(order)
    match order:
        case Register():
            yield step(order, Given(undated=True))
        case Amend() | End() | Withdraw():
            yield step(order, Given(number=_STAND_IN))
        case Inspect():
            yield step(order, Given(leads=True))


def organisation_of(order: Order) -> str | None:
    """For whom an order is done; None where that is all organisations."""
    match order:
        case Register(contact=who) | Amend(contact=who):
            return who.instantie_id
        case End() | Withdraw() | Lead() | Inspect():
            return order.organisatie
        case _:
            return None


def asked_until(order: Register | Amend, given: Given) -> dt.date:
    """Until when a vermelding is to stand, as it is asked for."""
    return given.until or order.verwijderdatum


def without(given: Given) -> Given:
    """What is known, for a message that is to be written anew."""
    return replace(given, ticket="", opening=False)


def _consult(order: AboutSignal) -> Step:
    return Step(CONSULT, (element("eigenKenmerk", text=str(order.signaal_id)),))


def _registration(order: Register, given: Given) -> Step:
    """A new vermelding; or one that another index leads for, taken over in silence."""
    until = element("uiterlijkeDag", text=day(asked_until(order, given)))
    shared = (
        element("eigenKenmerk", text=str(order.signaal_id)),
        element("soort", text=SOORT[order.soort]),
        person(order.person),
    )
    said = moment(order.datum_tijd_melding)
    if order.leidend:
        reported = () if given.undated else (element("meldmoment", text=said),)
        return Step(PLACE, (*shared, *reported, until, contact(order.contact)))
    reported = (element("oorspronkelijkMoment", text=said),)
    before = element("vorigeLeverancier", text=NOT_SAID)
    return Step(TAKE_OVER, (*shared, *reported, until, contact(order.contact), before))


def _change(order: Amend | End | Withdraw, given: Given) -> Step:
    number = element("nummer", text=given.number)
    match order:
        case Amend():
            until = element("uiterlijkeDag", text=day(asked_until(order, given)))
            return Step(REVISE, (number, until, contact(order.contact)))
        case End():
            return Step(CLOSE, (number, element("wijze", text="BEEINDIGD")))
        case Withdraw():
            return Step(CLOSE, (number, element("wijze", text="INGETROKKEN")))
        case _:
            assert_never(order)
