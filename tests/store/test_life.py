import datetime as dt
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.canonical.identifiers import Bsn
from gateway.canonical.match import MatchContent
from gateway.canonical.order import Done, Ended
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Jeugdige, Melder
from gateway.canonical.tenant import GATEWAY, bucket_of
from gateway.clock import midnight
from gateway.flow.ageing import catch_up
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store import outbox
from gateway.store.keyring import KeyRing, Unsealable
from gateway.store.store import Store
from gateway.store.tables import outbox as messages
from gateway.store.work import Accept, Age, Decision, Destroy, Destroyed, Freeze, Gone, Illegal, NotOurs

from .conftest import SQLITE_ONLY, Place
from .material import BSNS, NOW, Maker, claim, news, settled

BUCKET = bucket_of("school")
REMOVAL = dt.date(2028, 1, 1)
MELDER = Melder(professional_id="p-1", naam="Qzmees")


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


def row(place: Place, column: str, source: str = "") -> Any:
    [found] = place.rows(f"SELECT {column} FROM signals")
    return found[0]


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


def test_what_expires_goes_to_the_archive_as_if_its_sender_ended_it(place: Place, store: Store, make: Maker) -> None:
    unit = given(store, make)
    at_index(store)
    [poll] = claim(store, GATEWAY)
    store.do(settled(poll, outcome=Done(news=(news(unit.signal.signaal_id, "m-1"),)), again=0.0))
    assert until(store, "2027-12-31") == 0
    assert until(store, "2028-01-01") == 1
    standing = store.read.standing(unit.signal.signaal_id, midnight(REMOVAL))
    assert standing.status is Status.ARCHIEF
    [match] = place.rows("SELECT status, sealed FROM matches")
    assert tuple(match) == ("VERVALLEN", None)
    assert kinds(store) == [("end", "2028-01-01")]
    assert events(place)[-1] == "signaal_verlopen VERLOPEN"
    assert until(store, "2028-01-01") == 0
    assert store.read.signal(unit.signal.signaal_id) == unit.signal, "the archive keeps it"
    assert store.do(make.change(outbox.END)) == Illegal(Status.ARCHIEF)


def test_after_five_years_in_the_archive_it_is_destroyed(place: Place, store: Store, make: Maker) -> None:
    unit = given(store, make)
    at_index(store)
    until(store, "2028-01-01")
    assert until(store, "2032-12-31") == 0
    assert kinds(store) == [("end", "2028-01-01")]
    assert until(store, "2033-01-01") == 1
    assert kinds(store) == [("withdraw", "")]
    destroyed(place, store, unit)
    assert events(place)[-2:] == ["signaal_vernietigd ARCHIEF_VOORBIJ", "sleutel_vernietigd"]
    assert store.do(make.accept()) == Gone()
    assert store.do(make.change(outbox.WITHDRAW)) == Gone()


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


@pytest.mark.parametrize(("day", "archived"), [("2028-01-01", True), ("2027-06-01", False)])
def test_on_the_23rd_birthday_it_is_destroyed_from_wherever_it_is(
    place: Place, store: Store, make: Maker, day: str, archived: bool
) -> None:
    """From the archive, or from the index itself when that is the first day it may not be there any more."""
    birthday = "2030-02-01" if archived else day
    born = f"{int(birthday[:4]) - 23}{birthday[4:]}"
    unit = given(store, make, born=born, removal=dt.date.fromisoformat(day))
    at_index(store)
    if archived:
        until(store, day)
        at_index(store)
    assert until(store, (dt.date.fromisoformat(birthday) - dt.timedelta(1)).isoformat()) == 0
    assert until(store, birthday) == 1
    assert kinds(store) == [("withdraw", "")]
    destroyed(place, store, unit)
    assert events(place)[-2:] == ["signaal_vernietigd DRIEENTWINTIG", "sleutel_vernietigd"]


@pytest.mark.parametrize(
    ("born", "last", "first"),
    [("2007", "2029-12-31", "2030-01-01"), ("2007-06", "2030-05-31", "2030-06-01")],
)
def test_a_birth_date_that_is_partly_known_counts_from_its_first_day(
    store: Store, make: Maker, born: str, last: str, first: str
) -> None:
    given(store, make, born=born)
    until(store, "2028-01-01")
    assert until(store, last) == 0
    assert until(store, first) == 1
    assert store.read.tally()["signals"] == {"VERNIETIGD": 1}


