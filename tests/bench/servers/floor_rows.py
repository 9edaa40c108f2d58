"""The least that storing a file can be: read, looked at by hand, keyed, and put in SQLite FULL with its indexes.

No findings, no receipts, no sealing, no audit: who does less than this has not stored the rows.
"""

import csv
import datetime as dt
import hmac
import re
import sqlite3
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

POSTCODE = re.compile(r"[1-9][0-9]{3} [A-Z]{2}").fullmatch
DAY = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})").match
WORDS = {"": "", "spoed": "spoed", "niet spoed": "regulier", "binnen een week": "week"}
KEY = b"k" * 32


def rows(path: str) -> Iterator[tuple[object, ...]]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        for row in reader:
            born, told = DAY(row[9]), DAY(row[18])
            if len(row) != 24 or not POSTCODE(row[11]) or row[10] not in "MVO" or not born or not told:
                continue
            day = dt.date(int(born[3]), int(born[2]), int(born[1])).isoformat()
            dt.date(int(told[3]), int(told[2]), int(told[1]))
            subject = hmac.digest(KEY, f"{row[6].casefold()}|{day}|{row[10]}".encode(), "sha256")[:16]
            yield (row[1], row[2], subject, WORDS[row[23]], row[18], row[19], row[4], row[13], row[14], row[16])


def main() -> None:
    store = sqlite3.connect(sys.argv[2], isolation_level=None)
    store.execute("pragma journal_mode=wal")
    store.execute("pragma synchronous=full")
    store.execute(
        "create table s(id integer primary key, system text, source text, subject blob, word text, told text,"
        " until text, kind text, who text, name text, phone text)"
    )
    store.execute("create unique index su on s(system, source)")
    store.execute("create index sx on s(subject)")
    store.execute("create table outbox(id integer primary key, signal text not null, state text not null)")
    found = rows(sys.argv[1])
    while batch := list(islice(found, 5_000)):
        store.execute("begin immediate")
        store.executemany(
            "insert into s(system,source,subject,word,told,until,kind,who,name,phone) values(?,?,?,?,?,?,?,?,?,?)",
            batch,
        )
        store.executemany("insert into outbox(signal,state) values(?,'new')", [(row[1],) for row in batch])
        store.execute("commit")


if __name__ == "__main__":
    main()
