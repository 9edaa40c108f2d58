"""What the two sides of a match did with it: who has the regie of it, and what each told of contact.

Statements only, in the same file as `state`. Whether a wish is granted is `arrangement`'s.
"""

import sqlite3

from gateway.simulator.regie import Regie
from gateway.simulator.stream import Stream


class Sides:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection, stream: Stream) -> None:
        self._db = db
        self._stream = stream

    def of(self, match_id: str) -> tuple[str, ...]:
        """The signals an active match is between."""
        row = self._db.execute(
            "SELECT one, other FROM matches WHERE match_id = ? AND status = 'ACTIEF'", (match_id,)
        ).fetchone()
        return () if row is None else tuple(row)

    def regie(self, match_id: str) -> tuple[Regie, int]:
        """Who has the regie of a match, by their signal, and its stand."""
        row = self._db.execute("SELECT * FROM regie WHERE match_id = ?", (match_id,)).fetchone()
        if row is None:
            return Regie(), 0
        return Regie.read(row), row["stand"]

    def arrange(self, match_id: str, regie: Regie, stand: int) -> None:
        """Another regie; whoever was told of the match is told again."""
        self._db.execute(
            "INSERT OR REPLACE INTO regie VALUES (?, ?, ?, ?, ?)",
            (match_id, regie.holder, regie.offered, regie.review and regie.review.isoformat(), stand),
        )
        told = self._db.execute(
            "SELECT DISTINCT sender, own, other FROM news WHERE match_id = ? AND number IS NOT NULL", (match_id,)
        )
        for sender, own, other in told.fetchall():
            self._stream.add(sender, match_id, own=own, other=other)

    def follow_up(self, match_id: str, own: str, contact: str) -> None:
        """What a side told of a match; the last counts."""
        self._db.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", (match_id, own, contact))

    def followed(self) -> list[tuple[str, str, str]]:
        """Match, reference of the side, and what it told."""
        rows = self._db.execute(
            "SELECT f.match_id, s.reference, f.contact FROM followed f JOIN signals s ON s.index_id = f.own"
        )
        return [tuple(row) for row in rows]
