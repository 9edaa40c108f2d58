"""A provider that makes something else of signals it took over: loses, doubles, swaps a contact, resets a moment."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.rules.switching import EQUAL, UNSEEN
from tests.e2e.drill import Index

LIES = {
    "ontbreekt": "DELETE FROM signals WHERE index_id = ?",
    "dubbel": "INSERT INTO signals SELECT 'd0b1' || substr(index_id, 5), sender, reference, status, soort,"
    " verwijderdatum, person, organisation, contact, words FROM signals WHERE index_id = ?",
    "contact": "UPDATE signals SET contact = replace(contact, 'A. bron', 'Z. bron') WHERE index_id = ?",
    "moment": "UPDATE leading SET reported = '2026-11-20T09:00:00+01:00' WHERE index_id = ?",
}
"""What it does, by what is found of it."""
ONE_OF = 1000


@contextmanager
def lying(index: Index, many: int) -> Iterator[Counter[str]]:
    """It does each with one of a thousand of so many signals; gives what it did. All is put back after it."""
    each = max(1, many // ONE_OF)
    with index.file() as file:
        asked = "SELECT index_id FROM signals WHERE status = 'ACTIEF' AND sender <> 'vreemd' ORDER BY rowid LIMIT ?"
        touched = [(row[0],) for row in file.execute(asked, (each * len(LIES),))]
        kept = {
            name: [file.execute(f"SELECT * FROM {name} WHERE index_id = ?", one).fetchone() for one in touched]
            for name in ("signals", "leading")
        }
        for place, lie in enumerate(LIES.values()):
            file.executemany(lie, touched[place * each : (place + 1) * each])
    yield Counter(dict.fromkeys(LIES, each))
    with index.file() as file:
        file.execute("DELETE FROM signals WHERE index_id LIKE 'd0b1%'")
        for name, rows in kept.items():
            file.executemany(f"DELETE FROM {name} WHERE index_id = ?", touched)
            file.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def judged(told: Counter[str], found: dict[str, int]) -> tuple[int, int, int]:
    """How many lies there were, how many of them were found, and how many were found that were none."""
    wrong = Counter({name: many for name, many in found.items() if name not in (EQUAL, UNSEEN)})
    return told.total(), (told & wrong).total(), (wrong - told).total()
