"""How the clock is carried out: in turns, by two workers or by one that dies, and on a store of the shape before."""

import datetime as dt
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.canonical.tenant import bucket_of
from gateway.store import outbox
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.work import Age

from .ageing import REMOVAL, at_index, events, given, kinds, until
from .conftest import Place
from .material import BSNS, Maker

BUCKET = bucket_of("school")


def test_two_workers_do_everything_once(place: Place, store: Store, make: Maker) -> None:
    units = [make.accept(f"s-{n}", tenant=f"t-{n % 7}", bsn=BSNS[n % 20]) for n in range(210)]
    for asked in [store.submit(unit) for unit in units]:
        asked.result()
    stores = (store, place.store())
    with ThreadPoolExecutor(4) as pool:
        looked = sum(pool.map(lambda n: until(stores[n % 2], "2033-01-01"), range(4)))
    assert looked >= len(units)
    assert store.read.tally()["signals"] == {"VERNIETIGD": len(units)}
    told = events(place)
    assert told.count("signaal_verlopen VERLOPEN") == told.count("signaal_vernietigd ARCHIEF_VOORBIJ") == len(units)
    assert place.rows("SELECT * FROM data_keys", keys=True) == []
    assert place.rows("SELECT * FROM subject_lookup") == []


def test_a_turn_is_bounded_and_finds_its_signals_by_an_index(place: Place, store: Store, make: Maker) -> None:
    for number in range(5):
        given(store, make, f"s-{number}")
    assert store.do(Age(BUCKET, REMOVAL, 2)) == 2
    assert store.read.tally()["signals"] == {"ACTIEF": 3, "ARCHIEF": 2}
    if place.sqlite:
        asked = "EXPLAIN QUERY PLAN SELECT * FROM signals WHERE bucket = 3 AND next_on <= '2028-01-01' ORDER BY next_on"
        assert "signals_next" in str(place.rows(asked))


def test_signals_from_before_get_their_day(place: Place, make: Maker, ring: KeyRing) -> None:
    """What was archived has its birth date under seal: the clock looks at it at once, and then knows."""
    first = place.store()
    given(first, make, "active")
    given(first, make, "ended", born="2007-01-01")
    first.do(make.change(outbox.END, "ended"))
    given(first, make, "withdrawn")
    first.do(make.change(outbox.WITHDRAW, "withdrawn"))
    before = place.rows("SELECT status, next_on FROM signals ORDER BY id")
    place.close(first)
    place.rows("UPDATE signals SET removal_on = '2028-01-01'")
    tables = ("TABLE subscriptions", "TABLE notices", "TABLE regie", "TABLE regie_wishes")
    tables += ("TABLE switches", "TABLE copies", "TABLE mirrored")
    indexes = ("INDEX matches_index", "INDEX matches_remind", "INDEX matches_watched", "INDEX signals_warn")
    for later in (*tables, *indexes):
        place.rows(f"DROP {later}")
    for column in ("announced_at", "fetched_at", "remind_at", "unheard", "aanspreekpunt", "watched_since", "remove",
                   "told_by", "told_as"):  # fmt: skip
        place.rows(f"ALTER TABLE matches DROP COLUMN {column}")
    place.rows("DROP INDEX signals_next")
    for column in ("next_on", "warn_on"):
        place.rows(f"ALTER TABLE signals DROP COLUMN {column}")
    place.rows("UPDATE alembic_version SET version_num = '0003'")
    again = place.store()
    days = [str(day) for (day,) in place.rows("SELECT next_on FROM signals ORDER BY id")]
    assert days == ["2028-01-01", "1970-01-01", "None"]
    assert until(again, "2026-11-21") == 1
    assert place.rows("SELECT status, next_on FROM signals ORDER BY id") == before
    assert [str(day) for (day,) in place.rows("SELECT removal_on FROM signals ORDER BY id")][1] == "2026-11-21"


DYING = Path(__file__).parent / "dying_worker.py"


@pytest.mark.verify
def test_a_worker_may_die_between_any_two_statements(place: Place, store: Store, make: Maker, tmp_path: Path) -> None:
    """One worker after another is killed, each one statement later; what they leave is what one worker would."""
    ring = tmp_path / "ring.json"
    place.ring = KeyRing.create(ring)
    place.close()
    make = Maker(place.ring)
    store = place.store()
    for source, born, removal in (
        ("expires", "2014-01-01", "2028-01-01"),
        ("adult", "2005-01-01", "2028-01-01"),
        ("goes on", "2014-01-01", "2028-11-21"),
        ("archived", "2005-01-02", "2027-01-01"),
    ):
        given(store, make, source, born=born, removal=dt.date.fromisoformat(removal))
    at_index(store)
    place.close()
    said = json.dumps([place.url, place.keys_url, str(ring), "2028-01-02"])
    done = subprocess.run([sys.executable, str(DYING), said], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    killed = int(done.stdout)
    assert killed > 20
    store = place.store()
    assert store.read.tally()["signals"] == {"ACTIEF": 1, "ARCHIEF": 1, "VERNIETIGD": 2}
    told = events(place)
    assert told.count("signaal_verlopen VERLOPEN") == 2
    assert told.count("signaal_vernietigd DRIEENTWINTIG") == 2
    assert sorted(kinds(store)) == [("end", "2028-01-01"), ("withdraw", ""), ("withdraw", "")]
    assert len(place.rows("SELECT * FROM data_keys", keys=True)) == 2
    assert len(place.rows("SELECT * FROM subject_lookup")) == 1
