"""The regie of a match: one row for both its sides, and what is asked of an index that holds it itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for who is the aanspreekpunt of a match. Matches of before are not watched for an answer."""
    op.create_table(
        "regie",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("index_match", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("stand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("index_stand", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Uuid(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done", sa.String(length=12), nullable=False),
        sa.Column("done_stand", sa.Integer(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bucket", "destination", "index_match"),
    )
    op.create_index(
        "regie_review",
        "regie",
        ["bucket", "review_on"],
        unique=False,
        sqlite_where=sa.text("review_on IS NOT NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL"),
    )
    op.create_table(
        "regie_wishes",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("index_match", sa.String(length=64), nullable=False),
        sa.Column("handeling", sa.String(length=12), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("index_stand", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "id"),
    )
    op.add_column("matches", sa.Column("aanspreekpunt", sa.LargeBinary(), nullable=True))
    op.add_column("matches", sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "matches_watched",
        "matches",
        ["bucket", "watched_since"],
        unique=False,
        sqlite_where=sa.text("watched_since IS NOT NULL"),
        postgresql_where=sa.text("watched_since IS NOT NULL"),
    )
    op.add_column("notices", sa.Column("regie", sa.Boolean(), nullable=False, server_default=sa.false()))
