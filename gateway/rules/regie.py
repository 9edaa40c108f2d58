"""Who may do what with the regie of a match, as one table, and the day on which it is looked at again.

A match is between two signals at one index. It has exactly one aanspreekpunt, or explicitly none; every handeling is
made on the stand its sender last saw, so of two who want it at once the second is refused.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from gateway.canonical.regie import Regiehandeling, Wie
from gateway.clock import AMSTERDAM


class Positie(StrEnum):
    """Who has the regie, seen from one side of the match."""

    GEEN = "GEEN"
    IK = "IK"
    IK_BIED_AAN = "IK_BIED_AAN"
    ANDER = "ANDER"
    ANDER_BIEDT_AAN = "ANDER_BIEDT_AAN"

    @classmethod
    def of(cls, wie: Wie, *, offered: bool) -> "Positie":
        """The position of who has it, and whether it is on offer."""
        return {
            (Wie.IK, True): cls.IK_BIED_AAN,
            (Wie.IK, False): cls.IK,
            (Wie.ANDER, True): cls.ANDER_BIEDT_AAN,
            (Wie.ANDER, False): cls.ANDER,
        }.get((wie, offered), cls.GEEN)

    @property
    def wie(self) -> Wie:
        """Who has it."""
        return Wie(self.value.partition("_")[0])

    @property
    def offered(self) -> bool:
        """Whether who has it offers it to the other side."""
        return self in (Positie.IK_BIED_AAN, Positie.ANDER_BIEDT_AAN)


TABLE: dict[tuple[Positie, Regiehandeling], Positie] = {
    (Positie.GEEN, Regiehandeling.NEMEN): Positie.IK,
    (Positie.IK, Regiehandeling.OVERDRAGEN): Positie.IK_BIED_AAN,
    (Positie.IK, Regiehandeling.NEERLEGGEN): Positie.GEEN,
    (Positie.IK, Regiehandeling.HERZIEN): Positie.IK,
    (Positie.IK_BIED_AAN, Regiehandeling.NEERLEGGEN): Positie.GEEN,
    (Positie.IK_BIED_AAN, Regiehandeling.HERZIEN): Positie.IK_BIED_AAN,
    (Positie.ANDER_BIEDT_AAN, Regiehandeling.AANVAARDEN): Positie.IK,
    (Positie.ANDER_BIEDT_AAN, Regiehandeling.AFWIJZEN): Positie.ANDER,
}

DATED = frozenset({Regiehandeling.NEMEN, Regiehandeling.AANVAARDEN, Regiehandeling.HERZIEN})
"""What sets the day of review, six weeks ahead unless the sender or the region says otherwise."""


def follow(positie: Positie, handeling: Regiehandeling) -> Positie | None:
    """Where a handeling leads; None when it cannot be done from there."""
    return TABLE.get((positie, handeling))


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has the regie of a match, whoever looks: a signal here, somebody who is not known here, or nobody."""

    holder: UUID | None = None
    elsewhere: bool = False
    offered: bool = False
    review_on: dt.date | None = None

    def seen_by(self, signal: UUID) -> Positie:
        """The position of one side."""
        wie = Wie.IK if self.holder == signal else Wie.ANDER if self.holder or self.elsewhere else Wie.GEEN
        return Positie.of(wie, offered=self.offered)

    def after(self, signal: UUID, handeling: Regiehandeling, review_on: dt.date | None) -> "Holding | None":
        """What it becomes when a side does something that may also set the day of review; None when it cannot."""
        led = follow(self.seen_by(signal), handeling)
        if led is None:
            return None
        if led is Positie.GEEN:
            return Holding()
        day = review_on if handeling in DATED else self.review_on
        if led.wie is Wie.IK:
            return Holding(signal, offered=led.offered, review_on=day)
        return replace(self, offered=led.offered, review_on=day)


_STAND = re.compile(r"(?:.*\.)?r([0-9]{1,9})")


def stand_said(text: str) -> int:
    """The number of a stand, by itself or at the end of a match's version; the first where a version names none."""
    found = _STAND.fullmatch(text)
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a region and its index make of the regie of a match."""

    weeks: int
    """How far ahead the review is where the sender names no day."""
    held: bool
    """Whether the index holds the regie itself, and so decides."""


def working_days_later(moment: dt.datetime, days: int) -> dt.datetime:
    """So many days from Monday to Friday later, at the same time on the clock of the law; holidays count as days."""
    local = moment.astimezone(AMSTERDAM)
    while days > 0:
        local += dt.timedelta(days=1)
        days -= local.weekday() < SATURDAY
    return local


SATURDAY = 5


def review(
    handeling: Regiehandeling, asked: dt.date | None, *, today: dt.date, last: dt.date, weeks: int
) -> dt.date | None:
    """The day of review a handeling sets; None where it sets none. Raises ValueError for a day that cannot be.

    `last` is the day the own signal, and with it the match, leaves the index.
    """
    if handeling not in DATED:
        if asked is not None:
            raise ValueError("sets no day")
        return None
    if asked is None:
        return min(today + dt.timedelta(weeks=weeks), last)
    if not today < asked <= last:
        raise ValueError("beyond the match")
    return asked
