"""What the gateway asks of an index, and what came of it. One order is one message."""

import datetime as dt
from enum import StrEnum
from typing import Literal
from uuid import UUID

from gateway.canonical.match import Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import Status
from gateway.canonical.regie import Aanspreekpunt, Regiehandeling, Wie
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
    leidend: bool = True
    """Whether this index leads for it. One that does not keeps it, and neither mails nor tells the national index."""


class End(Value):
    """The signal goes to the index's archive."""

    message_id: UUID
    signaal_id: UUID
    datum_einde: dt.date
    organisatie: str = ""
    """Whose signal it is, as `instantie_id` says of a registration."""


class Withdraw(Value):
    """The index destroys the signal, without archive."""

    message_id: UUID
    signaal_id: UUID
    organisatie: str = ""
    """Whose signal it is, as `instantie_id` says of a registration."""


class Lead(Value):
    """Whether this index leads for the signal from now on; the signal itself stays as it is."""

    message_id: UUID
    signaal_id: UUID
    leidend: bool
    organisatie: str = ""
    """Whose signal it is, as `instantie_id` says of a registration."""


class Inspect(Value):
    """What stands at the index under our own reference?"""

    message_id: UUID
    signaal_id: UUID
    organisatie: str = ""
    """Whose signal it is, as `instantie_id` says of a registration."""


class Amend(Value):
    """The signal as it is now: another contact, or a later removal date. Its moment and its child stay."""

    message_id: UUID
    signaal_id: UUID
    contact: Contact
    verwijderdatum: dt.date


class Arrange(Value):
    """A wish for the regie of a match, at an index that holds it: done only on the stand the index told last."""

    message_id: UUID
    signaal_id: UUID
    index_match_id: str
    handeling: Regiehandeling
    stand: int
    herzien_op: dt.date | None = None


class FollowUp(Value):
    """What the receiver of a match told of it, for an index that can take it."""

    message_id: UUID
    signaal_id: UUID
    index_match_id: str
    contact: Opvolging


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
    VERHUIZING = "verhuisbericht"
    """The young person moved to another municipality."""
    REGIE = "match-regie"
    """Another aanspreekpunt, an offer, a day of review: the match as it is now."""
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


class Expiring(Value):
    """Tell a sender that its own signal will end; no index gets this."""

    message_id: UUID
    """The same at every attempt: by it a receiver knows a repeat."""
    signaal_id: UUID
    bron_systeem: str
    bron_signaal_id: str
    revisie: int
    verloopt_op: dt.date
    dagen: int
    """How many days before, as the region's pack asks."""
    moment: dt.datetime
    """When that day began."""


class Pulse(Value):
    """Ask a subscriber whether it is there: the handshake, and later a sign of life."""

    message_id: UUID
    moment: dt.datetime


class Escalate(Value):
    """Tell the gemeentelijke regievoerder that a match asks for attention; no index gets this."""

    message_id: UUID
    address: str
    naam: str
    """The region's name."""
    moment: dt.datetime


Told = Alarm | Announce | Escalate | Expiring | Pulse
"""What is told to an organisation, a subscriber or a regievoerder: no index has a message for it."""

Order = (
    Register | Amend | End | Withdraw | Lead | Inspect | Arrange | FollowUp | AskStatus | Poll | AskCapabilities | Told
)


class IndexRegie(Value):
    """The regie of a match as an index that holds it told: the index decides."""

    wie: Wie
    aangeboden: bool = False
    herzien_op: dt.date | None = None
    stand: int
    """The index's own number of it; a higher one is later."""
    wie_dan: Aanspreekpunt = Aanspreekpunt()


class MatchNews(Value):
    """One change of a match as the index told it: untrusted until correlated to an own open signal."""

    index_match_id: str
    soort: MatchSoort
    signaal_id: str
    niet_dezelfde_jeugdige: bool
    ontstaan_op: dt.datetime
    status: MatchStatus
    content: MatchContent
    verwijderen: bool = False
    """It lapsed because a signal of it was destroyed."""
    regie: IndexRegie | None = None


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
    withheld: int = 0
    """Numbers that can be a BSN, taken out of its texts."""
    cursor: int | None = None
    more: bool = False
    regie: IndexRegie | None = None
    """As it is after a wish for it, whether that was granted or not."""
    confirmed: bool = False
    """A receiver removed what it was asked to remove."""


class Standing(Value):
    """One signal as an index says it holds it. Of a destroyed one no contact, no moment, and not always a date."""

    status: Status
    contact: Contact | None = None
    datum_tijd_melding: dt.datetime | None = None
    verwijderdatum: dt.date | None
    leidend: bool


class Held(Value):
    """All that stands at the index under one reference of ours: one signal, none, or, when it went wrong, more."""

    standing: tuple[Standing, ...]


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
    regie: bool = False
    """Whether it holds the regie of a match itself."""
    terugkoppelen: bool = False
    """Whether it can be told what became of a match."""
    opvragen: bool = False
    """Whether it says what stands under a reference of ours."""
    overnemen: bool = False
    """Whether it takes a signal over with its original moment, so that no clock begins anew."""
    stil: bool = False
    """Whether it can take a signal over without mailing anybody."""
    landelijk_uit: bool = False
    """Whether it can take a signal over without telling the national index."""
    axes: frozenset[str] = frozenset()
    processing_time: dt.timedelta = dt.timedelta(seconds=10)


Outcome = Done | Held | Refused | Retry | Unknown | NotFound | IndexCapabilities
