"""The legal life of a signal, as one table, and the clocks of the law. Jeugdwet 7.1.4.5 and 7.1.4.6.

The life of a message to an index is another thing: `rules.delivery`.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from gateway.canonical.receipt import Status

MAX_YEARS = 2
"""7.1.4.5 lid 2 a: at most two years after the melding, never reset."""
ARCHIVE_YEARS = 5
"""7.1.4.6 lid 1."""
AGE_LIMIT = 23
"""7.1.1.1: a jeugdige has not reached this age."""


class Gebeurtenis(StrEnum):
    """What can happen to a signal, in the law's words."""

    BEEINDIGD = "BEEINDIGD"
    INGETROKKEN = "INGETROKKEN"
    GEWIJZIGD = "GEWIJZIGD"
    """Other contact data."""
    VERLENGD = "VERLENGD"
    """A later removal date, within two years of the melding."""
    OVERGEDRAGEN = "OVERGEDRAGEN"
    """Another professional of the same instance is the melder."""
    VERLOPEN = "VERLOPEN"
    DRIEENTWINTIG = "DRIEENTWINTIG"
    ARCHIEF_VOORBIJ = "ARCHIEF_VOORBIJ"
    OVERLEDEN = "OVERLEDEN"
    AVG = "AVG"
    """The college granted erasure (AVG 17) or an objection (AVG 21)."""
    REGIO_BEEINDIGD = "REGIO_BEEINDIGD"
    """The region ended: without a basis nothing is kept."""


LIFE: dict[tuple[Status, Gebeurtenis], Status] = {
    (Status.ACTIEF, Gebeurtenis.GEWIJZIGD): Status.ACTIEF,  # 7.1.3.3
    (Status.ACTIEF, Gebeurtenis.VERLENGD): Status.ACTIEF,  # 7.1.4.5 lid 2 a
    (Status.ACTIEF, Gebeurtenis.OVERGEDRAGEN): Status.ACTIEF,  # 7.1.3.3
    (Status.ACTIEF, Gebeurtenis.BEEINDIGD): Status.ARCHIEF,  # 7.1.4.5 lid 1 b
    (Status.ACTIEF, Gebeurtenis.VERLOPEN): Status.ARCHIEF,  # 7.1.4.5 lid 2 a
    (Status.ACTIEF, Gebeurtenis.INGETROKKEN): Status.VERNIETIGD,  # 7.1.4.5 lid 1 a, 7.1.4.6
    (Status.ARCHIEF, Gebeurtenis.INGETROKKEN): Status.VERNIETIGD,  # idem: wrongly made is never kept
    (Status.ACTIEF, Gebeurtenis.DRIEENTWINTIG): Status.VERNIETIGD,  # 7.1.4.5 lid 2 b
    (Status.ARCHIEF, Gebeurtenis.DRIEENTWINTIG): Status.VERNIETIGD,  # 7.1.4.6 lid 1
    (Status.ARCHIEF, Gebeurtenis.ARCHIEF_VOORBIJ): Status.VERNIETIGD,  # 7.1.4.6 lid 1
    (Status.ACTIEF, Gebeurtenis.OVERLEDEN): Status.VERNIETIGD,  # 7.1.4.5 lid 2 c
    (Status.ARCHIEF, Gebeurtenis.OVERLEDEN): Status.VERNIETIGD,  # 7.1.4.6 lid 1
    (Status.ACTIEF, Gebeurtenis.AVG): Status.VERNIETIGD,  # AVG 17 and 21, 7.1.4.6: not archived
    (Status.ARCHIEF, Gebeurtenis.AVG): Status.VERNIETIGD,  # idem
    (Status.ACTIEF, Gebeurtenis.REGIO_BEEINDIGD): Status.VERNIETIGD,  # AVG 5 lid 1 e, 6
    (Status.ARCHIEF, Gebeurtenis.REGIO_BEEINDIGD): Status.VERNIETIGD,  # idem
}


def follow(status: Status, event: Gebeurtenis) -> Status | None:
    """Where an event leads; None when it cannot happen in this state."""
    return LIFE.get((status, event))


def years_later(day: dt.date, years: int) -> dt.date:
    """The same calendar day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as far as it is known: the first and the last day it can be."""

    earliest: dt.date
    latest: dt.date

    @classmethod
    def parse(cls, text: str) -> "BirthDate":
        """Read `yyyy`, `yyyy-mm` or `yyyy-mm-dd`; raises ValueError for a date that does not exist."""
        parts = [int(part) for part in text.split("-")]
        match parts:
            case [year]:
                return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))
            case [year, month]:
                first = dt.date(year, month, 1)
                following = dt.date(year + month // 12, month % 12 + 1, 1)
                return cls(first, following - dt.timedelta(days=1))
            case [year, month, day]:
                whole = dt.date(year, month, day)
                return cls(whole, whole)
        raise ValueError("not a date")

    @property
    def partial(self) -> bool:
        """Whether day or month is unknown."""
        return self.earliest != self.latest

    def of_age(self, day: dt.date) -> bool:
        """Whether the person has surely reached 23 on a day."""
        return years_later(self.latest, AGE_LIMIT) <= day

    def last_day(self, day: dt.date) -> dt.date:
        """The 23rd birthday: the first it can be, or the last it can be when the first has passed on `day`."""
        first = years_later(self.earliest, AGE_LIMIT)
        return first if first > day else years_later(self.latest, AGE_LIMIT)

    def age(self, day: dt.date) -> int:
        """The lowest age the person can have on a day."""
        birthday = self.latest
        return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


@dataclass(frozen=True, slots=True)
class Period:
    """How long a signal may last, and by which rule."""

    last: dt.date
    by_birthday: bool
    """The limit is the 23rd birthday, which must not be told back in an error."""


def period(reported: dt.date, birth: BirthDate | None, regional_days: int | None) -> Period:
    """The latest removal date: two years, or the region's shorter period, or the 23rd birthday; whichever is first."""
    last = years_later(reported, MAX_YEARS)
    if regional_days is not None:
        last = min(last, reported + dt.timedelta(days=regional_days))
    if birth is not None and (birthday := birth.last_day(reported)) < last:
        return Period(birthday, by_birthday=True)
    return Period(last, by_birthday=False)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the clock will do to a signal, and on which legal day."""

    on: dt.date
    event: Gebeurtenis


def birthday(born: str | None, reported: dt.date) -> dt.date | None:
    """The 23rd birthday of whom a signal reported that day is about; None where no birth date is known."""
    return BirthDate.parse(born).last_day(reported) if born else None


def ahead(status: Status, removal: dt.date, adult: dt.date | None) -> Ahead | None:
    """The next event of the clock; None for what is destroyed. `removal` is the day it leaves, or left, the index.

    Who turns 23 on the day of another event is destroyed.
    """
    if status is Status.VERNIETIGD:
        return None
    if status is Status.ACTIEF:
        first = Ahead(removal, Gebeurtenis.VERLOPEN)
    else:
        first = Ahead(years_later(removal, ARCHIVE_YEARS), Gebeurtenis.ARCHIEF_VOORBIJ)
    return Ahead(adult, Gebeurtenis.DRIEENTWINTIG) if adult is not None and adult <= first.on else first


def standing(status: Status, removal: dt.date, today: dt.date) -> Status:
    """The state as it is today: an active signal whose removal date has come is active no more.

    Until the clock has carried that out (`ahead`), which is a matter of minutes, it is told as archived.
    """
    if status is Status.ACTIEF and today >= removal:
        return LIFE[Status.ACTIEF, Gebeurtenis.VERLOPEN]
    return status
