"""The key store: one wrapped data key per signal, in a database of its own with a backup of its own.

A key is durable before its signal commits. Deleting it is final, and is how a signal is destroyed: what is left
elsewhere of it, backups included, cannot be read again.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from gateway.errors import Unavailable
from gateway.store.effects import insert_or_leave
from gateway.store.engine import alone, connect
from gateway.store.keyring import KeyRing, new_data_key
from gateway.store.rows import write

metadata = sa.MetaData()

data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("signal_id", sa.Uuid, primary_key=True),
    sa.Column("key_id", sa.String(20), nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

_WANTED = sa.select(data_keys).where(data_keys.c.signal_id.in_(sa.bindparam("wanted", expanding=True)))


class KeyStore:
    """Makes, gives and destroys data keys. Safe to share between threads."""

    def __init__(self, url: str, ring: KeyRing) -> None:
        self._ring = ring
        self._writes = connect(url, writes=True, pool_size=2)
        self._reads = connect(url, writes=False)
        with self._writes.begin() as connection:
            alone(connection)
            metadata.create_all(connection)

    def make(self, signal_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """New keys, durable when this returns; a signal that has one, from a batch that is tried again, keeps it."""
        made = {signal_id: new_data_key() for signal_id in signal_ids}
        rows = [
            {"signal_id": signal_id, "key_id": self._ring.seal_id, "wrapped": self._ring.wrap(signal_id, key)}
            for signal_id, key in made.items()
        ]
        with self._writes.begin() as connection:
            fresh = write(connection, insert_or_leave(connection, data_keys, "signal_id"), rows)
        return made if fresh == len(made) else self.get(made)

    def get(self, signal_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys that are still there."""
        wanted = list(signal_ids)
        if not wanted:
            return {}
        with self._reads.begin() as connection:
            rows = connection.execute(_WANTED, {"wanted": wanted}).all()
        return {row.signal_id: self._ring.unwrap(row.key_id, row.signal_id, row.wrapped) for row in rows}

    def destroy(self, signal_ids: Iterable[UUID]) -> None:
        """Delete keys for good. On SQLite the freed pages are overwritten and the log is emptied.

        Raises Unavailable while the log cannot be emptied: until then the keys are not gone.
        """
        with self._writes.begin() as connection:
            connection.execute(data_keys.delete().where(data_keys.c.signal_id.in_(list(signal_ids))))
        if self._writes.dialect.name == "sqlite":
            with self._writes.connect() as connection:
                busy, *_ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise Unavailable("the key store's log is being read")

    def close(self) -> None:
        """Let go of the connections."""
        self._writes.dispose()
        self._reads.dispose()
