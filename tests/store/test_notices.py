"""Announcements in the outbox: one for each way, numbered, in order for each match; what came of them."""

import datetime as dt
from uuid import UUID

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchStatus, Opvolging
from gateway.canonical.order import Done, MatchNews, Refused, Unknown
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Fetched, FollowUp, Freeze, Job, Remind, Schedule, Way

from .conftest import Place
from .material import NOW, Maker, claim, news, settled
from .test_matches import accepted, told

PUSH, POINT = Way("school:soap"), Way("school:mail", pointer=True)
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(store: Store) -> Store:
    """A store in which the school hears of its matches in two ways, of which one only says that there is news."""
    store.ways = lambda tenant, index: (PUSH, POINT) if tenant == "school" else ()
    for way in (PUSH, POINT):
        store.do(Schedule(way.destination, None))
    return store


def announcements(store: Store, *ways: Way) -> list[Job]:
    """What is due of the school's announcements, in these ways, after its signals went to the index."""
    jobs = [job for job in claim(store, limit=50) if job.kind == outbox.NOTICE]
    wanted = {way.destination for way in ways or (PUSH, POINT)}
    return [job for job in jobs if job.destination in wanted]


def quiet(store: Store, make: Maker, *sources: str) -> list[UUID]:
    """Signals that the index has."""
    ids = [accepted(store, make, source).signal.signaal_id for source in sources or ("s-1",)]
    for job in claim(store, limit=50):
        assert store.do(settled(job))
    return ids


def done(store: Store, job: Job, remind: dt.datetime | None = None) -> bool:
    unit = settled(job)
    object.__setattr__(unit, "remind", remind)
    return bool(store.do(unit))


def states(place: Place) -> list[tuple[str, str]]:
    found = place.rows("SELECT destination, state FROM outbox WHERE kind = 'notice' ORDER BY destination, sequence")
    return [(row.destination, row.state) for row in found]


def test_a_match_is_announced_in_each_way_with_a_number_of_that_way(store: Store, make: Maker) -> None:
    one, other = quiet(store, make, "s-1", "s-2")
    told(store, news(one, "m-1"), news(other, "m-2"))
    jobs = announcements(store)
    found = {(job.destination, job.notice.number, job.notice.match.signaal_id) for job in jobs if job.notice}
    assert found == {
        (way.destination, number, which) for way in (PUSH, POINT) for number, which in ((1, one), (2, other))
    }
    for job in jobs:
        assert job.notice is not None and job.argument == job.notice.match.match_id.hex
        assert job.notice.match.content.betrokkenen[0].naam == "C. Ontact"
        assert (job.id, job.signal_id) == (job.message_id, job.notice.match.signaal_id)


