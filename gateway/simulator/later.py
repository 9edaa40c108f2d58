"""What the simulated index keeps of what comes later than a signal: family to look for, history given, days, arrivals.

Statements only, in the same file as `state`. Nothing here holds a person or a contact: it points to the signals.
"""

import datetime as dt
import sqlite3

from gateway.canonical.order import Contact

_SCHEMA = """
CREATE TABLE IF NOT EXISTS family (  -- signals whose family the national index has yet to look for
    index_id TEXT PRIMARY KEY, due TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS family_due ON family (due);
CREATE TABLE IF NOT EXISTS departed (  -- the legal day on which a signal left the index for the archive
    index_id TEXT PRIMARY KEY, day TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS offered (  -- to which organisation an archived signal was offered
    index_id TEXT NOT NULL, organisation TEXT NOT NULL, PRIMARY KEY (index_id, organisation)) STRICT;
CREATE TABLE IF NOT EXISTS standing (  -- the last day on which a signal may be removed
    index_id TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS arrivals (  -- what the regievoerder of a municipality was told of who came to live there
    id INTEGER PRIMARY KEY, gemeente TEXT NOT NULL, index_id TEXT NOT NULL, at TEXT NOT NULL) STRICT;
"""


class Later:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def await_family(self, index_id: str, due: dt.datetime) -> None:
        """Look for the family of a signal, not earlier than `due`."""
        self._db.execute("INSERT INTO family VALUES (?, ?)", (index_id, _utc(due)))

    def family_due(self, now: dt.datetime) -> tuple[str, ...]:
        """The signals whose family is to be looked for now, in order; they do not come again."""
        rows = self._db.execute("SELECT index_id FROM family WHERE due <= ? ORDER BY due, rowid", (_utc(now),))
        found = tuple(index_id for (index_id,) in rows.fetchall())
        self._db.execute("DELETE FROM family WHERE due <= ?", (_utc(now),))
        return found

    def depart(self, index_id: str, day: dt.date) -> None:
        """Note when a signal went to the archive; the first day counts."""
        self._db.execute("INSERT OR IGNORE INTO departed VALUES (?, ?)", (index_id, day.isoformat()))

    def removed_until(self, day: dt.date) -> tuple[str, ...]:
        """Active signals whose removal date has come, oldest first."""
        return self._ids(
            "SELECT index_id FROM signals WHERE status = 'ACTIEF' AND verwijderdatum <= ? ORDER BY rowid", day
        )

    def departed_until(self, day: dt.date) -> tuple[str, ...]:
        """What has been in the archive since `day` or longer, oldest first."""
        return self._ids(
            "SELECT s.index_id FROM signals s JOIN departed d ON d.index_id = s.index_id"
            " WHERE s.status = 'ARCHIEF' AND d.day <= ? ORDER BY s.rowid",
            day,
        )

    def _ids(self, statement: str, day: dt.date) -> tuple[str, ...]:
        return tuple(index_id for (index_id,) in self._db.execute(statement, (day.isoformat(),)))

    def stand(self, index_id: str, until: dt.date) -> None:
        """Note until when a signal may stand; nothing moves that day."""
        self._db.execute("INSERT INTO standing VALUES (?, ?)", (index_id, until.isoformat()))

    def stands(self, index_id: str) -> dt.date:
        """Until when a signal may stand; without a note, for ever."""
        row = self._db.execute("SELECT until FROM standing WHERE index_id = ?", (index_id,)).fetchone()
        return dt.date.fromisoformat(row[0]) if row else dt.date.max

    def offer(self, index_id: str, organisation: str) -> bool:
        """Note that an archived signal is offered to an organisation; False when it was before."""
        added = self._db.execute("INSERT OR IGNORE INTO offered VALUES (?, ?)", (index_id, organisation))
        return added.rowcount == 1

    def arrive(self, gemeente: str, index_id: str, at: dt.datetime) -> None:
        """Tell the regievoerder of a municipality of a signal on who came to live there."""
        self._db.execute(
            "INSERT INTO arrivals (gemeente, index_id, at) VALUES (?, ?, ?)", (gemeente, index_id, _utc(at))
        )

    def arrivals(self) -> list[tuple[str, str, str | None]]:
        """Of every arrival: municipality, status of the signal, and its contact while it is active, as JSON."""
        rows = self._db.execute(
            "SELECT a.gemeente, s.status, CASE WHEN s.status = 'ACTIEF' THEN s.contact END"
            " FROM arrivals a JOIN signals s ON s.index_id = a.index_id ORDER BY a.id"
        )
        return [tuple(row) for row in rows]

    def forget(self, index_id: str) -> None:
        """Of a destroyed signal nothing comes later."""
        for table in ("family", "departed", "offered", "standing"):
            self._db.execute(f"DELETE FROM {table} WHERE index_id = ?", (index_id,))  # noqa: S608  constants only


def regievoerder(gemeente: str) -> Contact:
    """Who has the regie in a municipality (Jeugdwet 7.1.3.2): an office, nobody by name."""
    return Contact(
        professional_id=f"regievoerder-{gemeente}",
        naam="Gemeentelijke regievoerder",
        instantie_id=f"gemeente-{gemeente}",
        instantie_naam=f"Gemeente {gemeente}",
        email=f"regievoerder@gemeente-{gemeente}.example",
    )


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
