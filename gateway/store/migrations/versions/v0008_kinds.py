"""Whether what was kept of a match must go; and the day on which a sender hears that a signal will end."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room for both. Of what is active now, the clock looks from the day it was accepted on."""
    op.add_column("matches", sa.Column("remove", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("signals", sa.Column("warn_on", sa.Date(), nullable=True))
    signals = sa.table(
        "signals",
        sa.column("status", sa.String),
        sa.column("accepted_at", sa.DateTime(timezone=True)),
        sa.column("warn_on", sa.Date),
    )
    active = signals.c.status == "ACTIEF"
    op.get_bind().execute(signals.update().where(active).values(warn_on=sa.func.date(signals.c.accepted_at)))
    op.create_index(
        "signals_warn",
        "signals",
        ["bucket", "warn_on"],
        unique=False,
        sqlite_where=sa.text("warn_on IS NOT NULL"),
        postgresql_where=sa.text("warn_on IS NOT NULL"),
    )
