"""Which numbers the counter (loket) gave to signals and matches, who leads for whom, and which bags it closed.

Statements only, in the same file as `state`. Nothing here holds a person or a contact: it points to the signals.
"""

import datetime as dt
import sqlite3

from gateway.simulator.loket_values import Party

_SCHEMA = """
CREATE TABLE IF NOT EXISTS numbered (  -- signals by the number they got; what it says stays when they are destroyed
    seq INTEGER PRIMARY KEY AUTOINCREMENT, index_id TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL,
    year INTEGER NOT NULL, recognised TEXT NOT NULL, before TEXT, closed TEXT) STRICT;
CREATE TABLE IF NOT EXISTS counted (  -- matches by the number both sides know; silent: nobody is mailed of it
    seq INTEGER PRIMARY KEY AUTOINCREMENT, match_id TEXT NOT NULL UNIQUE, silent INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS parties (
    sender TEXT NOT NULL, code TEXT NOT NULL, leads INTEGER NOT NULL, open INTEGER NOT NULL,
    PRIMARY KEY (sender, code)) STRICT;
CREATE TABLE IF NOT EXISTS away (  -- while another led: what came after one number in the stream, until another
    sender TEXT NOT NULL, code TEXT NOT NULL, after INTEGER NOT NULL, until INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS bags (  -- by the number in the stream of the last piece of news in it
    sender TEXT NOT NULL, last INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (sender, last)) STRICT;
"""
_LETTERS = "KTRBCDFGHJLMNPQSVWXZ"
_BASE = len(_LETTERS)
_SIZES = (_BASE**2, _BASE, 1)
_LATER = 99_999
"""So many numbers before the letters change."""


