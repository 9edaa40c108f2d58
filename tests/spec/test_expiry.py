"""Before a signal ends its sender hears of it: on each day its region asks for, once, and never of what has passed."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.order import Done, Expiring, Outcome, Retry, Unknown
from gateway.clock import legal_day
from gateway.flow import ageing
from gateway.flow.ageing import Ageing, catch_up, warn
from gateway.flow.courier import Courier, Destination
from gateway.flow.destroying import Reason, destroy
from gateway.rules import expiry
from gateway.rules.delivery import Recovery
from gateway.rules.packs import Policy
from gateway.store.work import Schedule, Way
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, said
from tests.spec.people import FIELDS, SCHOOL, caller, packs
from tests.unit.scripted import Line, Plain, Post, database, events, rows
from tests.unit.test_ageing import eventually

DAY = dt.timedelta(days=1)
PUSH, QUIET = f"{SCHOOL}/soap", f"{SCHOOL}/stil"
OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
END = dt.date(2028, 11, 21)
"""Two years after the usual report."""


class Round(Post):
    """A worker that tells one organisation what ends, in one of its two ways."""

    def __init__(self, office: Office, *script: Outcome) -> None:
        office.store.ways = lambda tenant, _: (Way(PUSH, expiry=True), Way(QUIET)) if tenant == SCHOOL else ()
        self.receiver = Line(*(script or (Done(),)))
        super().__init__(office, Line(Done()))
        for way in (PUSH, QUIET):
            office.store.do(Schedule(way, None))
        self.courier = Courier(office.store, office.directory, self.destinations, office.clock)

    @property
    def destinations(self) -> Mapping[str, Destination]:
        to = Plain(Recovery.REPEAT)
        told = {way: Destination(way, to, self.receiver, "-", 1.0, 0.0, 0.0) for way in (PUSH, QUIET)}
        indexes = super().destinations
        return {**indexes, "rijk": replace(indexes["kaal"], id="rijk"), **told}

    def on(self, day: dt.date) -> list[int]:
        """A worker looks on this day at noon: the days before the end that its sender is told of then."""
        self.office.clock.at = dt.datetime.combine(day, dt.time(11), dt.UTC)
        before = len(self.receiver.sent)
        catch_up(self.office.store, self.office.clock)
        warn(self.office.store, self.office.clock, self.office.directory.expiry)
        self.deliver()
        return [one.dagen for one in self.told[before:]]

    @property
    def told(self) -> list[Expiring]:
        return [Expiring.model_validate(message["Expiring"]) for message in self.receiver.sent]


@pytest.mark.parametrize("form", FORMATS)
def test_sixty_fourteen_and_one_day_before_its_end_in_whatever_format_it_came(office: Office, form: str) -> None:
    post = Round(office)
    answer = accepted(office.give(form=FORMATS[form]))
    post.deliver()
    heard = {day: told for day in days(END - 80 * DAY, END) if (told := post.on(day))}
    assert heard == {END - 60 * DAY: [60], END - 14 * DAY: [14], END - DAY: [1]}
    for one in post.told:
        assert (one.signaal_id, one.bron_signaal_id) == (answer.receipt.signaal_id, "s-1")
        assert (one.bron_systeem, one.revisie, one.verloopt_op) == ("leerlingvolg", 1, END)
        assert legal_day(one.moment) == END - one.dagen * DAY
    assert len({one.message_id for one in post.told}) == 3
    assert {to for kind, to in rows(office.store, "kind, destination") if kind == "expiry"} == {PUSH}
    found = [event for event in events(office.store) if event.startswith("verloop_")]
    assert found == ["verloop_gemeld", "verloop_aangekondigd"] * 3


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first, the last, and each day around those that could be told, as far as they lie between."""
    around = {last - (number + beside) * DAY for number in (60, 30, 14, 1) for beside in (-1, 0, 1)}
    return sorted({first, last} | {day for day in around if first <= day <= last})


@pytest.mark.parametrize(
    ("away_until", "expected"),
    [(END - 61 * DAY, []), (END - 59 * DAY, [60]), (END - 13 * DAY, [14]), (END - DAY, [1]), (END, [])],
)
def test_who_was_away_tells_the_last_that_is_due_and_no_other(
    office: Office, away_until: dt.date, expected: list[int]
) -> None:
    post = Round(office)
    office.given()
    post.deliver()
    assert post.on(away_until) == expected
    assert post.on(away_until) == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("operation", ["signaalBeeindigen", "signaalIntrekken"])
