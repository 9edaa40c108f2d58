"""The tables. `bucket` leads every key, so that the same statements run on one shard of many.

What is personal is in a `sealed` column, or is a keyed hash; the rest says nothing of a person.
"""

import sqlalchemy as sa

from gateway.rules.delivery import FINISHED, State

metadata = sa.MetaData()

OPEN_STATES = tuple(sorted(state.value for state in State if state not in FINISHED and state is not State.PARKED))
"""States a worker may claim."""


def literally(value: str) -> sa.BindParameter[str]:
    """A value as part of the statement's text, without which the planner cannot know that a partial index covers it."""
    return sa.bindparam(None, value, literal_execute=True)


def among_open(state: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether a message is in a state a worker may claim, so written that the index of open messages serves."""
    return state.in_([literally(value) for value in OPEN_STATES])


def _bucket() -> sa.Column[int]:
    return sa.Column("bucket", sa.SmallInteger, primary_key=True, autoincrement=False)


signals = sa.Table(
    "signals",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("source", sa.LargeBinary(16), nullable=False),  # keyed hash of (tenant, bron_systeem, bron_signaal_id)
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("subject_id", sa.Uuid),  # who it is about, by a random id; NULL once destroyed
    sa.Column("region", sa.String(64), nullable=False),
    sa.Column("destination", sa.String(64), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removal_on", sa.Date, nullable=False),  # the legal day it leaves, or left, the index
    sa.Column("predecessor", sa.Uuid),
    sa.Column("pack", sa.String(80), nullable=False),
    sa.Column("vocabulary", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary),  # the canonical signal; NULL once destroyed
    sa.Column("key_destroyed", sa.Boolean, nullable=False),
    sa.Column("next_on", sa.Date),  # the legal day on which the clock must look at it; NULL once destroyed
    sa.Column("warn_on", sa.Date),  # from this legal day on its sender must hear that it will end; NULL: no more
    sa.Index("signals_next", "bucket", "next_on", "id"),
    sa.Index(
        "signals_warn",
        "bucket",
        "warn_on",
        sqlite_where=sa.text("warn_on IS NOT NULL"),
        postgresql_where=sa.text("warn_on IS NOT NULL"),
    ),
    sa.Index("signals_tenant", "bucket", "tenant", "id"),
    sa.Index("signals_subject", "bucket", "subject_id"),
    sa.Index("signals_source", "bucket", "source", "id"),
    sa.Index(
        "signals_one_active",
        "bucket",
        "source",
        unique=True,
        sqlite_where=sa.text("status = 'ACTIEF'"),
        postgresql_where=sa.text("status = 'ACTIEF'"),
    ),
    sa.Index(
        "signals_unswept",
        "bucket",
        "id",
        sqlite_where=sa.text("status = 'VERNIETIGD' AND key_destroyed = 0"),
        postgresql_where=sa.text("status = 'VERNIETIGD' AND NOT key_destroyed"),
    ),
)

operations = sa.Table(
    "operations",
    metadata,
    _bucket(),
    sa.Column("key", sa.LargeBinary(16), primary_key=True),  # keyed hash of the idempotency key
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("signal_id", sa.Uuid, nullable=False),
    sa.Column("operation", sa.String(20), nullable=False),
    sa.Column("content", sa.LargeBinary(16)),  # keyed hash of what was said; NULL once destroyed
    sa.Column("receipt", sa.LargeBinary),  # sealed; NULL once destroyed
    sa.Index("operations_signal", "bucket", "signal_id"),
)

subject_lookup = sa.Table(
    "subject_lookup",
    metadata,
    _bucket(),
    sa.Column("key_id", sa.String(20), primary_key=True),
    sa.Column("hmac", sa.LargeBinary(16), primary_key=True),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Index("subject_lookup_subject", "bucket", "subject_id"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("destination", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("signal_id", sa.Uuid),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("argument", sa.String(35), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("last_sent", sa.Double),
    sa.Column("lease", sa.Uuid),
    sa.Column("lease_until", sa.Double),
    sa.Column("lease_epoch", sa.String(64)),
    sa.Column("body", sa.LargeBinary),  # sealed; frozen at the first attempt
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("version", sa.String(80), nullable=False),  # the pack it was decided with
    sa.Index("outbox_signal", "bucket", "signal_id", "destination", "sequence"),
    sa.Index(
        "outbox_open",
        "bucket",
        "tenant",
        "destination",
        "due",
        "id",
        sqlite_where=sa.text("state IN ('underway','unknown','waiting')"),
        postgresql_where=sa.text("state IN ('underway','unknown','waiting')"),
    ),
)

matches = sa.Table(
    "matches",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("signal_id", sa.Uuid, nullable=False),
    sa.Column("index_match", sa.String(64), nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),  # place in the receiver's own row of news
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("not_same_child", sa.Boolean, nullable=False),
    sa.Column("arisen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("sealed", sa.LargeBinary),  # contact and words; NULL once lapsed
    sa.Column("follow_up", sa.String(10)),  # what its receiver says became of it
    sa.Column("announced_at", sa.DateTime(timezone=True)),  # when its receiver's endpoint last took a notice of it
    sa.Column("fetched_at", sa.DateTime(timezone=True)),  # when it was first in an answer to its receiver
    sa.Column("remind_at", sa.DateTime(timezone=True)),  # when to announce it again, unless it is fetched by then
    sa.Column("unheard", sa.Boolean, nullable=False, server_default=sa.false()),  # the operator must see to it
    sa.Column("remove", sa.Boolean, nullable=False, server_default=sa.false()),  # a signal of it was destroyed
    sa.Column("aanspreekpunt", sa.LargeBinary),  # sealed: who has the regie, as the index told; NULL once lapsed
    sa.Column("watched_since", sa.DateTime(timezone=True)),  # until somebody answered, or it was escalated
    sa.Column("told_by", sa.String(64)),  # an index that leads no more and alone knows it; NULL: the one that leads
    sa.Column("told_as", sa.String(64)),  # its number there; `index_match` is then one of ours, which no index knows
    sa.UniqueConstraint("bucket", "signal_id", "index_match", name="matches_once"),
    sa.Index("matches_number", "bucket", "tenant", "number", unique=True),
    sa.Index("matches_index", "bucket", "index_match"),
    sa.Index(
        "matches_remind",
        "bucket",
        "remind_at",
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    ),
    sa.Index(
        "matches_watched",
        "bucket",
        "watched_since",
        sqlite_where=sa.text("watched_since IS NOT NULL"),
        postgresql_where=sa.text("watched_since IS NOT NULL"),
    ),
)

regie = sa.Table(
    "regie",
    metadata,
    _bucket(),  # of the pair, not of a tenant: both sides have the same row
    sa.Column("destination", sa.String(64), primary_key=True),
    sa.Column("index_match", sa.String(64), primary_key=True),
    sa.Column("holder", sa.Uuid),  # the signal whose melder is the aanspreekpunt, where it is one of ours
    sa.Column("elsewhere", sa.Boolean, nullable=False),  # somebody has it who is not known here
    sa.Column("offered", sa.Boolean, nullable=False),
    sa.Column("review_on", sa.Date),
    sa.Column("stand", sa.Integer, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),  # the index holds it, and decides
    sa.Column("index_stand", sa.Integer, nullable=False),  # the index's own number of what it told last
    sa.Column("pending", sa.Uuid),  # what is asked of the index and not answered: a wish
    sa.Column("done_by", sa.Uuid),  # the signal whose side did something last, what, and on which stand
    sa.Column("done", sa.String(12), nullable=False),
    sa.Column("done_stand", sa.Integer, nullable=False),
    sa.Column("reminded_on", sa.Date),  # the day of review whose passing the aanspreekpunt heard of
    sa.Column("escalated_at", sa.DateTime(timezone=True)),
    sa.Index(
        "regie_review",
        "bucket",
        "review_on",
        sqlite_where=sa.text("review_on IS NOT NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL"),
    ),
)

regie_wishes = sa.Table(
    "regie_wishes",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),  # of its message in the outbox
    sa.Column("signal_id", sa.Uuid, nullable=False),
    sa.Column("destination", sa.String(64), nullable=False),
    sa.Column("index_match", sa.String(64), nullable=False),
    sa.Column("handeling", sa.String(12), nullable=False),
    sa.Column("review_on", sa.Date),
    sa.Column("index_stand", sa.Integer, nullable=False),  # on which the index must still be
)

notices = sa.Table(
    "notices",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),  # of its message in the outbox, the same at each attempt
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("destination", sa.String(64), nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),  # place in what goes to this destination
    sa.Column("match_id", sa.Uuid, nullable=False),
    sa.Column("round", sa.SmallInteger, nullable=False),  # 1 for news, 2 and more when it was not fetched
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("regie", sa.Boolean, nullable=False, server_default=sa.false()),  # of who is the aanspreekpunt
    sa.Index("notices_number", "bucket", "destination", "number", unique=True),
    sa.Index("notices_match", "bucket", "match_id"),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("content", sa.LargeBinary(16)),  # keyed hash of what was first asked; NULL once changed
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # its channel: address, headers, pace
    sa.Column("ends_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("subscriptions_tenant", "bucket", "tenant", "id"),
)

counters = sa.Table(
    "counters",
    metadata,
    _bucket(),
    sa.Column("tenant", sa.String(35), primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)

destinations = sa.Table(
    "destinations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hold", sa.Boolean, nullable=False),
    sa.Column("faults", sa.Integer, nullable=False),
    sa.Column("open_until", sa.Double),
    sa.Column("open_epoch", sa.String(64)),
    sa.Column("cursor", sa.BigInteger, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    _bucket(),
    sa.Column("writer", sa.Uuid, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("subject", sa.Uuid),  # the signal's random id; what it is about dies with the signal's key
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index("audit_subject", "bucket", "subject"),
)

unknown_words = sa.Table(
    "unknown_words",
    metadata,
    _bucket(),
    sa.Column("tenant", sa.String(35), primary_key=True),
    sa.Column("axis", sa.String(35), primary_key=True),
    sa.Column("word", sa.LargeBinary(16), primary_key=True),  # keyed hash of (tenant, axis, word)
    sa.Column("times", sa.BigInteger, nullable=False),
    sa.Column("first_on", sa.Date, nullable=False),
    sa.Column("last_on", sa.Date, nullable=False),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

batches = sa.Table(
    "batches",
    metadata,
    _bucket(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tenant", sa.String(35), nullable=False),
    sa.Column("content", sa.LargeBinary(16)),  # keyed hash of the whole file, where it was known beforehand
    sa.Column("whole", sa.Boolean, nullable=False),  # whether it is the sender's whole list
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("moved_at", sa.Double, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),  # the last line that was noted
    sa.Column("tally", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("systems", sa.JSON, nullable=False),  # keyed hashes of the source systems its rows named
    sa.Column("unreadable", sa.Integer, nullable=False),  # rows whose own id could not be read
    sa.Index("batches_tenant", "bucket", "tenant", "id"),
)

batch_runs = sa.Table(
    "batch_runs",
    metadata,
    _bucket(),
    sa.Column("batch", sa.Uuid, primary_key=True),
    sa.Column("last", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # the results of a run of rows, under the batch's own key
)

batch_sources = sa.Table(
    "batch_sources",
    metadata,
    _bucket(),
    sa.Column("batch", sa.Uuid, primary_key=True),
    sa.Column("source", sa.LargeBinary(16), primary_key=True),  # as in `signals`
)
