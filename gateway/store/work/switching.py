"""What can be asked of the writer about moves between indexes, and what it answers."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Which signals a move is about: of a region; none named is all its organisations, or all municipalities."""

    region: str
    tenants: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()

    def holds(self, region: str, tenant: str, municipality: str | None) -> bool:
        """Whether a signal is among them. One that names no municipality is of none."""
        return (
            region == self.region
            and (not self.tenants or tenant in self.tenants)
            and (not self.municipalities or municipality in self.municipalities)
        )

    def covers(self, other: "Scope") -> bool:
        """Whether whatever is in the other is in this."""

        def all_of(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
            return not mine or (bool(theirs) and set(theirs) <= set(mine))

        return (
            self.region == other.region
            and all_of(self.tenants, other.tenants)
            and all_of(self.municipalities, other.municipalities)
        )

    def meets(self, other: "Scope") -> bool:
        """Whether a signal can be in both."""

        def some(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
            return not mine or not theirs or not set(mine).isdisjoint(theirs)

        return (
            self.region == other.region
            and some(self.tenants, other.tenants)
            and some(self.municipalities, other.municipalities)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A move of signals from one index to another."""

    id: UUID
    scope: Scope
    old: str
    new: str
    state: str
    paused: bool
    basis: str
    """On what ground the new provider gets these signals, as it was written down."""
    basis_on: dt.date
    made_at: dt.datetime
    moved_at: dt.datetime
    proof: str = ""
    """What showed that nothing is left at the index that was emptied."""
    leads: str | None = None
    """The index that leads for what comes in; None as long as the move says nothing of it."""
    copy: str | None = None
    """Where that goes too."""

    @property
    def beside(self) -> str:
        """The index that does not lead."""
        return self.old if self.leads == self.new else self.new


@dataclass(frozen=True, slots=True)
class OpenSwitch:
    """Plan a move; nothing is sent. Answered with None, or the id of a move that some of its signals are in."""

    switch: Switch


@dataclass(frozen=True, slots=True)
class Step:
    """Bring a move into a state, and let an index lead for what comes in; answered with whether it was `before`.

    `leads`: which index leads from now on, where that changes; the other holds copies, where `copied`.
    """

    switch_id: UUID
    before: str
    after: str
    now: dt.datetime
    leads: str = ""
    copied: bool = True
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop or go on with what a move does by itself."""

    switch_id: UUID
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Bring the next signals of a bucket to the new index; answered with `Copied`.

    Nothing is done, and the answer None, where the move is not in that state any more. So too in those below.
    """

    switch_id: UUID
    state: str
    bucket: int
    after: UUID
    scope: Scope
    old: str
    new: str
    limit: int
    due: float
    """From when on its messages go: what comes in by itself meanwhile goes before them. So too in those below."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many were fresh; the last one looked at, or None at the end of the bucket."""

    fresh: int
    last: UUID | None
    turned: int = 0
    """For how many another index leads now."""


@dataclass(frozen=True, slots=True)
class Inspect:
    """Ask an index what it holds of the next copies nobody looked at; answered with how many were asked."""

    switch_id: UUID
    destination: str
    limit: int
    due: float


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Forget what was found of the copies of a move."""

    switch_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Let another index lead for the next signals of a bucket; answered as `Copy` is."""

    switch_id: UUID
    state: str
    bucket: int
    after: UUID
    scope: Scope
    to: str
    away: str
    aloud: bool
    """Whether `to` cannot hold a signal in silence: it is told of one as of one for which it leads."""
    again: bool
    """Whether what it refused is brought there again."""
    takes: bool
    """Whether it is told what became of a match."""
    limit: int
    due: float
    now: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Withdraw the next copies of a move at an index that leads no more; answered as `Copy` is."""

    switch_id: UUID
    state: str
    destination: str
    limit: int
    due: float
    after: UUID
    bucket: int


OfSwitch = OpenSwitch | Step | Pause | Copy | Inspect | LookAgain | Turn | Leave
