"""What the simulated index remembers: one SQLite file, every change on disk before it is answered.

Statements only: what may be done and what follows from it is the engine's. The tables are in `file`, how a piece of
news is read for its receiver in `telling`; what comes later than a signal in `later`, who leads for it in `leading`.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from uuid import UUID

from pydantic import TypeAdapter

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexRegie
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.value import Value
from gateway.rules.regie import Positie
from gateway.simulator.enrolled import Enrolled
from gateway.simulator.file import opened
from gateway.simulator.later import Later
from gateway.simulator.leading import Leading
from gateway.simulator.loket_file import LoketFile
from gateway.simulator.telling import REMOVE, TOLD, WORDS, entry
from gateway.simulator.values import Kept, News, Registered, Reply, Word

_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


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


class Regie(Value):
    """Who has the regie of a match, by their signal here; None is nobody."""

    holder: str | None = None
    offered: bool = False
    review: dt.date | None = None

    def seen_by(self, signal: str) -> Positie:
        """The position of one side."""
        wie = Wie.IK if self.holder == signal else Wie.ANDER if self.holder else Wie.GEEN
        return Positie.of(wie, offered=self.offered)

    def told(self, signal: str, stand: int, who: Aanspreekpunt) -> IndexRegie:
        """As one side is told it; only the other has a name."""
        wie = self.seen_by(signal).wie
        return IndexRegie(
            wie=wie,
            aangeboden=self.offered,
            herzien_op=self.review,
            stand=stand,
            wie_dan=who if wie is Wie.ANDER else Aanspreekpunt(),
        )


class State:
    """The file. Every method belongs inside `transaction`, which is one thread at a time."""

    def __init__(self, directory: Path) -> None:
        self._lock = RLock()
        self._destroyed = False
        self._db = opened(directory)
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
            self.add_news(sender, match_id, own=own, other=index_id)

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
                self.add_news(sender, match_id, own=own, other=other, status=status)

    def sides(self, match_id: str) -> tuple[str, ...]:
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
        return Regie(holder=row["holder"], offered=bool(row["offered"]), review=_day(row["review"])), row["stand"]

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
            self.add_news(sender, match_id, own=own, other=other)

    def follow_up(self, match_id: str, own: str, contact: str) -> None:
        """What a side told of a match; the last counts."""
        self._db.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", (match_id, own, contact))

    def followed(self) -> list[tuple[str, str, str]]:
        """Match, reference of the side, and what it told."""
        rows = self._db.execute(
            "SELECT f.match_id, s.reference, f.contact FROM followed f JOIN signals s ON s.index_id = f.own"
        )
        return [tuple(row) for row in rows]

    def add_news(
        self, sender: str, match_id: str, *, own: str, other: str,
        status: str = MatchStatus.ACTIEF.value, due: float | None = None,
    ) -> int:  # fmt: skip
        """Tell a sender of a match on its signal `own`: now, or when `due`."""
        added = self._db.execute(
            "INSERT INTO news (sender, number, due, match_id, own, other, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sender, self._next(sender) if due is None else None, due, match_id, own, other, status),
        )
        return added.lastrowid or 0

    def plant_news(self, sender: str, news: News) -> int:
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

    def news_after(self, sender: str, after: int, *, limit: int) -> tuple[tuple[int, News], ...]:
        """A sender's news with its numbers, in order."""
        rows = self._db.execute(
            TOLD + "WHERE n.sender = ? AND n.number > ? ORDER BY n.number LIMIT ?", (sender, after, limit)
        )
        return tuple((row["number"], _entry(row)) for row in rows)

    def keep(self, sender: str, reply: Reply, *, digest: str, index_id: str | None, news: tuple[int, ...]) -> None:
        """Remember an answer. The news in it is kept as a list of entries, so that no contact stands twice."""
        answer = reply.answer
        bare = answer.model_copy(update={"news": ()}) if isinstance(answer, Registered) else answer
        self._db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sender, reply.to, digest, index_id, str(reply.answer_id), reply.answered_at.isoformat(),
                bare.model_dump_json(), json.dumps(news),
            ),
        )  # fmt: skip

    def recall(self, sender: str, reference: str) -> tuple[str | None, Reply] | None:
        """The digest of an earlier message and the answer it got."""
        row = self._db.execute(
            "SELECT * FROM answers WHERE sender = ? AND reference = ?", (sender, reference)
        ).fetchone()
        if row is None:
            return None
        answer = _KEPT.validate_json(row["answer"])
        if isinstance(answer, Registered):
            answer = answer.model_copy(update={"news": self.news(json.loads(row["news"]))})
        at = dt.datetime.fromisoformat(row["answered_at"])
        return row["digest"], Reply(answer_id=UUID(row["answer_id"]), answered_at=at, to=reference, answer=answer)

    def news(self, identities: list[int] | tuple[int, ...]) -> tuple[News, ...]:
        """The named entries, in the order they were made."""
        marks = ", ".join("?" * len(identities))
        rows = self._db.execute(f"{TOLD} WHERE n.id IN ({marks}) ORDER BY n.id", tuple(identities))
        return tuple(_entry(row) for row in rows)

    def counts(self) -> tuple[dict[str, int], int, int]:
        """Signals by status, references that have more than one signal, and matches ever made."""
        signals = dict(
            self._db.execute("SELECT status, count(*) FROM signals GROUP BY status ORDER BY status").fetchall()
        )
        double = "SELECT count(*) FROM (SELECT 1 FROM signals GROUP BY sender, reference HAVING count(*) > 1)"
        (doubles,), (matches,) = (self._db.execute(sql).fetchone() for sql in (double, "SELECT count(*) FROM matches"))
        return signals, doubles, matches

    def listing(self) -> list[tuple[str, str]]:
        """Reference and status of every signal, oldest first."""
        return [tuple(row) for row in self._db.execute("SELECT reference, status FROM signals ORDER BY rowid")]


def _entry(row: sqlite3.Row) -> News:
    return entry(row, None if row["stand"] is None else _told(row))


def _told(row: sqlite3.Row) -> IndexRegie:
    """The regie as the side of a piece of news is told."""
    regie = Regie(holder=row["holder"], offered=bool(row["offered"]), review=_day(row["review"]))
    contact = Contact.model_validate_json(row["holder_contact"]) if row["holder_contact"] else None
    who = Aanspreekpunt(naam=contact.naam, instantie=contact.instantie_naam) if contact else Aanspreekpunt()
    return regie.told(row["own"], row["stand"], who)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
