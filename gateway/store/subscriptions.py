"""Subscriptions: ways that senders open themselves, each a destination with its own row of numbered events.

What a subscription still has to hear stands in the outbox like everything else. While it is not active its messages are
due never; when its handshake is answered they are due at once. One message is its pulse: the handshake, and after that
its heartbeat. Who changes where a subscription is holds its owner's counter, so that no news passes by.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.subscription import NOT_ALLOWED, Channel, Event, Stand, Subscription
from gateway.canonical.tenant import bucket_in, bucket_of, new_id
from gateway.rules.delivery import FINISHED, State
from gateway.store import numbering, outbox
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.keyring import seal, unseal
from gateway.store.outbox import NEVER, NOTICE, PULSE, Letter
from gateway.store.rows import utc
from gateway.store.sealing import Sealing
from gateway.store.tables import among_open, destinations, notices, subscriptions
from gateway.store.tables import outbox as messages
from gateway.store.work import (
    ChangeSubscription,
    CloseSubscription,
    NotOurs,
    Opened,
    OpenSubscription,
    Settle,
    TooMany,
    Way,
)

PREFIX = "subscription/"
"""Of a destination that is a subscription; no configured way begins so, for this is longer than its names."""
LABEL = b"subscription"


def destination(identity: UUID) -> str:
    """The destination that a subscription is."""
    return f"{PREFIX}{identity.hex}"


def open_(connection: sa.Connection, unit: OpenSubscription, sealing: Sealing, effects: Effects) -> Opened | TooMany:
    """Make one, or begin again with the one that says the same."""
    bucket = bucket_of(unit.tenant)
    numbering.hold(connection, [(bucket, unit.tenant)])
    rows = connection.execute(_of_tenant(unit.tenant)).all()
    known = next((row for row in rows if row.content == unit.content), None)
    if known is not None:
        if known.state in (Stand.ERROR, Stand.OFF):
            _set(connection, known.id, state=unit.stand.value, error="")
            _begin(connection, known, unit.stand)
        return Opened(one(connection, unit.tenant, known.id, sealing), fresh=False)  # type: ignore[arg-type]
    if len(rows) >= unit.most:
        return TooMany()
    row = {
        "bucket": bucket,
        "id": unit.id,
        "tenant": unit.tenant,
        "state": unit.stand.value,
        "content": unit.content,
        "sealed": _sealed(unit.id, unit.channel, sealing),
        "ends_at": unit.ends,
        "error": "",
        "made_at": unit.now,
    }
    connection.execute(subscriptions.insert(), row)
    outbox.make_known(connection, destination(unit.id))
    effects.entries.append(entry("abonnement_gemaakt", unit.tenant, None, abonnement=unit.id.hex))
    made = connection.execute(_of(unit.tenant, unit.id)).one()
    _begin(connection, made, unit.stand)
    return Opened(_opened(connection, made, sealing), fresh=True)


def change(connection: sa.Connection, unit: ChangeSubscription, sealing: Sealing, effects: Effects) -> Opened | NotOurs:
    """Put another in its place; its row of events goes on, and its receiver must answer a handshake."""
    numbering.hold(connection, [(bucket_of(unit.tenant), unit.tenant)])
    row = connection.execute(_of(unit.tenant, unit.id).with_for_update()).one_or_none()
    if row is None:
        return NotOurs()
    channel, before = unit.channel, _channel(row, sealing)
    if unit.keeps and channel.endpoint == before.endpoint:
        channel = channel.model_copy(update={"headers": before.headers})
    _set(
        connection, unit.id, state=unit.stand.value, ends_at=unit.ends, error="", content=None,
        sealed=_sealed(unit.id, channel, sealing),
    )  # fmt: skip
    effects.entries.append(entry("abonnement_gewijzigd", unit.tenant, None, abonnement=unit.id.hex))
    _begin(connection, row, unit.stand)
    return Opened(_opened(connection, connection.execute(_of(unit.tenant, unit.id)).one(), sealing), fresh=False)


def close(connection: sa.Connection, unit: CloseSubscription, effects: Effects) -> None:
    """Take one away; of one that is not there nothing is left to do."""
    numbering.hold(connection, [(bucket_of(unit.tenant), unit.tenant)])
    gone = connection.execute(
        subscriptions.delete()
        .where(subscriptions.c.bucket == bucket_of(unit.tenant), subscriptions.c.id == unit.id)
        .where(subscriptions.c.tenant == unit.tenant)
    )
    if gone.rowcount:
        _cancel(connection, unit.id)
        connection.execute(destinations.delete().where(destinations.c.id == destination(unit.id)))
        effects.entries.append(entry("abonnement_opgezegd", unit.tenant, None, abonnement=unit.id.hex))


def ways(connection: sa.Connection, tenant: str, now: dt.datetime) -> tuple[Way, ...]:
    """An organisation's subscriptions as ways to hear of its matches; whoever asks holds its counter."""
    open_ends = sa.or_(subscriptions.c.ends_at.is_(None), subscriptions.c.ends_at > now)
    rows = connection.execute(_of_tenant(tenant).where(subscriptions.c.state != Stand.OFF.value, open_ends))
    return tuple(Way(destination(row.id), pointer=True, held=row.state != Stand.ACTIVE) for row in rows)


