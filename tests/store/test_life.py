"""What the clock does to a signal: each event on its own legal day, in the index and in the archive."""

import datetime as dt

import pytest

from gateway.canonical.order import Done
from gateway.canonical.receipt import Status
from gateway.canonical.tenant import GATEWAY
from gateway.clock import midnight
from gateway.flow.ageing import catch_up
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Gone, Illegal

from .ageing import REMOVAL, at_index, destroyed, events, given, kinds, until
from .conftest import Place
from .material import Maker, claim, news, settled


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