class LoketFile:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def enter(self, index_id: str, organisation: str, *, year: int, recognised: str, before: str | None) -> None:
        """A new signal gets its number."""
        self._db.execute(
            "INSERT INTO numbered (index_id, organisation, year, recognised, before) VALUES (?, ?, ?, ?, ?)",
            (index_id, organisation, year, recognised, before),
        )

    def close(self, index_id: str, at: dt.datetime) -> None:
        """When a signal was ended or withdrawn last."""
        self._db.execute("UPDATE numbered SET closed = ? WHERE index_id = ?", (at.isoformat(), index_id))

    def entered(self, index_id: str) -> sqlite3.Row | None:
        """What is known here of a signal; None when it did not come by this counter."""
        row: sqlite3.Row | None = self._db.execute(
            "SELECT *, organisation FROM numbered WHERE index_id = ?", (index_id,)
        ).fetchone()
        return row

    def found(self, number: str, organisation: str) -> str | None:
        """The signal of an organisation with a number."""
        row = self._db.execute("SELECT * FROM numbered WHERE seq = ?", (_seq(number),)).fetchone()
        known = row is not None and (number_of(row), row["organisation"]) == (number, organisation)
        return str(row["index_id"]) if known else None

    def counted(self, match_id: str) -> tuple[int, bool]:
        """The number of a match, which it gets now if it has none, and whether nobody is mailed of it."""
        self._db.execute("INSERT OR IGNORE INTO counted (match_id, silent) VALUES (?, 0)", (match_id,))
        row = self._db.execute("SELECT seq, silent FROM counted WHERE match_id = ?", (match_id,)).fetchone()
        return int(row["seq"]), bool(row["silent"])

    def hush(self, match_id: str) -> None:
        """Nobody is mailed of this match."""
        self.counted(match_id)
        self._db.execute("UPDATE counted SET silent = 1 WHERE match_id = ?", (match_id,))

    def matches_of(self, index_id: str) -> tuple[tuple[str, str], ...]:
        """The active matches of a signal, each with the other side."""
        rows = self._db.execute(
            "SELECT match_id, CASE WHEN one = :id THEN other ELSE one END FROM matches"
            " WHERE (one = :id OR other = :id) AND status = 'ACTIEF' AND soort = 'CLIENTMATCH' ORDER BY rowid",
            {"id": index_id},
        )
        return tuple((str(match_id), str(other)) for match_id, other in rows)

    def active_of(self, sender: str, organisation: str) -> tuple[str, ...]:
        """The active signals of an organisation, oldest first."""
        rows = self._db.execute(
            "SELECT s.index_id FROM signals s JOIN numbered n ON n.index_id = s.index_id"
            " WHERE s.sender = ? AND n.organisation = ? AND s.status = 'ACTIEF' ORDER BY n.seq",
            (sender, organisation),
        )
        return tuple(str(index_id) for (index_id,) in rows)

    def told(self, sender: str, number: int) -> tuple[str | None, int]:
        """Of a piece of news: the signal it is about, and how often an active match was told by then."""
        row = self._db.execute(
            "SELECT own, match_id FROM news WHERE sender = ? AND number = ?", (sender, number)
        ).fetchone()
        (times,) = self._db.execute(
            "SELECT count(*) FROM news WHERE sender = ? AND match_id = ? AND own = ? AND status = 'ACTIEF'"
            " AND number <= ?",
            (sender, row["match_id"], row["own"], number),
        ).fetchone()
        return row["own"], int(times)

    def party(self, sender: str, code: str, *, takes_over: bool) -> Party:
        """An organisation of a connection, known from now on: this index leads for it until it is said otherwise."""
        self._db.execute("INSERT OR IGNORE INTO parties VALUES (?, ?, 1, ?)", (sender, code, takes_over))
        return next(one for one in self.parties(sender) if one.code == code)

    def parties(self, sender: str) -> tuple[Party, ...]:
        """The organisations of a connection."""
        rows = self._db.execute("SELECT code, leads, open FROM parties WHERE sender = ? ORDER BY code", (sender,))
        return tuple(Party(code=row["code"], leads=bool(row["leads"]), open=bool(row["open"])) for row in rows)

    def senders_for(self, code: str) -> tuple[str, ...]:
        """The connections that act for an organisation."""
        rows = self._db.execute("SELECT sender FROM parties WHERE code = ? ORDER BY sender", (code,))
        return tuple(str(sender) for (sender,) in rows)

    def appoint(self, sender: str, party: Party) -> None:
        """Who leads for an organisation from now on, and whether signals may be taken over."""
        self._db.execute(
            "INSERT OR REPLACE INTO parties VALUES (?, ?, ?, ?)", (sender, party.code, party.leads, party.open)
        )

    def silence(self, sender: str, code: str) -> None:
        """Another leads for an organisation: what comes from now on is not told."""
        self._db.execute("INSERT INTO away VALUES (?, ?, ?, NULL)", (sender, code, self._last(sender)))

    def resume(self, sender: str, code: str) -> None:
        """What comes from now on is told; what came meanwhile is not."""
        self._db.execute(
            "UPDATE away SET until = ? WHERE sender = ? AND code = ? AND until IS NULL",
            (self._last(sender), sender, code),
        )

    def untold(self, sender: str, code: str, number: int) -> bool:
        """Whether a piece of news came while another led."""
        found = "SELECT 1 FROM away WHERE sender = ? AND code = ? AND ? > after AND (until IS NULL OR ? <= until)"
        return self._db.execute(found, (sender, code, number, number)).fetchone() is not None

    def _last(self, sender: str) -> int:
        row = self._db.execute("SELECT last FROM counters WHERE sender = ?", (sender,)).fetchone()
        return 0 if row is None else int(row[0])

    def bags(self, sender: str) -> tuple[tuple[int, dt.datetime], ...]:
        """The bags that were closed, oldest first, and when."""
        rows = self._db.execute("SELECT last, at FROM bags WHERE sender = ? ORDER BY last", (sender,))
        return tuple((int(last), dt.datetime.fromisoformat(at)) for last, at in rows)

    def close_bag(self, sender: str, last: int, at: dt.datetime) -> None:
        """Close a bag, which keeps its number."""
        self._db.execute("INSERT INTO bags VALUES (?, ?, ?)", (sender, last, at.isoformat()))


def number_of(row: sqlite3.Row) -> str:
    """The number of a signal, such as `2026-KTR-00417`."""
    series, number = divmod(int(row["seq"]) - 1, _LATER)
    code = "".join(_LETTERS[(series // size + at) % _BASE] for at, size in enumerate(_SIZES))
    return f"{row['year']}-{code}-{number + 1:05}"


def _seq(number: str) -> int:
    """How many signals had a number by then."""
    _, code, last = number.split("-")
    digits = (
        (_LETTERS.index(letter) - at) % _BASE * size for at, (letter, size) in enumerate(zip(code, _SIZES, strict=True))
    )
    return sum(digits) * _LATER + int(last)
