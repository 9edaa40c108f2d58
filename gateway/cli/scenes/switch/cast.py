"""Which signals there are while a municipality moves: by four organisations, about published children."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle

from gateway.canonical.order import Person
from gateway.cli.partners import MELDING
from gateway.cli.scenes.people import CARE, JGZ, SCHOOL, YOUTH
from gateway.simulator.persons import Known, Persons

MOVES, STAY = "0363", ("0518", "0599", "0344")
"""The municipality that moves, and those that stay."""
MANY = 100
FORMATS = {SCHOOL: "SOAP", CARE: "FHIR", JGZ: "CSV", YOUTH: "JSON"}
"""Every organisation sends in a format of its own."""
PAIRS = ((SCHOOL, CARE), (JGZ, YOUTH), (SCHOOL, JGZ), (CARE, YOUTH), (SCHOOL, YOUTH), (CARE, JGZ))
"""Which two know the same child."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A signal that an organisation is going to give."""

    who: str
    source: str
    child: Known
    municipality: str


def born(child: Known) -> str:
    """A birth date as senders write it."""
    return f"{child.born[:4]}-{child.born[4:6]}-{child.born[6:]}"


def children() -> list[Known]:
    """The published test persons that are children now and have no namesake of that age, the movers first."""
    everybody, today = Persons.shipped(), dt.datetime.fromisoformat(MELDING).date()

    def alone(one: Known) -> bool:
        said = Person(familienaam=one.geslachtsnaam, geboortedatum=born(one), geslacht=one.geslacht)
        return len(everybody.candidates(said)) == 1

    living = [one for one in everybody if one.younger_than_adult(today) and not one.suspended]
    return [one for place in (MOVES, *STAY) for one in living if one.gemeente == place and alone(one)]


def first() -> list[Wish]:
    """What stands before anything moves: each child is known to two, a few to a third.

    One child moved house: the third gave a signal where it lived before, in a municipality that stays.
    """
    known = children()
    given = [(who, one, one.gemeente) for one, pair in zip(known, cycle(PAIRS), strict=False) for who in pair]
    for one in known[: MANY - len(given)]:
        given.append((_without(one, given)[0], one, one.gemeente if one is not known[0] else STAY[0]))
    return [Wish(who, f"{FORMATS[who]}-{number:03}", one, where) for number, (who, one, where) in enumerate(given, 1)]


def moved_house(given: Iterable[Wish]) -> Wish:
    """The signal about a child of the moving municipality that stands in another."""
    return next(one for one in given if one.child.gemeente == MOVES != one.municipality)


def more(given: list[Wish], number: int) -> list[Wish]:
    """One more signal in each format, each about another child of the moving municipality that others know already."""
    told = [(one.who, one.child, one.municipality) for one in given]
    free = [one for one in children()[1:] if one.gemeente == MOVES]
    wishes: list[Wish] = []
    for who, form in FORMATS.items():
        child = next(one for one in free if who in _without(one, told))
        free.remove(child)
        wishes.append(Wish(who, f"{form}-{number + len(wishes):03}", child, MOVES))
    return wishes


def elsewhere(given: list[Wish], who: str, number: int) -> Wish:
    """One more signal of an organisation, about a child of a municipality that stays and that others know already."""
    told = [(one.who, one.child, one.municipality) for one in given]
    child = next(one for one in children() if one.gemeente != MOVES and who in _without(one, told))
    return Wish(who, f"{FORMATS[who]}-{number:03}", child, child.gemeente)


def _without(child: Known, given: Iterable[tuple[str, Known, str]]) -> list[str]:
    """The organisations that gave no signal about a child."""
    known = {who for who, about, _ in given if about == child}
    return [who for who in FORMATS if who not in known]
