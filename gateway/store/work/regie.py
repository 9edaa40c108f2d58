"""What can be asked of the writer about the regie of a match, and what it answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from gateway.canonical.regie import Regiehandeling
from gateway.rules.regie import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrange:
    """Do something with the regie of a receiver's match; answered with Followed, Declined or NotOurs."""

    tenant: str
    match_id: UUID
    handeling: Regiehandeling
    stand: str
    """`Regie.stand` or `Match.versie` that must still be there."""
    herzien_op: dt.date | None
    today: dt.date
    message_id: UUID
    """Of the message to an index that holds the regie itself."""
    terms: Callable[[str, str], Terms]
    """Of a region, for what its index told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Tell of what nobody does in time; answered with how many matches it looked at."""

    now: dt.datetime
    today: dt.date
    terms: tuple[tuple[frozenset[str], dt.datetime], ...]
    """Regions of one term, and from when on none of their matches can be due; of every other region, any may be."""
    due: Callable[[str, dt.datetime], bool]
    """Whether somebody in a region should have answered to a match that came then."""
    address: Callable[[str], bool]
    """Whether a region has a gemeentelijke regievoerder to tell."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was changed: a finding code, the field it is about, and what it names."""

    code: str
    field: str
    limit: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message asks of an index that holds the regie of a match."""

    index_match: str
    handeling: Regiehandeling
    review_on: dt.date | None
    stand: int
