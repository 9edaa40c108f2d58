"""What each sender is told of the matches on its signals, and of signals that came to an end: numbered, in order.

Statements only, in the same file as `state`. How a piece of news is read for its receiver is in `telling`.
"""

import sqlite3

from gateway.canonical.match import MatchStatus
from gateway.simulator.replies import News
from gateway.simulator.telling import TOLD, entry


class Stream:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(
        self, sender: str, match_id: str, *, own: str, other: str,
        status: str = MatchStatus.ACTIEF.value, due: float | None = None,
    ) -> int:  # fmt: skip
        """Tell a sender of a match on its signal `own`: now, or when `due`."""
        added = self._db.execute(
            "INSERT INTO news (sender, number, due, match_id, own, other, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sender, self._next(sender) if due is None else None, due, match_id, own, other, status),
        )
        return added.lastrowid or 0

    def plant(self, sender: str, news: News) -> int:
        """Put an entry in a sender's stream that no match is behind."""
        added = self._db.execute(
            "INSERT INTO news (sender, number, planted) VALUES (?, ?, ?)",
            (sender, self._next(sender), news.model_dump_json()),
        )
        return added.lastrowid or 0

    def _next(self, sender: str) -> int:
        (number,) = self._db.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (sender) DO UPDATE SET last = last + 1 RETURNING last",
            (sender,),
        ).fetchone()
        return int(number)

    def add_ended(self, sender: str, reference: str, reason: str) -> None:
        """Tell a sender that its signal was destroyed here, and why."""
        self._db.execute("INSERT INTO ended VALUES (?, ?, ?, ?)", (sender, self._next(sender), reference, reason))

    def ended_after(self, sender: str, after: int, *, until: int) -> tuple[tuple[int, str, str], ...]:
        """What was told so, with its numbers, in order."""
        rows = self._db.execute(
            "SELECT number, reference, reason FROM ended WHERE sender = ? AND number > ? AND number <= ?"
            " ORDER BY number LIMIT 200",
            (sender, after, until),
        )
        return tuple((row["number"], row["reference"], row["reason"]) for row in rows)

    def publish(self, now: float) -> None:
        """Give the news that is due by now its number. Not earlier: a reader's cursor would pass it."""
        due = self._db.execute("SELECT id, sender FROM news WHERE number IS NULL AND due <= ? ORDER BY id", (now,))
        for identity, sender in due.fetchall():
            self._db.execute("UPDATE news SET number = ? WHERE id = ?", (self._next(sender), identity))

    def after(self, sender: str, after: int, *, limit: int) -> tuple[tuple[int, News], ...]:
        """A sender's news with its numbers, in order."""
        rows = self._db.execute(
            TOLD + "WHERE n.sender = ? AND n.number > ? ORDER BY n.number LIMIT ?", (sender, after, limit)
        )
        return tuple((row["number"], entry(row)) for row in rows)

    def entries(self, identities: list[int] | tuple[int, ...]) -> tuple[News, ...]:
        """The named entries, in the order they were made."""
        marks = ", ".join("?" * len(identities))
        rows = self._db.execute(f"{TOLD} WHERE n.id IN ({marks}) ORDER BY n.id", tuple(identities))
        return tuple(entry(row) for row in rows)
