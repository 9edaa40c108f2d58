"""What the gateway asks of an index, and what came of it. One order is one message."""

import datetime as dt
from enum import StrEnum
from typing import Literal
from uuid import UUID

from gateway.canonical.match import Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.signal import Geslacht, Soort
from gateway.canonical.terms import Meaning
from gateway.canonical.value import Value


class Person(Value):
    """Who the signal is about, as far as the allow-list lets it leave: a BSN, or identifying data, never both."""

    bsn: str | None = None
    familienaam: str | None = None
    voorvoegsel: str | None = None
    voornamen: str | None = None
    geboortedatum: str | None = None
    geslacht: Geslacht | None = None
    postcode: str | None = None
    huisnummer: int | None = None


class Contact(Value):
    """How to reach the melder, as far as the allow-list lets it leave."""

    professional_id: str
    naam: str
    functie: str | None = None
    instantie_id: str
    instantie_naam: str
    locatie: str | None = None
    telefoon: str | None = None
    email: str | None = None
    coordinator: str | None = None


class Signaalcode(StrEnum):
    """A contact term in the code of regions whose covenant has one: 5 working days, or 1."""

    LAAG = "LAAG"
    URGENT = "URGENT"


class Register(Value):
    """Make the signal known at the index."""

    message_id: UUID
    signaal_id: UUID
    soort: Soort
    person: Person
    contact: Contact
    datum_tijd_melding: dt.datetime
    verwijderdatum: dt.date
    signaalcode: Signaalcode | None = None
    meanings: tuple[Meaning, ...] = ()


class End(Value):
    """The signal goes to the index's archive."""

    message_id: UUID
    signaal_id: UUID
    datum_einde: dt.date


class Withdraw(Value):
    """The index destroys the signal, without archive."""

    message_id: UUID
    signaal_id: UUID


class Amend(Value):
    """The signal as it is now: another contact, or a later removal date. Its moment and its child stay."""

    message_id: UUID
    signaal_id: UUID
    contact: Contact
    verwijderdatum: dt.date


class AskStatus(Value):
    """What became of an earlier message? Asked when its outcome is unknown."""

    message_id: UUID
    about: UUID


class Poll(Value):
    """Which matches arose or lapsed after the cursor?"""

    message_id: UUID
    cursor: int


class AskCapabilities(Value):
    """What can this index carry?"""

    message_id: UUID


class Alarm(Value):
    """Tell an organisation's duty address that a file of its own asks for attention now; no index gets this."""

    message_id: UUID
    address: str
    naam: str
    """The organisation's own name."""
    moment: dt.datetime


class Bericht(StrEnum):
    """What a receiver is told of its match."""

    GEMELD = "match-melding"
    VERVALLEN = "match-vervallen"
    VERWIJDEREN = "verwijderverzoek"
    """It rests on a signal that was destroyed, as when it was about the wrong child: what is kept of it must go too.

    The receiver's answer confirms that.
    """


class Announce(Value):
    """Tell a receiver of its match, in its own way; no index gets this."""

    message_id: UUID
    """The same at every attempt: by it a receiver knows a repeat."""
    number: int
    """Place in what this receiver is told in this way."""
    bericht: Bericht
    match: Match
    moment: dt.datetime
    """When there was this news."""


class Pulse(Value):
    """Ask a subscriber whether it is there: the handshake, and later a sign of life."""

    message_id: UUID
    moment: dt.datetime


Order = Register | Amend | End | Withdraw | AskStatus | Poll | AskCapabilities | Alarm | Announce | Pulse


class MatchNews(Value):
    """One change of a match as the index told it: untrusted until correlated to an own open signal."""

    index_match_id: str
    soort: MatchSoort
    signaal_id: str
    niet_dezelfde_jeugdige: bool
    ontstaan_op: dt.datetime
    status: MatchStatus
    content: MatchContent


class Ended(Value):
    """The index destroyed a signal by itself, for a reason of the register of persons: untrusted until correlated."""

    signaal_id: str
    reason: Literal["OVERLEDEN", "DRIEENTWINTIG"]


class Done(Value):
    """The index did it, and said so in a correlated, schema-valid answer."""

    index_ref: str | None = None
    news: tuple[MatchNews, ...] = ()
    ended: tuple[Ended, ...] = ()
    dropped: int = 0
    """Entries of the answer that were cut because they broke the match dictionary's limits."""
    cursor: int | None = None
    more: bool = False
    confirmed: bool = False
    """A receiver removed what it was asked to remove."""


class Refused(Value):
    """The index refused; its own code is passed on, its text is not."""

    code: str


class Retry(Value):
    """The index certainly did not take it; the same message may be sent again."""

    reason: str


class Unknown(Value):
    """Nobody knows whether the index took it: ask before sending again."""

    reason: str


class NotFound(Value):
    """The index does not know the message that was asked about."""


class IndexCapabilities(Value):
    """What an index can carry and how long it may take to know a message."""

    ketenregistratie: bool = False
    signaalcode: bool = False
    mails: bool = False
    """Whether it mails those concerned of a match itself."""
    wijzigen: bool = False
    """Whether it can be told of another contact or a later removal date."""
    axes: frozenset[str] = frozenset()
    processing_time: dt.timedelta = dt.timedelta(seconds=10)


Outcome = Done | Refused | Retry | Unknown | NotFound | IndexCapabilities
