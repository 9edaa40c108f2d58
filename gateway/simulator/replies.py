"""What a regional index answers, in no wire format. Every value prints as `***`."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexCapabilities, IndexRegie
from gateway.canonical.value import Value
from gateway.simulator.codes import meaning
from gateway.simulator.loket_values import NoBag, Ruling, Shown
from gateway.simulator.values import Word


class News(Value):
    """One change of a match, as one of its two parties is told. No contact once a signal of it was destroyed."""

    match_id: str
    soort: MatchSoort
    reference: str
    arose_at: dt.datetime
    status: MatchStatus
    contact: Contact | None = None
    words: tuple[Word, ...] = ()
    remove: bool = False
    """It lapsed because a signal of it was destroyed: what is kept of it must go."""
    regie: IndexRegie | None = None
    planted: bool = False
    """Put there by a scripted fault: no match is behind it, and it may break the contract's limits."""

    @property
    def of_family(self) -> bool:
        """Whether it is about another young person than the own signal is."""
        return self.soort in (MatchSoort.GEZINSMATCH_OUDER, MatchSoort.GEZINSMATCH_ADRES)


class Registered(Value):
    """The signal is known; what matched at once, and whether the archive holds something of another organisation."""

    kind: Literal["registered"] = "registered"
    index_id: str
    status: str
    verwijderdatum: dt.date
    news: tuple[News, ...] = ()
    history: bool = False
    known: bool = False
    """It stood there before."""


class Acknowledged(Value):
    """The signal's state after an end or a withdrawal."""

    kind: Literal["acknowledged"] = "acknowledged"
    index_id: str
    status: str


class Arranged(Value):
    """Whether a wish was granted, and the regie as it is now; whom it names is told with the match."""

    kind: Literal["arranged"] = "arranged"
    index_id: str
    done: bool
    regie: IndexRegie


class Refused(Value):
    """The index does not do it. `client`: the sender's fault; `repeatable`: the same message may be sent again."""

    kind: Literal["refused"] = "refused"
    code: str
    fields: tuple[str, ...] = ()
    client: bool = True
    repeatable: bool = False

    @property
    def meaning(self) -> str:
        """What its code says to a reader."""
        return meaning(self.code)


Kept = Annotated[Registered | Acknowledged | Arranged | Refused, Field(discriminator="kind")]
"""The answers that are stored, and given again when the message is repeated."""


class Reply(Value):
    """An answer that was given, with the identity and the moment it keeps on every repeat."""

    answer_id: UUID
    answered_at: dt.datetime
    to: str
    """The reference of the message it answers."""
    answer: Kept
    stood: bool = False
    """What was to be registered stood there already."""


class Found(Value):
    """What became of the message asked about; no reply when the index does not know it."""

    reply: Reply | None
    at: dt.datetime


class Page(Value):
    """A part of the stream of news. `last` is the number to go on from."""

    news: tuple[News, ...]
    ended: tuple[tuple[str, str], ...] = ()
    """References of signals that the register of persons put an end to, and why."""
    numbers: tuple[int, ...] = ()
    """Of each piece of news, then of each end: where it stands in the stream."""
    last: int
    more: bool
    at: dt.datetime


class Able(Value):
    """What the index can carry."""

    capabilities: IndexCapabilities
    at: dt.datetime


class Numbered(Value):
    """The number of a client, or that of a professional with the client it was asked for."""

    number: str
    client: str | None = None
    at: dt.datetime


class Standing(Value):
    """A signal as it is held; of a destroyed one no contact and no moment."""

    index_id: str
    status: str
    contact: Contact | None
    datum_tijd_melding: str | None
    verwijderdatum: dt.date
    leidend: bool


class Held(Value):
    """What stands under a reference."""

    standing: tuple[Standing, ...]
    at: dt.datetime


class Piece(Value):
    """One piece of news in a bag: its place there, the numbers that its contract knows, and whose it is."""

    rank: int
    news: News
    number: int
    """Of the match, the same for both sides."""
    version: int
    silent: bool
    organisation: str
    signal: str
    at: dt.datetime


class Bag(Value):
    """A bag of news, and how much comes after it. Without a number there is nothing."""

    number: int | None
    waiting: int
    pieces: tuple[Piece, ...]


OfLoket = Ruling | Shown | Bag | NoBag
"""The answers of a counter, which one dialect alone can ask at."""
Answer = Reply | Refused | Found | Held | Numbered | Page | Able | OfLoket
