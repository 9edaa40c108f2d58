"""The first shape: signals, operations, outbox, matches, and what stands around them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "artifacts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "audit",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("writer", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "writer", "number"),
    )
    op.create_index("audit_subject", "audit", ["bucket", "subject"], unique=False)
    op.create_table(
        "counters",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "tenant"),
    )
    op.create_table(
        "destinations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hold", sa.Boolean(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.Double(), nullable=True),
        sa.Column("open_epoch", sa.String(length=64), nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "matches",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("index_match", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("not_same_child", sa.Boolean(), nullable=False),
        sa.Column("arisen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("bucket", "id"),
        sa.UniqueConstraint("bucket", "signal_id", "index_match", name="matches_once"),
    )
    op.create_index("matches_number", "matches", ["bucket", "tenant", "number"], unique=True)
    op.create_table(
        "operations",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(length=16), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("bucket", "key"),
    )
    op.create_index("operations_signal", "operations", ["bucket", "signal_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("signal_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("argument", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("last_sent", sa.Double(), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("lease_epoch", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "id"),
    )
    op.create_index(
        "outbox_open",
        "outbox",
        ["bucket", "tenant", "due"],
        unique=False,
        sqlite_where=sa.text("state IN ('underway','unknown','waiting')"),
        postgresql_where=sa.text("state IN ('underway','unknown','waiting')"),
    )
    op.create_index("outbox_signal", "outbox", ["bucket", "signal_id", "destination", "sequence"], unique=False)
    op.create_table(
        "signals",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant", sa.String(length=35), nullable=False),
        sa.Column("source", sa.LargeBinary(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removal_on", sa.Date(), nullable=False),
        sa.Column("predecessor", sa.Uuid(), nullable=True),
        sa.Column("pack", sa.String(length=80), nullable=False),
        sa.Column("vocabulary", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_destroyed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "id"),
    )
    op.create_index(
        "signals_one_active",
        "signals",
        ["bucket", "source"],
        unique=True,
        sqlite_where=sa.text("status = 'ACTIEF'"),
        postgresql_where=sa.text("status = 'ACTIEF'"),
    )
    op.create_index("signals_source", "signals", ["bucket", "source", "id"], unique=False)
    op.create_index("signals_subject", "signals", ["bucket", "subject_id"], unique=False)
    op.create_index(
        "signals_unswept",
        "signals",
        ["bucket", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'VERNIETIGD' AND key_destroyed = 0"),
        postgresql_where=sa.text("status = 'VERNIETIGD' AND NOT key_destroyed"),
    )
    op.create_index("signals_tenant", "signals", ["bucket", "tenant", "id"], unique=False)
    op.create_table(
        "subject_lookup",
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=20), nullable=False),
        sa.Column("hmac", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "key_id", "hmac"),
    )
    op.create_index("subject_lookup_subject", "subject_lookup", ["bucket", "subject_id"], unique=False)
