"""What the simulated index remembers: one SQLite file, every change on disk before it is answered.

Statements only: what may be done and what follows from it is the engine's. The tables are in `file`. Here stand the
signals and their matches; what senders are told stands in `stream` and `answers`, what the sides of a match did with it
in `sides`, what comes later than a signal in `later`, who leads for it in `leading`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact
from gateway.canonical.value import Value
from gateway.simulator.answers import Answers
from gateway.simulator.enrolled import Enrolled
from gateway.simulator.file import opened
from gateway.simulator.later import Later
from gateway.simulator.leading import Leading
from gateway.simulator.loket_file import LoketFile
from gateway.simulator.sides import Sides
from gateway.simulator.stream import Stream
from gateway.simulator.telling import REMOVE, WORDS
from gateway.simulator.values import Word


class Stored(Value):
    """A signal as the index holds it."""

    index_id: str
    sender: str
    reference: str
    status: str
    soort: str
    verwijderdatum: dt.date
    person: str | None
    organisation: str | None
    contact: Contact | None = None
    words: tuple[Word, ...] = ()


class State:
    """The file. Every method belongs inside `transaction`, which is one thread at a time."""

    def __init__(self, directory: Path) -> None:
        self._lock = RLock()
        self._destroyed = False
        self._db = opened(directory)
        self.stream = Stream(self._db)
        self.sides = Sides(self._db, self.stream)
        self.answers = Answers(self._db, self.stream)
        self.later = Later(self._db)
        self.leading = Leading(self._db)
        self.enrolled = Enrolled(self._db)
        self.loket = LoketFile(self._db)

    def close(self) -> None:
        """Close the file; nothing is lost that was committed."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and on disk when it ends. What was destroyed is then gone from the log of writes too."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            if self._destroyed:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._destroyed = False

    def scrub(self) -> None:
        """Let what is taken away in this transaction be gone from the log of writes too."""
        self._destroyed = True

    def add_signal(self, signal: Stored) -> None:
        """Keep a new signal. A second one under the same reference is kept too: the count of doubles shows it."""
        self._db.execute(
            "INSERT INTO signals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                signal.index_id, signal.sender, signal.reference, signal.status, signal.soort,
                signal.verwijderdatum.isoformat(), signal.person, signal.organisation,
                signal.contact and signal.contact.model_dump_json(), WORDS.dump_json(signal.words).decode(),
            ),
        )  # fmt: skip

    def own(self, sender: str, reference: str) -> tuple[Stored, ...]:
        """A sender's signals under one reference, oldest first."""
        return self._signals("sender = ? AND reference = ? ORDER BY rowid", sender, reference)

    def under(self, reference: str) -> tuple[Stored, ...]:
        """Whoever's signals under one reference, oldest first."""
        return self._signals("reference = ? ORDER BY rowid", reference)

    def latest(self, sender: str, *, foreign: bool) -> tuple[Stored, ...]:
        """The last signal of this sender, or of any other; empty when there is none."""
        return self._signals(f"sender {'<>' if foreign else '='} ? ORDER BY rowid DESC LIMIT 1", sender)

    def on_person(self, person: str, *, status: str, besides: str) -> tuple[Stored, ...]:
        """The signals on a person of all organisations but one, oldest first."""
        return self._signals("person = ? AND status = ? AND organisation <> ? ORDER BY rowid", person, status, besides)

    def by_id(self, index_id: str) -> tuple[Stored, ...]:
        """The signal with the index's own id; empty when there is none."""
        return self._signals("index_id = ?", index_id)

    def alive(self) -> tuple[Stored, ...]:
        """Every signal that was not destroyed, oldest first."""
        return self._signals("status <> 'VERNIETIGD' ORDER BY rowid")

    def matched(self, one: str, other: str) -> bool:
        """Whether there is a match between two signals, active or not."""
        pair = "SELECT 1 FROM matches WHERE (one = ? AND other = ?) OR (one = ? AND other = ?) LIMIT 1"
        return self._db.execute(pair, (one, other, other, one)).fetchone() is not None

    def _signals(self, where: str, *values: str) -> tuple[Stored, ...]:
        columns = "index_id, sender, reference, status, soort, verwijderdatum, person, organisation"
        rows = self._db.execute(f"SELECT {columns} FROM signals WHERE {where}", values)  # noqa: S608  constants only
        return tuple(Stored.model_validate(dict(row)) for row in rows)

    def contacts(self, index_id: str) -> tuple[Contact | None, ...]:
        """The contact of a signal; None once destroyed."""
        rows = self._db.execute("SELECT contact FROM signals WHERE index_id = ?", (index_id,))
        return tuple(said and Contact.model_validate_json(said) for (said,) in rows)

    def amend(self, index_id: str, *, contact: Contact, verwijderdatum: dt.date) -> None:
        """Another contact or removal date; of another contact the other sides of its matches are told once more."""
        said = contact.model_dump_json()
        other = self._db.execute("SELECT contact IS NOT ? FROM signals WHERE index_id = ?", (said, index_id)).fetchone()
        self._db.execute(
            "UPDATE signals SET contact = ?, verwijderdatum = ? WHERE index_id = ?",
            (said, verwijderdatum.isoformat(), index_id),
        )
        if other[0]:
            self._tell_again(index_id)

    def _tell_again(self, index_id: str) -> None:
        """News for whoever was told of a match with this signal that is still there; who was not yet reads it then."""
        told = self._db.execute(
            "SELECT n.sender, n.match_id, n.own FROM matches m JOIN news n ON n.match_id = m.match_id"
            " WHERE (m.one = ? OR m.other = ?) AND m.status = 'ACTIEF' AND n.other = ? AND n.number IS NOT NULL"
            " GROUP BY n.match_id, n.own ORDER BY min(n.id)",
            (index_id, index_id, index_id),
        )
        for sender, match_id, own in told.fetchall():
            self.stream.add(sender, match_id, own=own, other=index_id)

    def archive(self, index_id: str) -> None:
        """Put a signal in the archive."""
        self._db.execute("UPDATE signals SET status = 'ARCHIEF' WHERE index_id = ?", (index_id,))

    def destroy(self, index_id: str) -> None:
        """Take the person, the contact and everything made of them out of a signal; only that it was remains."""
        self._db.execute(
            "UPDATE signals SET status = 'VERNIETIGD', person = NULL, organisation = NULL, contact = NULL, words = NULL"
            " WHERE index_id = ?",
            (index_id,),
        )
        self._db.execute("UPDATE answers SET digest = NULL WHERE index_id = ?", (index_id,))
        self.scrub()

    def add_match(self, match_id: str, one: str, other: str, *, soort: MatchSoort, arose_at: dt.datetime) -> None:
        """Keep a match between two signals."""
        self._db.execute(
            "INSERT INTO matches VALUES (?, ?, ?, ?, ?, 'ACTIEF')", (match_id, one, other, soort, arose_at.isoformat())
        )

    def lapse_matches(self, index_id: str, *, destroyed: bool = False) -> None:
        """End every match of a signal: news for whoever was told, silence towards whoever was not yet.

        When it was destroyed, whoever was told of a match that lapsed before hears of it once more.
        """
        rows = self._db.execute(
            "SELECT match_id FROM matches WHERE (one = ? OR other = ?) AND (status = 'ACTIEF' OR (? AND NOT EXISTS"
            " (SELECT 1 FROM news n WHERE n.match_id = matches.match_id AND n.status = ?))) ORDER BY rowid",
            (index_id, index_id, destroyed, REMOVE),
        )
        for (match_id,) in rows.fetchall():
            self._db.execute("UPDATE matches SET status = 'VERVALLEN' WHERE match_id = ?", (match_id,))
            self._db.execute("DELETE FROM regie WHERE match_id = ?", (match_id,))
            self._db.execute("DELETE FROM news WHERE match_id = ? AND number IS NULL", (match_id,))
            told = self._db.execute(
                "SELECT sender, own, other FROM news WHERE match_id = ? GROUP BY own ORDER BY min(id)", (match_id,)
            )
            for sender, own, other in told.fetchall():
                status = REMOVE if destroyed else MatchStatus.VERVALLEN.value
                self.stream.add(sender, match_id, own=own, other=other, status=status)

    def counts(self) -> tuple[dict[str, int], int, int]:
        """Signals by status, references that have more than one signal, and matches ever made."""
        signals = dict(
            self._db.execute("SELECT status, count(*) FROM signals GROUP BY status ORDER BY status").fetchall()
        )
        double = "SELECT count(*) FROM (SELECT 1 FROM signals GROUP BY sender, reference HAVING count(*) > 1)"
        (doubles,), (matches,) = (self._db.execute(sql).fetchone() for sql in (double, "SELECT count(*) FROM matches"))
        return signals, doubles, matches

    def listing(self) -> list[tuple[str, str, bool]]:
        """Reference and status of every signal, and whether this index leads for it; oldest first."""
        rows = self._db.execute(
            "SELECT reference, status, coalesce(leads, 1) FROM signals LEFT JOIN leading USING (index_id)"
            " ORDER BY signals.rowid"
        )
        return [(reference, status, bool(leads)) for reference, status, leads in rows]