def test_a_known_match_is_not_announced_again(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    for _ in range(2):
        told(store, news(one, "m-1"))
    for job in announcements(store):
        done(store, job)
    told(store, news(one, "m-1"))
    assert states(place) == [("school:mail", "done"), ("school:soap", "done")]


def test_what_waits_tells_the_latest_and_what_went_is_followed(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [push] = announcements(store, PUSH)
    told(store, news(one, "m-1", lapsed=True))
    assert states(place) == [
        (destination, state) for destination in ("school:mail", "school:soap") for state in ("underway", "waiting")
    ]
    assert announcements(store) == [], "the second waits for the first"
    assert done(store, push)
    [second] = announcements(store)
    assert second.notice is not None
    assert (second.destination, second.notice.number) == (PUSH.destination, 2)
    assert second.notice.match.status is MatchStatus.VERVALLEN
    assert second.message_id != push.message_id


def test_the_lapse_of_what_nobody_heard_of_goes_in_its_place(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    told(store, news(one, "m-1", lapsed=True), news(one, "m-2", lapsed=True))
    assert states(place) == [("school:mail", "waiting"), ("school:soap", "waiting")]
    assert {job.notice.match.status for job in announcements(store) if job.notice} == {MatchStatus.VERVALLEN}


@pytest.mark.parametrize("kind", [outbox.END, outbox.WITHDRAW])
def test_an_own_signal_that_ends_tells_its_matches(store: Store, make: Maker, kind: str) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    for job in announcements(store):
        done(store, job)
    store.do(make.change(kind))
    jobs = announcements(store)
    assert {job.destination for job in jobs} == {PUSH.destination, POINT.destination}
    for job in jobs:
        assert job.notice is not None and job.notice.number == 2
        assert (job.notice.match.status, job.notice.match.content) == (MatchStatus.VERVALLEN, MatchContent())
        assert store.do(Freeze(job, b"vervallen"))
        assert done(store, job)


def test_order_holds_for_a_match_and_not_for_another_of_the_same_signal(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [first] = announcements(store, PUSH)
    store.do(settled(first, State.PARKED, Unknown(reason="x")))
    told(store, news(one, "m-1", lapsed=True), news(one, "m-2"))
    [other] = announcements(store, PUSH)
    assert other.notice is not None and other.notice.match.match_id != UUID(first.argument)


def test_frozen_bytes_are_the_same_until_the_contact_is_gone(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [job] = announcements(store, PUSH)
    assert store.do(Freeze(job, b"de naam van de ander"))
    assert not any(b"naam van" in (row.body or b"") for row in place.rows("SELECT body FROM outbox"))
    store.do(settled(job, State.UNKNOWN, Unknown(reason="tijd"), healthy=False))
    [again] = announcements(store, PUSH)
    assert (again.body, again.message_id) == (b"de naam van de ander", job.message_id)
    store.do(settled(again, State.UNKNOWN, Unknown(reason="tijd"), healthy=False))
    told(store, news(one, "m-1", lapsed=True))
    [later] = announcements(store, PUSH)
    assert (later.body, later.message_id) == (None, job.message_id)


def test_a_withdrawn_signal_takes_the_frozen_bytes_with_it(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [job] = announcements(store, PUSH)
    store.do(Freeze(job, b"de naam van de ander"))
    store.do(settled(job, State.UNKNOWN, Unknown(reason="tijd"), healthy=False))
    store.do(make.change(outbox.WITHDRAW))
    [again] = announcements(store, PUSH)
    assert again.notice is not None
    assert (again.body, again.notice.match.bron_signaal_id) == (None, None)
    assert store.do(Freeze(again, b"vervallen")), "it is still told that it lapsed"


def heard(store: Store) -> dict[str, int]:
    return store.read.tally()["announcements"]


def test_announced_fetched_and_followed_up_are_three_things(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    assert heard(store) == {"announced": 0, "fetched": 0, "followed up": 0, "unheard": 0}
    [match] = store.read.match_page("school", 0, 9)[0]
    assert not match.opgehaald
    for job in announcements(store):
        done(store, job, NOW + DAY)
    assert heard(store) == {"announced": 1, "fetched": 0, "followed up": 0, "unheard": 0}
    store.do(Fetched(tenant="jgz", matches=(match.match_id,), now=NOW))
    assert heard(store)["fetched"] == 0, "not its receiver"
    for _ in range(2):
        store.do(Fetched(tenant="school", matches=(match.match_id,), now=NOW))
    assert heard(store)["fetched"] == 1
    assert store.read.match_page("school", 0, 9)[0][0].opgehaald
    store.do(FollowUp(tenant="school", match_id=match.match_id, opvolging=Opvolging.CONTACT))
    assert heard(store) == {"announced": 1, "fetched": 1, "followed up": 1, "unheard": 0}
    told_of = [
        row.event for row in place.rows("SELECT event FROM audit ORDER BY number") if row.event.startswith("match_")
    ]
    assert told_of == [
        "match_ontvangen",
        "match_aangekondigd",
        "match_aangekondigd",
        "match_opgehaald",
        "match_opgevolgd",
    ]


def test_what_is_not_fetched_is_announced_again_so_many_times(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    first = announcements(store)
    for job in first:
        done(store, job, NOW + DAY if job.destination == POINT.destination else None)
    assert store.do(Remind(NOW + DAY / 2, 2)) == 0
    assert store.do(Remind(NOW + DAY, 2)) == 1
    assert store.do(Remind(NOW + DAY, 2)) == 0, "not while the second is on its way"
    [again] = announcements(store)
    assert again.destination == POINT.destination, "only what says that there is news is said again"
    assert again.message_id not in {job.message_id for job in first}
    assert again.notice is not None and (again.notice.number, again.notice.round) == (2, 2)
    done(store, again, NOW + 2 * DAY)
    assert store.do(Remind(NOW + 2 * DAY, 2)) == 1
    assert announcements(store) == []
    assert heard(store)["unheard"] == 1
    assert len(place.rows("SELECT * FROM audit WHERE event = 'match_niet_opgehaald'")) == 1
    [match] = store.read.match_page("school", 0, 9)[0]
    store.do(Fetched(tenant="school", matches=(match.match_id,), now=NOW))
    assert heard(store)["unheard"] == 0


@pytest.mark.parametrize("how", ["fetched", "followed up", "lapsed", "ended"])
def test_nobody_is_reminded_of_what_is_settled(store: Store, make: Maker, how: str) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [match] = store.read.match_page("school", 0, 9)[0]
    for job in announcements(store):
        done(store, job, NOW + DAY if job.destination == POINT.destination else None)
    match how:
        case "fetched":
            store.do(Fetched(tenant="school", matches=(match.match_id,), now=NOW))
        case "followed up":
            store.do(FollowUp(tenant="school", match_id=match.match_id, opvolging=Opvolging.GEPROBEERD))
        case "lapsed":
            told(store, news(one, "m-1", lapsed=True))
        case _:
            store.do(make.change(outbox.END))
    assert store.do(Remind(NOW + 9 * DAY, 2)) == 0


def test_a_receiver_that_takes_no_announcement_is_told_to_the_operator(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [job] = announcements(store, PUSH)
    store.do(settled(job, State.REFUSED, Refused(code="X"), code="X"))
    assert heard(store)["unheard"] == 1


def test_a_way_that_is_gone_is_not_reminded_in(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    for job in announcements(store):
        done(store, job, NOW + DAY if job.destination == POINT.destination else None)
    store.ways = lambda tenant, index: (PUSH,)
    assert store.do(Remind(NOW + DAY, 9)) == 1
    assert (announcements(store), heard(store)["unheard"]) == ([], 1)


def test_announcements_do_not_show_as_the_delivery_of_a_signal(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    told(store, news(one, "m-1"))
    [job] = announcements(store, PUSH)
    store.do(settled(job, State.REFUSED, Refused(code="X"), code="X"))
    standing = store.read.standing(one, NOW)
    assert (standing.bezorging.value, standing.index_code) == ("BIJ_INDEX", None)
    [own], _, _ = store.read.own_page("school", UUID(int=0), 9, NOW)
    assert own.ontvangen_op.utcoffset() is not None
    assert own.bezorging.value == "BIJ_INDEX"


# an organisation does not match itself


def itself(signal_id: UUID, match: str, instantie: str = "school") -> MatchNews:
    content = MatchContent(betrokkenen=(Betrokkene(naam="C. Ollega", instantie=instantie),))
    return news(signal_id, match).model_copy(update={"content": content})


def test_an_organisation_does_not_match_itself_in_one_answer(store: Store, make: Maker, place: Place) -> None:
    one, other = quiet(store, make, "s-1", "s-2")
    told(store, itself(one, "m-1"), itself(other, "m-1"), news(one, "m-2"))
    assert [row.index_match for row in place.rows("SELECT index_match FROM matches")] == ["m-2"]
    assert len(announcements(store, PUSH)) == 1
    [row] = place.rows("SELECT facts FROM audit WHERE event = 'match_verworpen'")
    assert "eigen-organisatie" in str(row.facts)


def test_nor_in_two_answers(store: Store, make: Maker) -> None:
    one, other = quiet(store, make, "s-1", "s-2")
    told(store, itself(one, "m-1"))
    for job in announcements(store):
        done(store, job)
    told(store, itself(other, "m-1"))
    [match], _, _ = store.read.match_page("school", 1, 9)
    assert (match.signaal_id, match.status) == (one, MatchStatus.VERVALLEN)
    assert {job.notice.match.status for job in announcements(store) if job.notice} == {MatchStatus.VERVALLEN}
    told(store, itself(other, "m-1"))
    assert len(store.read.match_page("school", 0, 9)[0]) == 1


def test_a_number_shared_with_somebody_else_or_another_index_is_a_match(store: Store, make: Maker) -> None:
    one, other = quiet(store, make, "s-1", "s-2")
    store.do(make.accept("s-3", index="index-b"))
    told(store, itself(one, "m-1"), itself(other, "m-1", "Wijkteam"))
    assert len(store.read.match_page("school", 0, 9)[0]) == 2
    told(store, itself(one, "m-2"))
    jobs = [job for job in claim(store, limit=50) if job.destination == "index-b"]
    elsewhere = jobs[0].signal_id
    assert elsewhere is not None
    store.do(Schedule("index-b", None))
    assert store.do(settled(jobs[0], outcome=Done(news=(itself(elsewhere, "m-2"),))))
    assert len(store.read.match_page("school", 0, 9)[0]) == 4
