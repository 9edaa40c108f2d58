"""What has become of the signals of a move until now, and what is on its way: counts, and no word about a person."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import MatchStatus
from gateway.canonical.receipt import Status
from gateway.rules.delivery import State
from gateway.rules.switching import EQUAL, UNSEEN, WAITS
from gateway.store import outbox
from gateway.store.sealing import Sealing
from gateway.store.switching import scope
from gateway.store.switching.copies import doubtful
from gateway.store.switching.tables import copies
from gateway.store.tables import among_open, matches, signals
from gateway.store.tables import outbox as messages
from gateway.store.work import Scope, Switch

ASKED = (outbox.REGISTER, outbox.LEAD)
"""What a move asks of an index; one that it refused is looked into by a person."""
_PLACE = (messages.c.bucket, messages.c.signal_id, messages.c.destination)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the signals that a move brought to a second index."""

    leads: dict[str, dict[str, int]]
    """By the index that leads, by status."""
    found: dict[str, int]
    """What was seen of those at the index that does not lead; `UNSEEN` where nobody looked yet."""
    underway: dict[str, int]
    """Messages by index that will go by themselves."""
    waiting: dict[str, int]
    """Messages by index that wait for a person to say what came of them."""
    refused: dict[str, int]
    """Signals by the index that refused them."""
    alone: dict[str, int]
    """Active matches by the index that alone knows them and leads no more."""


def counted(connection: sa.Connection, switch: Switch) -> Counts:
    """Count them."""
    many = sa.func.count()
    mine = sa.select(copies.c.bucket, copies.c.signal_id).where(copies.c.switch_id == switch.id).distinct().subquery()

    def of(table: sa.Table, signal: sa.Column[Any], *columns: sa.Column[Any]) -> sa.Select[Any]:
        here = sa.and_(table.c.bucket == mine.c.bucket, signal == mine.c.signal_id)
        return sa.select(*columns, many).select_from(table.join(mine, here)).group_by(*columns)

    def counts(statement: sa.Select[Any]) -> dict[str, int]:
        return {row[0]: row[1] for row in connection.execute(statement)}

    leads: dict[str, dict[str, int]] = {}
    living = of(signals, signals.c.id, signals.c.destination, signals.c.status)
    for index, status, number in connection.execute(living.where(signals.c.status != Status.VERNIETIGD.value)):
        leads.setdefault(index, {})[status] = number
    sent = of(messages, messages.c.signal_id, messages.c.destination)
    sent = sent.where(messages.c.destination.in_((switch.old, switch.new)))
    beside = (copies.c.switch_id == switch.id, copies.c.destination == switch.beside)
    found = sa.select(copies.c.found, many).where(*beside).group_by(copies.c.found)
    alone = of(matches, matches.c.signal_id, matches.c.told_by)
    return Counts(
        leads=leads,
        found=counts(found),
        underway=counts(sent.where(among_open(messages.c.state), ~_stuck())),
        waiting=counts(sent.where(messages.c.state == State.PARKED.value)),
        refused=counts(sent.where(messages.c.state == State.REFUSED.value, messages.c.kind.in_(ASKED), ~_again())),
        alone=counts(alone.where(matches.c.told_by.is_not(None), matches.c.status == MatchStatus.ACTIEF.value)),
    )


def _stuck() -> sa.ColumnElement[bool]:
    """Whether a message stands behind one that waits for a person."""
    ahead = messages.alias("ahead")
    here = sa.and_(*(ahead.c[column.name] == column for column in _PLACE))
    return sa.exists().where(here, ahead.c.state == State.PARKED.value)


def _again() -> sa.ColumnElement[bool]:
    """Whether its index was told the same of the signal again since."""
    later = messages.alias("later")
    here = sa.and_(*(later.c[column.name] == column for column in _PLACE))
    return sa.exists().where(here, later.c.kind == messages.c.kind, later.c.sequence > messages.c.sequence)


def asked(connection: sa.Connection, indexes: tuple[str, ...]) -> dict[str, UUID]:
    """The next question for news to each index to which none is on its way; once answered it has another id."""
    found = sa.select(messages.c.destination, messages.c.message_id).where(
        messages.c.destination.in_(indexes),
        messages.c.kind == outbox.POLL,
        messages.c.state == State.WAITING.value,
        messages.c.body.is_(None),
    )
    return {row[0]: row[1] for row in connection.execute(found)}


def underway(connection: sa.Connection, index: str, until: UUID) -> int:
    """How many messages about signals to an index, made before an id, will go by themselves."""
    many = sa.select(sa.func.count()).where(
        messages.c.destination == index,
        among_open(messages.c.state),
        messages.c.signal_id.is_not(None),
        messages.c.id < until,
        ~_stuck(),
    )
    return int(connection.execute(many).scalar_one())


def to_be_seen(connection: sa.Connection, switch: Switch) -> int:
    """How many copies are at an index that was emptied of them before, and were not looked at since."""
    unseen = doubtful(switch.id, switch.beside, UNSEEN, WAITS)
    return int(connection.execute(sa.select(sa.func.count()).select_from(copies).where(*unseen)).scalar_one())


def differing(connection: sa.Connection, switch: Switch) -> list[tuple[UUID, str, str]]:
    """The signals whose copy is not as it was sent: their organisation, and what was found."""
    found = (
        sa.select(copies.c.signal_id, signals.c.tenant, copies.c.found)
        .join(signals, sa.and_(signals.c.bucket == copies.c.bucket, signals.c.id == copies.c.signal_id))
        .where(copies.c.switch_id == switch.id, copies.c.found.not_in((EQUAL, UNSEEN)))
        .order_by(copies.c.bucket, copies.c.signal_id)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(found)]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a move would be about."""

    signals: Counter[tuple[str, str, str]]
    """By organisation, status, and the month in which its period ends."""
    packs: Counter[str]
    """By the pack it was decided with."""
    nameless: int
    """Of these nobody here knows any more who they are about: they can be told to no other index."""
    placeless: int
    """Signals of this region that name no municipality, where the move is of some."""

    @property
    def many(self) -> int:
        """All that would move."""
        return self.signals.total() - self.nameless


def surveyed(engine: sa.Engine, move: Scope, index: str, sealing: Sealing) -> Survey:
    """Look at every signal of a scope for which an index leads and that it did not refuse, page by page."""
    survey = Survey(Counter(), Counter(), 0, 0)
    nameless = placeless = 0
    here = (signals.c.destination == index, ~scope.refused_by(index))
    for page in scope.pages(engine, replace(move, municipalities=()), sealing, *here):
        for row, signal in page:
            code = signal.jeugdige.gemeente_code
            placeless += bool(move.municipalities) and code is None
            if move.holds(row.region, row.tenant, code):
                survey.signals[row.tenant, row.status, f"{row.removal_on:%Y-%m}"] += 1
                survey.packs[row.pack] += 1
                nameless += scope.unknown(signal.jeugdige)
    return Survey(survey.signals, survey.packs, nameless, placeless)
