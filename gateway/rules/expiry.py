"""When a sender hears that its signal will end: so many days before the removal date, as the region's pack says.

Nobody is told of a day that had passed when the removal date was set, nor, after a worker was away, of more than the
last one that is due.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

MOST_DAYS = 366
"""A pack may not ask for it earlier than so many days before."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """What is to be told now, and from which legal day on there is more; None for nothing."""

    days: int | None
    then: dt.date | None


def first(since: dt.date, removal: dt.date) -> dt.date | None:
    """From which legal day on there can be something to tell of a removal date that was set on the day `since`."""
    looks = max(since + dt.timedelta(days=1), removal - dt.timedelta(days=MOST_DAYS))
    return looks if looks < removal else None


def due(removal: dt.date, asked: Iterable[int], looks: dt.date, today: dt.date) -> Expiry:
    """What to tell today of what is `asked` for, the days before the removal date; earlier than `looks` counts not."""
    days = {removal - dt.timedelta(days=number): number for number in asked}
    passed = [day for day in days if looks <= day <= today < removal]
    coming = [day for day in days if day > max(today, looks - dt.timedelta(days=1))]
    return Expiry(days[max(passed)] if passed else None, min(coming, default=None))