def test_what_a_sender_ended_stays_five_years_from_the_day_it_said(place: Place, store: Store, make: Maker) -> None:
    given(store, make)
    assert store.do(make.change(outbox.END)).fresh
    assert until(store, "2031-11-20") == 0
    assert until(store, "2031-11-21") == 1
    assert store.read.tally()["signals"] == {"VERNIETIGD": 1}


def test_who_was_away_for_years_catches_up_each_event_on_its_own_day(place: Place, store: Store, make: Maker) -> None:
    unit = given(store, make)
    given(store, make, "s-2", removal=dt.date(2030, 1, 1))
    at_index(store)
    assert until(store, "2034-06-01") == 2
    told = [event for event in events(place) if event.startswith("signaal_v")]
    assert told == ["signaal_verlopen VERLOPEN", "signaal_vernietigd ARCHIEF_VOORBIJ", "signaal_verlopen VERLOPEN"]
    assert kinds(store) == [("withdraw", ""), ("end", "2030-01-01")], "an end nobody sent yet need not be sent"
    since = dict(tuple(item) for item in place.rows("SELECT status, status_since FROM signals"))
    assert str(since["VERNIETIGD"])[:16] == "2032-12-31 23:00", "midnight in Amsterdam, in UTC"
    assert store.read.signal(unit.signal.signaal_id) is None


def test_an_index_that_never_got_it_is_told_nothing(place: Place, store: Store, make: Maker) -> None:
    given(store, make)
    until(store, "2033-01-01")
    assert kinds(store) == []
    assert [tuple(item) for item in place.rows("SELECT kind, state FROM outbox WHERE signal_id IS NOT NULL")] == [
        ("register", "cancelled"),
        ("end", "cancelled"),
    ]


def test_midnight_is_that_of_amsterdam(store: Store, make: Maker) -> None:
    given(store, make, "winter", removal=dt.date(2028, 1, 1))
    given(store, make, "summer", removal=dt.date(2028, 7, 1))
    for day, hour in (("2027-12-31", 23), ("2028-06-30", 22)):
        moment = dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
        assert catch_up(store, lambda at=moment: at - dt.timedelta(seconds=1)) == 0  # type: ignore[misc]
        assert catch_up(store, lambda at=moment: at) == 1  # type: ignore[misc]


def test_what_is_asked_of_it_meets_the_signal_as_the_clock_left_it(place: Place, store: Store, make: Maker) -> None:
    """Also where the clock was not carried out yet."""
    given(store, make, "expired")
    given(store, make, "adult", born="2004-11-22", removal=dt.date(2027, 11, 22))
    later = midnight(REMOVAL)
    assert store.do(make.change(outbox.END, "expired", now=later)) == Illegal(Status.ARCHIEF)
    assert store.do(make.change(outbox.END, "adult", now=later)) == Gone()
    assert store.read.tally()["signals"] == {"ARCHIEF": 1, "VERNIETIGD": 1}
    again = make.accept("expired", revision=2, now=later, removal=dt.date(2029, 1, 1))
    assert store.do(again).fresh
    assert store.read.signal(again.signal.signaal_id).voorganger_id is not None  # type: ignore[union-attr]
    assert events(place).count("signaal_verlopen VERLOPEN") == 1


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


@pytest.mark.parametrize("event", [Gebeurtenis.OVERLEDEN, Gebeurtenis.AVG])
@pytest.mark.parametrize("archived", [False, True])
def test_who_died_or_was_right_to_object_is_destroyed_at_once(
    place: Place, store: Store, make: Maker, event: Gebeurtenis, archived: bool
) -> None:
    unit = given(store, make)
    at_index(store)
    if archived:
        store.do(make.change(outbox.END))
        at_index(store)
    asked = Destroy(unit.signal.signaal_id, event, NOW)
    assert store.do(asked) == Destroyed("school")
    assert kinds(store) == [("withdraw", "")]
    destroyed(place, store, unit)
    assert events(place)[-2:] == [f"signaal_vernietigd {event}", "sleutel_vernietigd"]
    assert store.do(asked) == Gone()
    assert store.do(Destroy(make.accept().signal.signaal_id, event, NOW)) == NotOurs()


