"""How signals stand now: their state and their matches, for who gave them and for who lists his own."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.receipt import OwnSignal, Standing, Status
from gateway.canonical.tenant import bucket_in, bucket_of
from gateway.clock import legal_day
from gateway.rules import lifecycle
from gateway.rules.delivery import SHOWN, State
from gateway.store import shown
from gateway.store.outbox import BESIDE
from gateway.store.rows import utc
from gateway.store.sealing import Sealing
from gateway.store.tables import outbox, signals

_STATUSES = sa.select(signals.c.id, signals.c.status, signals.c.removal_on).where(
    signals.c.bucket.in_(sa.bindparam("buckets", expanding=True)), signals.c.id.in_(sa.bindparam("ids", expanding=True))
)
_MESSAGES = (
    sa.select(outbox.c.signal_id, outbox.c.state, outbox.c.code)
    .join(signals, sa.and_(signals.c.bucket == outbox.c.bucket, signals.c.id == outbox.c.signal_id))
    .where(
        outbox.c.bucket.in_(sa.bindparam("buckets", expanding=True)),
        outbox.c.signal_id.in_(sa.bindparam("ids", expanding=True)),
        outbox.c.kind.not_in(BESIDE),
        outbox.c.destination == signals.c.destination,
    )
    .order_by(outbox.c.sequence)
)


def of(engine: sa.Engine, sealing: Sealing, signal_ids: Collection[UUID], now: dt.datetime) -> dict[UUID, Standing]:
    """What is known of signals now."""
    wanted = {"buckets": sorted({bucket_in(identity) for identity in signal_ids}), "ids": list(signal_ids)}
    with engine.begin() as connection:
        rows = connection.execute(_STATUSES, wanted).all()
        messages = {row.signal_id: row for row in connection.execute(_MESSAGES, wanted)}  # the latest comes last
        found = shown.of_signals(connection, wanted, sealing)
    return {
        row.id: Standing(
            stand_van=now,
            **_lasting(row, now),
            bezorging=SHOWN[State(messages[row.id].state)],
            index_code=messages[row.id].code if messages[row.id].state == State.REFUSED else None,
            matches=tuple(found.get(row.id, ())),
        )
        for row in rows
    }


def sources(engine: sa.Engine, tenant: str, sources: Iterable[bytes]) -> dict[bytes, Status]:
    """Which of these source ids the tenant has signals for; ACTIEF when one of them is."""
    rows = sa.select(signals.c.source, signals.c.status).where(
        signals.c.bucket == bucket_of(tenant), signals.c.tenant == tenant, signals.c.source.in_(list(sources))
    )
    found: dict[bytes, Status] = {}
    with engine.begin() as connection:
        for source, status in connection.execute(rows):
            if found.get(source) is not Status.ACTIEF:
                found[source] = Status(status)
    return found


def own_page(
    engine: sa.Engine, sealing: Sealing, tenant: str, after: UUID, limit: int, now: dt.datetime
) -> tuple[list[OwnSignal], UUID, bool]:
    """A tenant's own signals after an id, oldest first."""
    bucket = bucket_of(tenant)
    newer = outbox.alias("newer")
    latest = sa.and_(
        outbox.c.bucket == signals.c.bucket,
        outbox.c.signal_id == signals.c.id,
        outbox.c.kind.not_in(BESIDE),
        outbox.c.destination == signals.c.destination,
        ~sa.select(newer.c.id)
        .where(
            newer.c.bucket == signals.c.bucket,
            newer.c.signal_id == signals.c.id,
            newer.c.destination == signals.c.destination,
            newer.c.sequence > outbox.c.sequence,
            newer.c.kind.not_in(BESIDE),
        )
        .exists(),
    )
    with engine.begin() as connection:
        rows = connection.execute(
            sa.select(signals, outbox.c.state)
            .select_from(signals)
            .join(outbox, latest)
            .where(signals.c.bucket == bucket, signals.c.tenant == tenant, signals.c.id > after)
            .order_by(signals.c.id)
            .limit(limit + 1)
        ).all()
    page = rows[:limit]
    keys = sealing.keys.get([row.id for row in page])
    listed = []
    for row in page:
        signal = sealing.open_signal(keys.get(row.id), row.id, row.sealed)
        listed.append(
            OwnSignal(
                signaal_id=row.id,
                bron_systeem=signal.bron_systeem if signal else None,
                bron_signaal_id=signal.bron_signaal_id if signal else None,
                revisie=row.revision,
                ontvangen_op=utc(row.accepted_at),
                **_lasting(row, now),
                bezorging=SHOWN[State(row.state)],
            )
        )
    return listed, page[-1].id if page else after, len(rows) > limit


def _lasting(row: Any, now: dt.datetime) -> dict[str, Any]:
    """The state of a signal now, and while it is active until when."""
    status = lifecycle.standing(Status(row.status), row.removal_on, legal_day(now))
    return {"status": status, "verloopt_op": row.removal_on if status is Status.ACTIEF else None}
