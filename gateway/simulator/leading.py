"""For which signals this index leads, when each was reported, and what it did because it leads: mails and forwarding.

Statements only, in the same file as `state`. An index that does not lead keeps a signal and matches it; it mails
nobody and tells the national index nothing.
"""

import sqlite3

_SCHEMA = """
CREATE TABLE IF NOT EXISTS leading (  -- of every signal; reported is NULL once it was destroyed
    index_id TEXT PRIMARY KEY, reported TEXT, leads INTEGER NOT NULL, forwarded INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS mailed (match_id TEXT NOT NULL, index_id TEXT NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (match_id, index_id)) STRICT;
"""


class Leading:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def begin(self, index_id: str, reported: str, *, leads: bool) -> None:
        """A signal came, with its own moment."""
        self._db.execute("INSERT INTO leading VALUES (?, ?, ?, 0)", (index_id, reported, leads))

    def leads(self, index_id: str) -> bool:
        """Whether this index leads for it; of one from before there was a note, it does."""
        row = self._db.execute("SELECT leads FROM leading WHERE index_id = ?", (index_id,)).fetchone()
        return row is None or bool(row[0])

    def reported(self, index_id: str) -> str | None:
        """When it was reported, as its sender said."""
        row = self._db.execute("SELECT reported FROM leading WHERE index_id = ?", (index_id,)).fetchone()
        return row and str(row[0]) if row and row[0] is not None else None

    def lead(self, index_id: str, *, leads: bool) -> bool:
        """Whether it leads from now on; gives whether that is another than before."""
        changed = self._db.execute(
            "UPDATE leading SET leads = ? WHERE index_id = ? AND leads <> ?", (leads, index_id, leads)
        )
        return changed.rowcount == 1

    def mail(self, match_id: str, index_id: str) -> None:
        """Mail who gave a signal that there is a match."""
        self._db.execute(
            "INSERT INTO mailed VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1", (match_id, index_id)
        )

    def mails(self) -> tuple[int, int]:
        """How many mails went out, and how many of a match that one was mailed of before."""
        row = self._db.execute("SELECT coalesce(sum(times), 0), coalesce(sum(times - 1), 0) FROM mailed").fetchone()
        return int(row[0]), int(row[1])

    def forget(self, index_id: str) -> None:
        """Of a destroyed signal no moment stays."""
        self._db.execute("UPDATE leading SET reported = NULL WHERE index_id = ?", (index_id,))
