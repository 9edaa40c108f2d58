"""The tables of moves between indexes."""

import sqlalchemy as sa

from gateway.store.tables import metadata

switches = sa.Table(
    "switches",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("region", sa.String(64), nullable=False),
    sa.Column("tenants", sa.JSON, nullable=False),  # the organisations it is about; none named is all
    sa.Column("municipalities", sa.JSON, nullable=False),  # so too
    sa.Column("old", sa.String(64), nullable=False),
    sa.Column("new", sa.String(64), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("basis", sa.String(200), nullable=False),  # on what ground the new provider gets a byte
    sa.Column("basis_on", sa.Date, nullable=False),
    sa.Column("proof", sa.String(200), nullable=False),  # what showed that nothing is left where it was emptied
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("leads", sa.String(64)),  # which index leads for what comes in; NULL: the move says nothing of it
    sa.Column("copy", sa.String(64)),  # where that goes too; NULL: nowhere
)

copies = sa.Table(
    "copies",
    metadata,
    sa.Column("bucket", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("signal_id", sa.Uuid, primary_key=True),
    sa.Column("destination", sa.String(64), primary_key=True),  # where it stands beside the index that leads
    sa.Column("switch_id", sa.Uuid, nullable=False),
    sa.Column("found", sa.String(20), nullable=False),  # what was seen when it was looked at there
    sa.Index("copies_switch", "switch_id", "bucket", "signal_id"),
)

mirrored = sa.Table(
    "mirrored",
    metadata,
    sa.Column("bucket", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("signal_id", sa.Uuid, primary_key=True),
    sa.Column("destination", sa.String(64), primary_key=True),
    sa.Column("index_match", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("not_same_child", sa.Boolean, nullable=False),
    sa.Column("arisen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("sealed", sa.LargeBinary),  # contact and words; NULL once lapsed
)
