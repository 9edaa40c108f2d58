"""Which numbers this index gave to clients and professionals, in a dialect that asks for them first.

Statements only, in the same file as `state`. A number is of one sender, and says nothing of whom it means. It goes with
the last signal it was used for, and after a day when it was used for none.
"""

import datetime as dt
import sqlite3
from uuid import uuid4

from gateway.canonical.order import Contact

_SCHEMA = """
CREATE TABLE IF NOT EXISTS clients (
    number TEXT PRIMARY KEY, sender TEXT NOT NULL, person TEXT NOT NULL, day TEXT NOT NULL,
    UNIQUE (sender, person)) STRICT;
CREATE TABLE IF NOT EXISTS professionals (  -- contact as it was told last
    number TEXT PRIMARY KEY, sender TEXT NOT NULL, organisation TEXT NOT NULL, professional TEXT NOT NULL,
    contact TEXT NOT NULL, day TEXT NOT NULL, UNIQUE (sender, organisation, professional)) STRICT;
CREATE TABLE IF NOT EXISTS enrolled (  -- for which signals a number was used
    index_id TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (index_id, number)) STRICT;
CREATE INDEX IF NOT EXISTS enrolled_by_number ON enrolled (number);
"""
_UNUSED = "NOT EXISTS (SELECT 1 FROM enrolled e WHERE e.number = {table}.number)"


class Enrolled:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def client(self, sender: str, person: str, day: dt.date) -> str:
        """The number of a person for a sender: always the same."""
        return self._number(
            "INSERT INTO clients VALUES (?, ?, ?, ?) ON CONFLICT (sender, person) DO UPDATE SET day = excluded.day"
            " RETURNING number",
            str(uuid4()), sender, person, day.isoformat(),
        )  # fmt: skip

    def professional(self, sender: str, contact: Contact, day: dt.date) -> str:
        """The number of a professional of an organisation for a sender: the same, also when other data are told."""
        return self._number(
            "INSERT INTO professionals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sender, organisation, professional)"
            " DO UPDATE SET contact = excluded.contact, day = excluded.day RETURNING number",
            str(uuid4()), sender, contact.instantie_id, contact.professional_id, contact.model_dump_json(),
            day.isoformat(),
        )  # fmt: skip

    def person(self, sender: str, number: str) -> str | None:
        """Who has a client's number."""
        row = self._db.execute("SELECT person FROM clients WHERE sender = ? AND number = ?", (sender, number))
        return next((str(person) for (person,) in row), None)

    def contact(self, sender: str, number: str) -> Contact | None:
        """How to reach who has a professional's number."""
        row = self._db.execute("SELECT contact FROM professionals WHERE sender = ? AND number = ?", (sender, number))
        return next((Contact.model_validate_json(said) for (said,) in row), None)

    def use(self, index_id: str, *numbers: str) -> None:
        """Note for which signal numbers were used."""
        rows = [(index_id, number) for number in numbers]
        self._db.executemany("INSERT OR IGNORE INTO enrolled VALUES (?, ?)", rows)

    def forget(self, index_id: str) -> None:
        """Of a destroyed signal no number stays that was used for nothing else."""
        used = self._db.execute("DELETE FROM enrolled WHERE index_id = ? RETURNING number", (index_id,)).fetchall()
        for (number,) in used:
            for table in ("clients", "professionals"):
                unused = _UNUSED.format(table=table)
                self._db.execute(f"DELETE FROM {table} WHERE number = ? AND {unused}", (number,))  # noqa: S608

    def expire(self, before: dt.date) -> bool:
        """Drop what was asked for before a day and never used; whether there was any."""
        dropped = 0
        for table in ("clients", "professionals"):
            unused = _UNUSED.format(table=table)
            gone = self._db.execute(f"DELETE FROM {table} WHERE day < ? AND {unused}", (before.isoformat(),))  # noqa: S608
            dropped += gone.rowcount
        return dropped > 0

    def _number(self, statement: str, *values: str) -> str:
        (number,) = self._db.execute(statement, values).fetchone()
        return str(number)