def settled(connection: sa.Connection, unit: Settle, state: State, faults: int, effects: Effects) -> None:
    """What an attempt means for the subscription. Whoever asks holds its owner's counter."""
    job = unit.job
    identity = UUID(hex=job.destination.removeprefix(PREFIX))
    row = connection.execute(_of(job.tenant, identity).with_for_update()).one_or_none()
    stand = Stand.OFF if row is None or _ended(row, unit.now) else Stand(row.state)
    failed = state not in FINISHED and unit.code and not unit.healthy
    if state is State.DONE:
        if stand is Stand.REQUESTED and job.kind == PULSE:
            _set(connection, identity, state=Stand.ACTIVE.value)
            _due(connection, identity, 0.0)
            effects.entries.append(entry("abonnement_actief", job.tenant, None, abonnement=identity.hex))
    elif failed and (
        (stand is Stand.REQUESTED and job.kind == PULSE)
        or (stand is Stand.ACTIVE and (unit.code == NOT_ALLOWED or faults >= unit.give_up))
    ):
        stand = Stand.ERROR
        _set(connection, identity, state=stand.value, error=unit.code)
        facts = {"abonnement": identity.hex, "code": unit.code}
        effects.entries.append(entry("abonnement_fout", job.tenant, None, **facts))
    if stand is Stand.OFF:
        _cancel(connection, identity)
    elif stand is Stand.ERROR:
        _cancel(connection, identity, PULSE)
    if stand in (Stand.ERROR, Stand.REQUESTED) and state not in (State.DONE,):
        _due(connection, identity, NEVER)


def of_jobs(connection: sa.Connection, bucket: int, rows: Sequence[Any], sealing: Sealing) -> dict[str, Subscription]:
    """The subscriptions that messages go to, by their destinations."""
    wanted = {UUID(hex=row.destination.removeprefix(PREFIX)) for row in rows if row.destination.startswith(PREFIX)}
    if not wanted:
        return {}
    found = connection.execute(_ALL.where(subscriptions.c.bucket == bucket, subscriptions.c.id.in_(wanted)))
    return {destination(row.id): _opened(connection, row, sealing) for row in found}


def one(connection: sa.Connection, tenant: str, identity: UUID, sealing: Sealing) -> Subscription | None:
    """An organisation's subscription."""
    row = connection.execute(_of(tenant, identity)).one_or_none()
    return None if row is None else _opened(connection, row, sealing)


