"""The day on which the clock must look at a signal: the next event of its legal life."""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LOOK = dt.date(1970, 1, 1)
"""For what is in the archive: its birth date is sealed, so the clock looks at once and then knows."""
RUN = 1000


def upgrade() -> None:
    """Add the day. What was archived before its removal date gets the day it was: from there five years count."""
    op.add_column("signals", sa.Column("next_on", sa.Date(), nullable=True))
    signals = sa.table(
        "signals",
        sa.column("bucket", sa.SmallInteger),
        sa.column("id", sa.Uuid),
        sa.column("status", sa.String),
        sa.column("status_since", sa.DateTime(timezone=True)),
        sa.column("removal_on", sa.Date),
        sa.column("next_on", sa.Date),
    )
    connection = op.get_bind()
    active, archived = signals.c.status == "ACTIEF", signals.c.status == "ARCHIEF"
    connection.execute(signals.update().where(active).values(next_on=signals.c.removal_on))
    waiting = sa.and_(archived, signals.c.next_on.is_(None))
    some = sa.select(signals.c.bucket, signals.c.id, signals.c.status_since, signals.c.removal_on).where(waiting)
    here = sa.and_(signals.c.bucket == sa.bindparam("at_bucket"), signals.c.id == sa.bindparam("at_id"))
    change = signals.update().where(here).values(removal_on=sa.bindparam("removed"), next_on=LOOK)
    while rows := connection.execute(some.limit(RUN)).all():
        connection.execute(
            change,
            [
                {"at_bucket": row.bucket, "at_id": row.id, "removed": min(row.removal_on, _day(row.status_since))}
                for row in rows
            ],
        )
    op.create_index("signals_next", "signals", ["bucket", "next_on", "id"], unique=False)


def _day(moment: dt.datetime) -> dt.date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware.astimezone(ZoneInfo("Europe/Amsterdam")).date()