def test_of_what_ended_nobody_hears_that_it_will(office: Office, form: str, operation: str) -> None:
    """Also when it was on its way to be told."""
    post = Round(office)
    office.given()
    post.deliver()
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    day = {"datum_einde": legal_day(office.clock()).isoformat()} if operation == "signaalBeeindigen" else {}
    office.answer(Message(operation, {**OWN, **day}), form=FORMATS[form])
    post.deliver()
    assert [post.on(day) for day in (END - 14 * DAY, END - DAY)] == [[], []]
    assert post.told == []
    assert "bericht_niet_verzonden" in events(office.store)


@pytest.mark.parametrize("form", FORMATS)
def test_with_another_end_it_is_told_anew_and_not_of_days_that_had_passed(office: Office, form: str) -> None:
    post = Round(office)
    office.given(verwijderdatum="2027-03-01")
    post.deliver()
    first = dt.date(2027, 3, 1)
    assert [post.on(day) for day in (first - 60 * DAY, first - 14 * DAY)] == [[60], [14]]
    longer = {**OWN, "verwijderdatum": "2027-04-01"}
    accepted(office.answer(Message("signaalVerlengen", longer), form=FORMATS[form]))
    moved = dt.date(2027, 4, 1)
    heard = {day: told for day in days(legal_day(office.clock()) + DAY, moved) if (told := post.on(day))}
    assert heard == {moved - 14 * DAY: [14], moved - DAY: [1]}, "sixty days before had passed when it was extended"


def test_what_waits_to_be_sent_is_not_when_the_end_moved(office: Office) -> None:
    Round(office)
    office.given(verwijderdatum="2027-03-01")
    office.clock.at = dt.datetime(2027, 2, 20, 11, tzinfo=dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    accepted(office.change("signaalVerlengen", verwijderdatum="2027-09-01"))
    assert [state for kind, state in rows(office.store) if kind == "expiry"] == ["cancelled"]


@pytest.mark.parametrize("script", [[Unknown(reason="tijd"), Done()], [Retry(reason="vol"), Done()]])
def test_it_is_told_again_under_the_same_id_with_the_same_bytes(office: Office, script: list[Outcome]) -> None:
    post = Round(office, *script)
    office.given()
    post.deliver()
    post.on(END - 60 * DAY)
    first, second = post.told
    assert first.message_id == second.message_id and len(set(post.receiver.bodies)) == 1


def test_an_outcome_nobody_knows_is_asked_again_also_when_the_end_moved(office: Office) -> None:
    post = Round(office, Unknown(reason="tijd"), Done())
    office.given(verwijderdatum="2027-03-01")
    post.deliver()
    office.clock.at = dt.datetime(2027, 2, 20, 11, tzinfo=dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    for job in post.claim():
        post.courier.carry(job)
    accepted(office.change("signaalVerlengen", verwijderdatum="2027-09-01"))
    post.deliver()
    assert len(set(post.receiver.bodies)) == 1
    assert [state for kind, state in rows(office.store) if kind == "expiry"] == ["done"]


def test_a_worker_that_held_it_when_the_end_moved_sends_nothing(office: Office) -> None:
    post = Round(office)
    office.given(verwijderdatum="2027-03-01")
    post.deliver()
    office.clock.at = dt.datetime(2027, 2, 20, 11, tzinfo=dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    [underway] = post.claim(lease=0.0)
    accepted(office.change("signaalVerlengen", verwijderdatum="2027-09-01"))
    [again] = post.claim()
    assert again.id == underway.id
    post.courier.carry(again)
    assert post.told == []


def test_a_way_that_is_not_known_here_waits_until_the_signal_ends(office: Office) -> None:
    post = Round(office)
    office.given()
    post.deliver()
    office.store.ways = lambda tenant, _: (Way("school/weg", expiry=True),)
    post.on(END - 60 * DAY)
    assert [state for kind, state in rows(office.store) if kind == "expiry"] == ["waiting"]
    office.withdraw()
    assert [state for kind, state in rows(office.store) if kind == "expiry"] == ["cancelled"]


def test_a_destroyed_signal_is_spoken_of_no_more(office: Office) -> None:
    post = Round(office, Retry(reason="vol"))
    signal_id = office.given().receipt.signaal_id
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    destroy(office.store, signal_id, Reason.AVG, office.clock)
    post.deliver()
    assert post.told == []


def test_other_organisations_hear_nothing(office: Office) -> None:
    post = Round(office)
    accepted(office.answer(said(), who=caller("jongerenwerk")))
    assert post.on(END - 60 * DAY) == []
    assert [kind for kind, _ in rows(office.store) if kind == "expiry"] == []


def test_it_stands_in_the_way_of_no_match_and_says_nothing_of_where_the_signal_is(office: Office) -> None:
    post = Round(office, Retry(reason="vol"))
    office.given()
    post.deliver()
    standing = accepted(office.status()).standing.bezorging
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    assert accepted(office.status()).standing.bezorging is standing


@pytest.mark.parametrize(("outcome", "left"), [(Retry(reason="vol"), "cancelled"), (Unknown(reason="tijd"), "unknown")])
def test_what_did_not_arrive_stands_in_the_way_of_no_next(office: Office, outcome: Outcome, left: str) -> None:
    """What was certainly not sent is not sent any more; what nobody knows comes again by itself."""
    post = Round(office, outcome, Done())
    office.given()
    post.deliver()
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    warn(office.store, office.clock, office.directory.expiry)
    later = post.claim()[0]
    post.courier.carry(later)
    with sqlite3.connect(database(office.store)) as connection:
        connection.execute("UPDATE outbox SET due = due + 1e9 WHERE kind = 'expiry'")
    assert post.on(END - 14 * DAY) == [14]
    assert [state for kind, state in rows(office.store) if kind == "expiry"] == [left, "done"]


def test_of_what_ended_the_clock_knows_no_day_any_more(office: Office) -> None:
    Round(office)
    office.given()
    assert office.store.read.expiring(END) != []
    office.end()
    assert office.store.read.expiring(END) == []


def test_of_many_workers_one_tells_it(office: Office) -> None:
    post = Round(office)
    office.give_many(30)
    post.deliver()
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: warn(office.store, office.clock, office.directory.expiry), range(8)))
    assert len([kind for kind, _ in rows(office.store) if kind == "expiry"]) == 30


def test_the_thread_of_the_clock_tells_it_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "PER_TURN", 1)
    post = Round(office)
    office.give_many(3)
    post.deliver()
    office.clock.at = dt.datetime.combine(END - 60 * DAY, dt.time(11), dt.UTC)
    thread = Ageing(office.store, office.clock, asked=office.directory.expiry, rest=0.01)
    thread.start()
    try:
        eventually(lambda: [kind for kind, _ in rows(office.store)].count("expiry") == 3)
    finally:
        thread.stop()