def every(connection: sa.Connection, tenant: str, sealing: Sealing) -> list[Subscription]:
    """All of an organisation's, oldest first."""
    return [_opened(connection, row, sealing) for row in connection.execute(_of_tenant(tenant)).all()]


def events(connection: sa.Connection, identity: UUID, since: int, until: int, limit: int) -> list[Event]:
    """A subscription's events from a number to a number, oldest first."""
    rows = connection.execute(
        sa.select(notices.c.number, notices.c.made_at, notices.c.match_id)
        .where(_events(identity), notices.c.number.between(since, until))
        .order_by(notices.c.number)
        .limit(limit)
    )
    return [Event(number=row.number, moment=utc(row.made_at), match_id=row.match_id) for row in rows]


_ALL = sa.select(subscriptions)


def _of_tenant(tenant: str) -> Any:
    here = (subscriptions.c.bucket == bucket_of(tenant), subscriptions.c.tenant == tenant)
    return _ALL.where(*here).order_by(subscriptions.c.id)


def _of(tenant: str, identity: UUID) -> Any:
    return _of_tenant(tenant).where(subscriptions.c.id == identity)


def _events(identity: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(notices.c.bucket == bucket_in(identity), notices.c.destination == destination(identity))


def _ended(row: Any, now: dt.datetime) -> bool:
    return row.ends_at is not None and utc(row.ends_at) <= now


def _opened(connection: sa.Connection, row: Any, sealing: Sealing) -> Subscription:
    last = sa.select(sa.func.coalesce(sa.func.max(notices.c.number), 0)).where(_events(row.id))
    return Subscription(
        id=row.id,
        stand=Stand(row.state),
        channel=_channel(row, sealing),
        ends=utc(row.ends_at) if row.ends_at else None,
        events=connection.execute(last).scalar_one(),
        error=row.error,
    )


def _channel(row: Any, sealing: Sealing) -> Channel:
    return Channel.model_validate_json(unseal(sealing.ring.transport, LABEL + row.id.bytes, row.sealed))


def _sealed(identity: UUID, channel: Channel, sealing: Sealing) -> bytes:
    return seal(sealing.ring.transport, LABEL + identity.bytes, channel.model_dump_json().encode())


def _set(connection: sa.Connection, identity: UUID, **values: Any) -> None:
    here = sa.and_(subscriptions.c.bucket == bucket_in(identity), subscriptions.c.id == identity)
    connection.execute(subscriptions.update().where(here).values(**values))


def _begin(connection: sa.Connection, row: Any, stand: Stand) -> None:
    """Let a handshake go, before which no event is sent; or, when it is to be off, nothing at all."""
    if stand is Stand.OFF:
        _cancel(connection, row.id)
        return
    _cancel(connection, row.id, PULSE)
    here = destinations.c.id == destination(row.id)
    connection.execute(destinations.update().where(here).values(faults=0, open_until=None))
    identity = new_id(row.bucket)
    pulse = Letter(
        tenant=row.tenant,
        destination=destination(row.id),
        kind=PULSE,
        signal_id=None,
        sequence=1,
        message_id=identity,
        version="",
    )
    outbox.add(connection, [pulse])


def _waiting(identity: UUID, *kinds: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        messages.c.bucket == bucket_in(identity),
        messages.c.destination == destination(identity),
        among_open(messages.c.state),
        messages.c.kind.in_(kinds),
    )


def _cancel(connection: sa.Connection, identity: UUID, *kinds: str) -> None:
    """Take open messages back, also from who holds them: what is not heard any more need not be said."""
    gone = {"state": State.CANCELLED.value, "lease": None, "body": None}
    connection.execute(messages.update().where(_waiting(identity, *(kinds or (PULSE, NOTICE)))).values(gone))


def _due(connection: sa.Connection, identity: UUID, due: float) -> None:
    """Let what nobody holds go at once, or wait."""
    free = messages.c.lease.is_(None)
    connection.execute(messages.update().where(_waiting(identity, NOTICE), free).values(due=due))
