"""What is in the store as a whole, or of a region, for an operator who looks or changes something under it."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.rules.delivery import State
from gateway.store.outbox import ESCALATION, HEARD
from gateway.store.rows import utc
from gateway.store.tables import OPEN_STATES, among_open, audit, matches, outbox, signals, subscriptions

UNSETTLED = (State.PARKED.value, *OPEN_STATES)
"""Of these nobody knows yet what came: they go on, or wait for a person."""
ASIDE = (*HEARD, ESCALATION)
"""Messages to people and their systems: no index waits for them."""


def tally(connection: sa.Connection) -> dict[str, dict[str, int]]:
    """Signals by status, messages by state, matches by status and by what became of them, subscriptions by state."""

    def count(column: sa.Column[str], *where: sa.ColumnElement[bool]) -> dict[str, int]:
        statement = sa.select(column, sa.func.count()).where(*where).group_by(column)
        return {row[0]: row[1] for row in connection.execute(statement)}

    def many(which: sa.ColumnElement[bool]) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(matches).where(which)).scalar_one())

    return {
        "signals": count(signals.c.status),
        "messages": count(outbox.c.state, outbox.c.signal_id.is_not(None)),
        "matches": count(matches.c.status),
        "subscriptions": count(subscriptions.c.state),
        "announcements": {
            "announced": many(matches.c.announced_at.is_not(None)),
            "fetched": many(matches.c.fetched_at.is_not(None)),
            "followed up": many(matches.c.follow_up.is_not(None)),
            "unheard": many(matches.c.unheard),
        },
    }


@dataclass(frozen=True, slots=True)
class InUse:
    """What a configuration must go on to name: the regions of living signals, the indices of open messages."""

    regions: frozenset[str]
    indexes: frozenset[str]


def in_use(connection: sa.Connection) -> InUse:
    """Look through all signals and open messages."""
    living = sa.select(signals.c.region).where(signals.c.status != Status.VERNIETIGD.value).distinct()
    waiting = (
        sa.select(outbox.c.destination)
        .where(among_open(outbox.c.state), outbox.c.kind.not_in(ASIDE), outbox.c.signal_id.is_not(None))
        .distinct()
    )
    return InUse(
        frozenset(connection.execute(living).scalars()),
        frozenset(connection.execute(waiting).scalars()),
    )


@dataclass(frozen=True, slots=True)
class OfRegion:
    """How much there is of a region."""

    signals: dict[str, dict[str, int]]
    """By organisation, by status."""
    messages: dict[str, int]
    """To its index, by state."""
    waiting: int
    """Of those: the ones that still must go, or wait for a person."""

    @property
    def living(self) -> int:
        """Signals that are not destroyed."""
        return sum(many for of in self.signals.values() for name, many in of.items() if name != Status.VERNIETIGD)

    @property
    def destroyed(self) -> int:
        """Signals of which only that they were is left."""
        return sum(of.get(Status.VERNIETIGD, 0) for of in self.signals.values())


def of_region(connection: sa.Connection, region: str) -> OfRegion:
    """Count what there is of a region."""
    many, here = sa.func.count(), signals.c.region == region
    counts: dict[str, dict[str, int]] = {}
    by_tenant = sa.select(signals.c.tenant, signals.c.status, many).where(here).group_by(*signals.c["tenant", "status"])
    for tenant, status, count in connection.execute(by_tenant):
        counts.setdefault(tenant, {})[status] = count
    sent = (
        sa.select(outbox.c.state, many)
        .join(signals, sa.and_(signals.c.bucket == outbox.c.bucket, signals.c.id == outbox.c.signal_id))
        .where(here, outbox.c.kind.not_in(ASIDE))
    )
    messages: dict[str, int] = {row[0]: row[1] for row in connection.execute(sent.group_by(outbox.c.state))}
    return OfRegion(counts, messages, sum(messages.get(state, 0) for state in UNSETTLED))


def ids(connection: sa.Connection, region: str, after: UUID, limit: int, *, living: bool) -> list[UUID]:
    """Signals of a region behind an id, by id: the living, or all that ever were."""
    which = [signals.c.status != Status.VERNIETIGD.value] if living else []
    found = sa.select(signals.c.id).where(signals.c.region == region, signals.c.id > after, *which)
    return list(connection.execute(found.order_by(signals.c.id).limit(limit)).scalars())


def audit_heads(connection: sa.Connection) -> dict[str, str]:
    """Of each writer's chain of the audit: its last number, and a digest over the whole of it up to there."""
    heads: dict[str, tuple[int, bytes]] = {}
    told = sa.select(audit).order_by(audit.c.writer, audit.c.number)
    for row in connection.execute(told, execution_options={"yield_per": 1000}):
        facts = [row.number, utc(row.at).isoformat(), row.event, row.tenant, str(row.subject), row.facts]
        _, before = heads.get(str(row.writer), (0, b""))
        link = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
        heads[str(row.writer)] = (row.number, hashlib.sha256(before + link).digest())
    return {writer: f"{number}:{digest.hex()}" for writer, (number, digest) in sorted(heads.items())}


def unsent(connection: sa.Connection, signal_ids: list[UUID]) -> int:
    """Messages to indices about these signals that have no outcome."""
    found = sa.select(sa.func.count()).where(
        outbox.c.signal_id.in_(signal_ids), outbox.c.kind.not_in(ASIDE), outbox.c.state.in_(UNSETTLED)
    )
    return int(connection.execute(found).scalar_one())