def test_a_pack_says_when_and_a_region_that_is_gone_asks_for_nothing(office: Office) -> None:
    post = Round(office)
    office.given(gemeente_code="9998")
    region = office.directory.regions["regionaal"]
    own = packs()["regionaal"].model_copy(update={"herinneringen": (30,)})
    seldom = replace(region, policy=Policy.of(own))
    label = own.label
    known = office.directory
    office.directory = replace(known, regions={**known.regions, "regionaal": seldom})
    assert office.directory.expiry(label, "regionaal") == (30,)
    assert office.directory.expiry(label, "opgeheven") == ()
    end = dt.date(2027, 11, 21)
    heard = {day: told for day in days(end - 70 * DAY, end) if (told := post.on(day))}
    assert heard == {end - 30 * DAY: [30]}


# the rule

some_day = st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1))
asked = st.lists(st.integers(1, expiry.MOST_DAYS), max_size=5, unique=True)


@given(since=some_day, lasting=st.integers(0, 800), asked=asked, looks=st.sets(st.integers(0, 900), max_size=12))
def test_whoever_looks_when_tells_each_day_once_and_the_last_that_is_due(
    since: dt.date, lasting: int, asked: list[int], looks: set[int]
) -> None:
    removal = since + lasting * DAY
    wanted = {removal - number * DAY: number for number in asked if removal - number * DAY > since}
    at, before = expiry.first(since, removal), since
    for day in [since + number * DAY for number in sorted(looks)]:
        if at is None or day < at:
            told = None
        else:
            found = expiry.due(removal, asked, at, day)
            told, at = found.days, found.then
        missed = [one for one in wanted if before < one <= day]
        assert told == (wanted[max(missed)] if missed and day < removal else None), day
        before = max(before, day)
