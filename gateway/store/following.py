"""What the receiver of a match says became of it: kept with the match, and told to an index that takes it."""

from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.match import Match, MatchStatus, Opvolging
from gateway.canonical.tenant import bucket_of
from gateway.store import outbox, shown
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.matches import AT_REST
from gateway.store.sealing import Sealing
from gateway.store.tables import matches, signals
from gateway.store.work import Followed, FollowUp, NotOurs, Outdated


def follow_up(
    connection: sa.Connection, unit: FollowUp, sealing: Sealing, effects: Effects
) -> Followed | Outdated | NotOurs:
    """Record what the receiver of a match says became of it; the same again changes nothing."""
    here = _here(unit.tenant, unit.match_id)
    connection.execute(sa.select(matches.c.id).where(here).with_for_update())
    known = shown.one(connection, unit.tenant, unit.match_id, sealing)
    if known is None:
        return NotOurs()
    match = known.model_copy(update={"opvolging": unit.opvolging})
    if unit.versie not in (None, known.versie):
        return Outdated()
    if match == known:
        return Followed(match, fresh=False)
    connection.execute(matches.update().where(here).values(follow_up=unit.opvolging.value, **AT_REST))
    _forward(connection, unit, known, effects)
    effects.entries.append(entry("match_opgevolgd", unit.tenant, known.signaal_id, stand=unit.opvolging.value))
    if known.verwijderen and unit.opvolging is Opvolging.VERWIJDERD:
        effects.entries.append(entry("verwijdering_bevestigd", unit.tenant, known.signaal_id))
    return Followed(match, fresh=True)


def _forward(connection: sa.Connection, unit: FollowUp, match: Match, effects: Effects) -> None:
    """Have the index that knows the match told too, where it can be; what waits unsent says what is so when it goes."""
    bucket = bucket_of(unit.tenant)
    here = sa.and_(signals.c.bucket == bucket, signals.c.id == match.signaal_id)
    row = connection.execute(
        sa.select(sa.func.coalesce(matches.c.told_by, signals.c.destination).label("destination"), signals.c.pack)
        .join(matches, sa.and_(matches.c.bucket == signals.c.bucket, matches.c.id == match.match_id))
        .where(here)
    ).one()
    if unit.message_id is None or match.status is not MatchStatus.ACTIEF or not unit.takes(row.destination):
        return
    if unit.opvolging is Opvolging.VERWIJDERD:
        return
    if outbox.waits_unsent(connection, bucket, match.signaal_id, outbox.TOLD, match.match_id.hex):
        return
    letter = outbox.Letter(
        tenant=unit.tenant,
        destination=row.destination,
        kind=outbox.TOLD,
        signal_id=match.signaal_id,
        sequence=0,
        message_id=unit.message_id,
        argument=match.match_id.hex,
        version=row.pack,
    )
    outbox.follow_up(connection, letter, effects)


def _here(tenant: str, match_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(matches.c.bucket == bucket_of(tenant), matches.c.id == match_id, matches.c.tenant == tenant)