@pytest.mark.parametrize("reason", ["OVERLEDEN", "DRIEENTWINTIG"])
def test_what_the_index_destroyed_by_itself_is_destroyed_here(
    place: Place, store: Store, make: Maker, reason: Any
) -> None:
    unit = given(store, make)
    foreign = given(store, make, "s-2", index="elsewhere", tenant="other")
    at_index(store)
    [poll] = claim(store, GATEWAY)
    told = (unit.signal.signaal_id, foreign.signal.signaal_id, "geen id", make.accept().signal.signaal_id)
    ended = tuple(Ended(signaal_id=str(identity), reason=reason) for identity in told)
    assert store.do(settled(poll, outcome=Done(ended=ended, cursor=7), again=0.0))
    assert store.read.tally()["signals"] == {"ACTIEF": 1, "VERNIETIGD": 1}
    assert store.read.signal(unit.signal.signaal_id) is None
    assert store.read.signal(foreign.signal.signaal_id) == foreign.signal
    assert f"signaal_vernietigd {reason}" in events(place)
    [refused] = place.rows("SELECT facts FROM audit WHERE event = 'match_verworpen'")
    assert as_json(refused.facts)["aantal"] == 3
    [poll] = claim(store, GATEWAY)
    assert store.do(settled(poll, outcome=Done(ended=ended[:1]), again=0.0)), "told twice, done once"
    assert events(place).count(f"signaal_vernietigd {reason}") == 1


def test_a_signal_whose_key_is_lost_still_ends(place: Place, store: Store, make: Maker) -> None:
    given(store, make, born="2004-12-01")
    place.rows("DELETE FROM data_keys", keys=True)
    assert until(store, "2028-01-01") == 1
    assert store.read.tally()["signals"] == {"ARCHIEF": 1}


@SQLITE_ONLY
def test_what_the_clock_destroyed_is_in_no_file_and_in_no_backup(place: Place, store: Store, make: Maker) -> None:
    """A copy of the database from before opens with the key store of today, and holds nobody."""
    names = {"familienaam": "Qzkanarievogel", "geboortedatum": "2005-04-03", "geslacht": "V"}
    unit = make.accept(jeugdige=Jeugdige(**names), removal=dt.date(2028, 1, 1), melder=MELDER)
    store.do(unit)
    [job] = claim(store)
    store.do(Freeze(job, b"Qzkanarievogel"))
    store.do(settled(job, outcome=Done(news=(news(unit.signal.signaal_id, "m-1", name="Qzmerel"),))))
    before = {file.name: file.read_bytes() for file in place.directory.glob("gateway.db*")}
    wrapped = bytes(place.rows("SELECT wrapped FROM data_keys", keys=True)[0].wrapped)
    until(store, "2028-01-01")
    until(store, "2028-04-03")
    place.close()
    for file in place.directory.iterdir():
        content = file.read_bytes()
        assert not any(text in content for text in (b"Qzkanarie", b"Qzmees", b"Qzmerel", wrapped)), file.name
    old = place.directory / "restored"
    old.mkdir()
    for name, content in before.items():
        (old / name).write_bytes(content)
    restored = Place(f"sqlite:///{old}/gateway.db", place.keys_url, place.ring, old)
    again = restored.store()
    assert restored.rows("SELECT status FROM signals") == [("ACTIEF",)], "it is the copy from before"
    assert restored.rows("SELECT sealed FROM signals")[0][0] is not None
    assert again.read.signal(unit.signal.signaal_id) is None
    assert [match.content for match in again.read.match_page("school", 0, 9)[0]] == [MatchContent()]
    assert again.read.receipt("school", unit.signal.signaal_id) is None
    assert again.do(unit) == Gone()
    assert until(again, "2028-04-03") == 1
    restored.close()


def test_a_message_that_names_a_melder_is_sealed_with_what_dies_with_its_signal(store: Store, make: Maker) -> None:
    unit = given(store, make)
    at_index(store)
    receipt = unit.receipt.model_copy(update={"handeling": "signaalWijzigen"})
    told = Decision(receipt=receipt, status=Status.ACTIEF, event="signaal_gewijzigd", kind=outbox.AMEND)
    assert store.do(make.change(outbox.END, answer=told)).fresh
    [job] = claim(store)
    assert job.kind == outbox.AMEND and store.do(Freeze(job, b"Qzkanarievogel"))
    with store._reads.begin() as connection:
        frozen = connection.execute(sa.select(messages.c.body).where(messages.c.id == job.id)).scalar_one()
    sealing = store.read._sealing
    assert sealing.open_body(sealing.key(unit.signal.signaal_id) or b"", job.message_id, frozen) == b"Qzkanarievogel"
    with pytest.raises(Unsealable):
        sealing.open_body(store.ring.transport, job.message_id, frozen)


# from the shape before


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


# a worker that dies


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
