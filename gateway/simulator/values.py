"""What is asked of a regional index and what it answers, in no wire format. Every value prints as `***`."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.canonical.match import MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import Contact, IndexCapabilities, IndexRegie, Person, Signaalcode
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.signal import Soort
from gateway.canonical.value import Value
from gateway.simulator.codes import meaning
from gateway.simulator.loket_values import Asked, NoBag, Ruling, Shown


class Word(Value):
    """A sender's word on an axis with its shared meaning (the contract's `aanduiding`)."""

    axis: str
    code: str
    word: str
    equivalence: str


class Register(Value):
    """Make a signal known."""

    kind: Literal["register"] = "register"
    reference: str
    soort: Soort
    person: Person
    contact: Contact
    datum_tijd_melding: str
    verwijderdatum: dt.date
    signaalcode: Signaalcode | None = None
    words: tuple[Word, ...] = ()
    leidend: bool = True
    once: bool = False
    """Only where nothing stands under its reference, also nothing destroyed; else what stands there is the answer."""


class End(Value):
    """The signal goes to the archive."""

    kind: Literal["end"] = "end"
    reference: str
    datum_einde: dt.date


class Lead(Value):
    """Whether this index leads for a signal from now on."""

    kind: Literal["lead"] = "lead"
    reference: str
    leidend: bool


class Withdraw(Value):
    """The signal is destroyed, without archive."""

    kind: Literal["withdraw"] = "withdraw"
    reference: str


class Amend(Value):
    """The signal as it is now: another contact, another removal date."""

    kind: Literal["amend"] = "amend"
    reference: str
    contact: Contact
    verwijderdatum: dt.date


class Verify(Value):
    """Which number does the young person have here, for a registration under this reference?"""

    reference: str
    person: Person


class Enrol(Value):
    """Which number does a professional have here, who wants to register something of a client?"""

    contact: Contact
    client: str | None = None


class Record(Value):
    """Make a signal known by numbers that were given before. It stands once under its reference, however often said."""

    reference: str
    soort: Soort
    client: str
    professional: str
    datum_tijd_melding: str
    verwijderdatum: dt.date
    signaalcode: Signaalcode | None = None
    leidend: bool = True


class Rewrite(Value):
    """The signal as it is now, by the number of who has it."""

    reference: str
    professional: str
    verwijderdatum: dt.date


class Arrange(Value):
    """A wish for the regie of a match, on the stand its sender knows; without one, on whatever it is now."""

    kind: Literal["arrange"] = "arrange"
    reference: str
    match_id: str
    handeling: Regiehandeling
    stand: int | None
    herzien_op: dt.date | None = None


class FollowUp(Value):
    """What one side tells of a match."""

    kind: Literal["follow-up"] = "follow-up"
    reference: str
    match_id: str
    contact: Opvolging


class AskStatus(Value):
    """What became of an earlier message of this sender?"""

    about: str


class Poll(Value):
    """The sender's news after a number."""

    after: int
    maximum: int


class AskCapabilities(Value):
    """What can this index carry?"""


class Inspect(Value):
    """What stands under one reference of the asker?"""

    reference: str


Change = Register | Amend | End | Withdraw | Lead | Arrange | FollowUp
Step = Verify | Enrol | Record | Rewrite
"""A registration in steps, each of which may be said again; nothing of their answers is kept."""
Request = Change | Step | Inspect | AskStatus | Poll | AskCapabilities | Asked


class Message(Value):
    """A request with what its message says about itself."""

    sender: str
    reference: str
    request: Request


class Call(Value):
    """A message as its dialect read it, with what the answer has to refer to."""

    operation: str
    message: Message
    addressee: str
    version: str
    relates_to: str = ""


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
