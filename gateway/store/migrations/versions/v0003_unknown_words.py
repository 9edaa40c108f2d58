"""Words that no map knew: how often and when, by a keyed hash."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of unknown words."""
    op.create_table(
        "unknown_words",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("axis", sa.String(length=35), nullable=False),
        sa.Column("word", sa.LargeBinary(length=16), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant", "axis", "word"),
    )
