"""What is asked of a regional index, in no wire format; what it answers stands in `replies`. Prints as `***`."""

import datetime as dt
from typing import Literal

from gateway.canonical.match import Opvolging
from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.signal import Soort
from gateway.canonical.value import Value
from gateway.simulator.loket_values import Asked


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
