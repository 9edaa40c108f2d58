"""The file of the simulated index: its tables, and how it is opened so that what is destroyed in it is gone.

Contact, words and the link to a person stand once, in `signals`; a match and its news point there, so that destroying
a signal leaves nothing behind.
"""

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS signals (  -- person, organisation, contact and words are NULL once destroyed
    index_id TEXT PRIMARY KEY, sender TEXT NOT NULL, reference TEXT NOT NULL, status TEXT NOT NULL,
    soort TEXT NOT NULL, verwijderdatum TEXT NOT NULL,
    person TEXT, organisation TEXT, contact TEXT, words TEXT) STRICT;
CREATE INDEX IF NOT EXISTS signals_by_reference ON signals (sender, reference);
CREATE INDEX IF NOT EXISTS signals_by_person ON signals (person, status);
CREATE TABLE IF NOT EXISTS matches (
    match_id TEXT PRIMARY KEY, one TEXT NOT NULL, other TEXT NOT NULL, soort TEXT NOT NULL,
    arose_at TEXT NOT NULL, status TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS matches_by_one ON matches (one);
CREATE INDEX IF NOT EXISTS matches_by_other ON matches (other);
CREATE TABLE IF NOT EXISTS regie (  -- who has it by their signal; no row is nobody, and never anybody
    match_id TEXT PRIMARY KEY, holder TEXT, offered INTEGER NOT NULL, review TEXT, stand INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS followed (  -- what a side told of a match
    match_id TEXT NOT NULL, own TEXT NOT NULL, contact TEXT NOT NULL, PRIMARY KEY (match_id, own)) STRICT;
CREATE TABLE IF NOT EXISTS news (  -- number is NULL until it is due; planted is the whole entry of a scripted fault
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, number INTEGER, due REAL,
    match_id TEXT, own TEXT, other TEXT, status TEXT, planted TEXT, UNIQUE (sender, number)) STRICT;
CREATE INDEX IF NOT EXISTS news_waiting ON news (due) WHERE number IS NULL;
CREATE INDEX IF NOT EXISTS news_by_match ON news (match_id);
CREATE TABLE IF NOT EXISTS ended (  -- what the register of persons put an end to, numbered among the news
    sender TEXT NOT NULL, number INTEGER NOT NULL, reference TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (sender, number)) STRICT;
CREATE TABLE IF NOT EXISTS counters (sender TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answers (  -- digest is NULL once the signal it made was destroyed
    sender TEXT NOT NULL, reference TEXT NOT NULL, digest TEXT, index_id TEXT, answer_id TEXT NOT NULL,
    answered_at TEXT NOT NULL, answer TEXT NOT NULL, news TEXT NOT NULL, PRIMARY KEY (sender, reference)) STRICT;
CREATE INDEX IF NOT EXISTS answers_by_signal ON answers (index_id);
"""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "wal_autocheckpoint=8000",
    "wal_checkpoint(TRUNCATE)",
)


def opened(directory: Path) -> sqlite3.Connection:
    """The file in a directory, made when it is not there; every thread may use it, one at a time."""
    directory.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(directory / "index.db", isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
    return db
