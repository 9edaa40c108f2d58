"""What is asked at the counter (loket) of an index that numbers its own signals, and what it rules. Prints as `***`.

Of the dialect "waakvlam"; in no wire format. What it tells of matches is in `replies`.
"""

import datetime as dt
from typing import Literal

from gateway.canonical.order import Contact, Person
from gateway.canonical.signal import Soort
from gateway.canonical.value import Value


class Place(Value):
    """A new signal; or one that another index has (`taken`), of which nobody is mailed."""

    reference: str
    organisation: str
    soort: Soort
    person: Person
    contact: Contact
    moment: dt.datetime | None
    until: dt.date | None
    taken: bool = False
    before: str | None = None
    """Whose index has it, of one that is taken over."""


class Revise(Value):
    """Another contact, another last day, or both."""

    number: str
    organisation: str
    contact: Contact | None
    until: dt.date | None


class Close(Value):
    """It ends and goes to the archive, or it is withdrawn and destroyed."""

    number: str
    organisation: str
    withdraw: bool


class Consult(Value):
    """What stands under a number, or under a reference."""

    organisation: str
    number: str | None = None
    reference: str | None = None


class Collect(Value):
    """The bag of news after another; without one, the oldest there is."""

    after: int | None


class Show(Value):
    """For whom does this connection act, and who leads for them? `organisation`: one that it says it acts for."""

    organisation: str | None = None


Asked = Place | Revise | Close | Consult | Collect | Show


class Entry(Value):
    """A signal as it is told at the counter; the person it is about is never told."""

    number: str
    reference: str
    status: str
    reported: dt.datetime | None
    until: dt.date | None
    soort: Soort | None = None
    recognised: str | None = None
    contact: Contact | None = None
    before: str | None = None
    closed: dt.datetime | None = None


class Ruling(Value):
    """What came of it, by the contract's own codes; `limit` is the last day that is allowed."""

    code: str
    field: str = ""
    limit: dt.date | None = None
    entry: Entry | None = None


class Party(Value):
    """An organisation as its index knows it: who leads for it, and whether signals may be taken over."""

    code: str
    leads: bool
    open: bool


class Shown(Value):
    """A connection with its organisations."""

    parties: tuple[Party, ...]
    takes_over: bool
    at: dt.datetime


class NoBag(Value):
    """The bag that was named was never given out, or what came after it is not all kept any more."""

    reason: Literal["ZAK_ONBEKEND", "ZAK_OPGERUIMD"]
    oldest: int | None = None
