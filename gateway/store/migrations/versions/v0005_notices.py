"""Each announcement of a match to its receiver, and what is known of its arrival."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of announcements, and room for what a receiver heard of its match."""
    op.create_table(
        "notices",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "id"),
    )
    op.create_index("notices_number", "notices", ["bucket", "destination", "number"], unique=True)
    op.create_index("notices_match", "notices", ["bucket", "match_id"], unique=False)
    for column in ("announced_at", "fetched_at", "remind_at"):
        op.add_column("matches", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column("matches", sa.Column("unheard", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("matches_index", "matches", ["bucket", "index_match"], unique=False)
    op.create_index(
        "matches_remind",
        "matches",
        ["bucket", "remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
