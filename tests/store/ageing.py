"""A signal that is given, days that go by, and what is left of it then."""

import datetime as dt
import json
from typing import Any

from gateway.canonical.identifiers import Bsn
from gateway.canonical.signal import Jeugdige
from gateway.clock import midnight
from gateway.flow.ageing import catch_up
from gateway.store.store import Store
from gateway.store.work import Accept, Gone

from .conftest import Place
from .material import BSNS, Maker, claim, settled

REMOVAL = dt.date(2028, 1, 1)


def child(born: str | None = None, bsn: str = BSNS[0]) -> Jeugdige:
    return Jeugdige(bsn=Bsn.parse(bsn), geboortedatum=born)


def given(store: Store, make: Maker, source: str = "s-1", born: str | None = None, **fields: Any) -> Accept:
    unit = make.accept(source, jeugdige=child(born), **fields)
    assert store.do(unit).fresh
    return unit


def at_index(store: Store) -> None:
    """The index takes all that waits."""
    while jobs := claim(store):
        for job in jobs:
            store.do(settled(job))


def until(store: Store, day: str) -> int:
    today = dt.date.fromisoformat(day)
    return catch_up(store, lambda: midnight(today))


def kinds(store: Store) -> list[tuple[str, str]]:
    """What waits for the index, in order."""
    told = []
    while jobs := claim(store):
        for job in jobs:
            told.append((job.kind, job.argument))
            store.do(settled(job))
    return told


def events(place: Place) -> list[str]:
    rows = place.rows("SELECT event, facts FROM audit WHERE event LIKE 's%' ORDER BY number")
    return [f"{event} {as_json(facts).get('grond', '')}".strip() for event, facts in rows]


def as_json(facts: Any) -> Any:
    return json.loads(facts) if isinstance(facts, str) else facts


def destroyed(place: Place, store: Store, unit: Accept) -> None:
    """Nothing of it can be read, and its key is gone."""
    [found] = place.rows("SELECT status, sealed, subject_id, next_on FROM signals")
    assert tuple(found) == ("VERNIETIGD", None, None, None)
    assert {tuple(kept) for kept in place.rows("SELECT receipt, content FROM operations")} == {(None, None)}
    assert place.rows("SELECT * FROM subject_lookup") == []
    assert place.rows("SELECT * FROM data_keys", keys=True) == []
    assert {body for (body,) in place.rows("SELECT body FROM outbox")} == {None}
    assert store.read.signal(unit.signal.signaal_id) is None
    assert store.read.receipt("school", unit.signal.signaal_id) == Gone()
