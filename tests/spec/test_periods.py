"""How long a signal lasts (Jeugdwet 7.1.4.5 lid 2): two years, the region's shorter period, or the 23rd birthday."""

import datetime as dt

import pytest

from gateway.canonical.receipt import Status
from gateway.rules.lifecycle import Ahead, BirthDate, Gebeurtenis, Period, ahead, birthday, period, years_later
from tests.spec.office import Office
from tests.spec.people import REGION


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("title", "reported", "born", "municipality", "removed"),
    [
        ("two years", "2026-11-21T09:58:00+01:00", "2014-05-06", None, "2028-11-21"),
        ("the region's year", "2026-11-21T09:58:00+01:00", "2014-05-06", REGION["regionaal"], "2027-11-21"),
        ("the 23rd birthday comes first", "2026-11-21T09:58:00+01:00", "2005-01-01", None, "2028-01-01"),
        ("born on 29 February", "2026-11-21T09:58:00+01:00", "2004-02-29", None, "2027-02-28"),
        ("only the year of birth: its first day", "2026-11-21T09:58:00+01:00", "2004", None, "2027-01-01"),
        ("its first day is over: its last", "2026-11-21T09:58:00+01:00", "2003", None, "2026-12-31"),
        ("the day is that of Amsterdam", "2026-11-20T23:30:00Z", "2014-05-06", None, "2028-11-21"),
        ("turns 23 on the last day of two years", "2026-11-21T09:58:00+01:00", "2005-11-21", None, "2028-11-21"),
    ],
)
def test_the_removal_date_that_is_filled_in(
    office: Office, title: str, reported: str, born: str, municipality: str | None, removed: str
) -> None:
    given = office.given(datum_tijd_melding=reported, geboortedatum=born, gemeente_code=municipality)
    assert given.receipt.verwijderdatum == day(removed)


@pytest.mark.parametrize(
    ("born", "wanted", "told"),
    [("2014-05-06", "2028-11-22", "2028-11-21"), ("2004-02-29", "2027-03-01", "de 23e verjaardag")],
)
def test_a_date_that_is_too_late_is_answered_with_the_latest_but_never_with_a_birthday(
    office: Office, born: str, wanted: str, told: str
) -> None:
    refusal = office.give(geboortedatum=born, verwijderdatum=wanted)
    limits = [finding.limit for finding in refusal.findings if finding.code == "VIX-1205"]  # type: ignore[union-attr]
    assert limits == [told]


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [("2024-02-29", 2, "2026-02-28"), ("2024-02-29", 4, "2028-02-29"), ("2026-11-21", 2, "2028-11-21")],
)
def test_years_are_calendar_years(start: str, years: int, end: str) -> None:
    assert years_later(day(start), years) == day(end)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2003", "2003-01-01", "2003-12-31"),
        ("2003-12", "2003-12-01", "2003-12-31"),
        ("2004-02", "2004-02-01", "2004-02-29"),
        ("2003-11-21", "2003-11-21", "2003-11-21"),
    ],
)
def test_a_birth_date_is_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    birth = BirthDate.parse(text)
    assert (birth.earliest, birth.latest) == (day(first), day(last))
    assert birth.partial == (first != last)


@pytest.mark.parametrize("text", ["2003-13", "2003-00", "2003-02-29", "2003-11-21-01", "", "0"])
def test_a_birth_date_that_does_not_exist_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        BirthDate.parse(text)
    assert "2003" not in str(refused.value)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [("2014-11-21", "2026-11-20", 11), ("2014-11-21", "2026-11-21", 12), ("2014", "2026-11-21", 11)],
)
def test_the_lowest_age_somebody_can_have(born: str, on: str, age: int) -> None:
    assert BirthDate.parse(born).age(day(on)) == age


def test_who_has_no_birth_date_has_the_plain_period() -> None:
    assert period(day("2026-11-21"), None, None) == Period(day("2028-11-21"), by_birthday=False)
    assert period(day("2026-11-21"), None, 1000) == Period(day("2028-11-21"), by_birthday=False)
    assert period(day("2026-11-21"), None, 30) == Period(day("2026-12-21"), by_birthday=False)


REPORTED = day("2026-11-21")
LEFT = day("2027-11-21")


@pytest.mark.parametrize(
    ("born", "active", "archived"),
    [
        (None, (LEFT, Gebeurtenis.VERLOPEN), ("2032-11-21", Gebeurtenis.ARCHIEF_VOORBIJ)),
        ("2020-01-01", (LEFT, Gebeurtenis.VERLOPEN), ("2032-11-21", Gebeurtenis.ARCHIEF_VOORBIJ)),
        ("2006-01-01", (LEFT, Gebeurtenis.VERLOPEN), ("2029-01-01", Gebeurtenis.DRIEENTWINTIG)),
        ("2009-11-21", (LEFT, Gebeurtenis.VERLOPEN), ("2032-11-21", Gebeurtenis.DRIEENTWINTIG)),
        ("2004-11-21", (LEFT, Gebeurtenis.DRIEENTWINTIG), ("2027-11-21", Gebeurtenis.DRIEENTWINTIG)),
        ("2004", ("2027-01-01", Gebeurtenis.DRIEENTWINTIG), ("2027-01-01", Gebeurtenis.DRIEENTWINTIG)),
        ("2003", ("2026-12-31", Gebeurtenis.DRIEENTWINTIG), ("2026-12-31", Gebeurtenis.DRIEENTWINTIG)),
        ("2003-12", ("2026-12-01", Gebeurtenis.DRIEENTWINTIG), ("2026-12-01", Gebeurtenis.DRIEENTWINTIG)),
    ],
)
def test_the_next_event_of_the_clock_is_the_first_and_a_birthday_wins(
    born: str | None, active: tuple[dt.date | str, Gebeurtenis], archived: tuple[dt.date | str, Gebeurtenis]
) -> None:
    adult = birthday(born, REPORTED)
    for status, (on, event) in ((Status.ACTIEF, active), (Status.ARCHIEF, archived)):
        assert ahead(status, LEFT, adult) == Ahead(day(str(on)), event)
    assert ahead(Status.VERNIETIGD, LEFT, adult) is None
