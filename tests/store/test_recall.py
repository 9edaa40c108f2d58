"""A destroyed signal: whoever heard of its matches, also long ago, hears that what was kept must go; once."""

from uuid import UUID

import pytest

from gateway.canonical.match import MatchContent, MatchStatus, Opvolging
from gateway.canonical.order import MatchNews
from gateway.canonical.tenant import bucket_of
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import FollowUp, Way

from .conftest import Place
from .material import Maker, claim, news, settled
from .test_matches import accepted, told

SCHOOL, DOCTOR = "school", "arts"


@pytest.fixture
def store(store: Store) -> Store:
    store.ways = lambda tenant, index: (Way(f"{tenant}/soap"),)
    return store


def announced(store: Store, tenant: str) -> list[tuple[MatchStatus, bool]]:
    """What the tenant is told now, and takes."""
    jobs = [job for job in claim(store, tenant, limit=50) if job.kind == outbox.NOTICE]
    assert all(store.do(settled(job)) for job in jobs)
    return [(job.notice.match.status, job.notice.match.verwijderen) for job in jobs if job.notice]


def matched(store: Store, make: Maker) -> tuple[UUID, UUID]:
    """A signal of each, that the index told of as each other's match; both heard."""
    assert bucket_of(SCHOOL) != bucket_of(DOCTOR)
    mine = accepted(store, make, tenant=SCHOOL).signal.signaal_id
    theirs = accepted(store, make, tenant=DOCTOR).signal.signaal_id
    for tenant in (SCHOOL, DOCTOR):
        for job in claim(store, tenant):
            assert store.do(settled(job))
    told(store, news(mine, "m-1"), news(theirs, "m-1"))
    for tenant in (SCHOOL, DOCTOR):
        assert announced(store, tenant) == [(MatchStatus.ACTIEF, False)]
    return mine, theirs


LAPSED, REMOVE = (MatchStatus.VERVALLEN, False), (MatchStatus.VERVALLEN, True)


def test_both_are_asked_at_once_whatever_the_index_says_later(store: Store, make: Maker) -> None:
    _, theirs = matched(store, make)
    store.do(make.change(outbox.WITHDRAW))
    assert announced(store, SCHOOL) == announced(store, DOCTOR) == [REMOVE]
    told(store, removed(theirs))
    assert announced(store, DOCTOR) == []


def test_what_lapsed_into_the_archive_is_asked_for_when_it_is_withdrawn_later(store: Store, make: Maker) -> None:
    _, theirs = matched(store, make)
    store.do(make.change(outbox.END))
    told(store, news(theirs, "m-1", lapsed=True))
    assert announced(store, SCHOOL) == announced(store, DOCTOR) == [LAPSED]
    before = store.read.match_page(DOCTOR, 0, 10)
    store.do(make.change(outbox.WITHDRAW, revision=2))
    assert announced(store, SCHOOL) == announced(store, DOCTOR) == [REMOVE]
    (match,) = store.read.match_page(DOCTOR, before[1], 10)[0]
    assert (match.verwijderen, match.content, match.versie) == (True, MatchContent(), "verwijderen.nieuw")
    store.do(make.change(outbox.WITHDRAW, tenant=DOCTOR))
    assert announced(store, SCHOOL) == announced(store, DOCTOR) == [], "each once"


def test_who_never_heard_of_it_is_asked_for_nothing(store: Store, make: Maker) -> None:
    mine = accepted(store, make).signal.signaal_id
    for job in claim(store):
        store.do(settled(job))
    told(store, news(mine, "m-1", lapsed=True))
    store.do(make.change(outbox.WITHDRAW))
    assert announced(store, SCHOOL) == []


def test_the_same_number_at_another_index_is_another_match(store: Store, make: Maker, place: Place) -> None:
    matched(store, make)
    other = make.accept("s-9", tenant=DOCTOR, index="index-b")
    assert store.do(other).fresh
    elsewhere = other.signal.signaal_id
    for job in claim(store, DOCTOR):
        store.do(settled(job))
    place.rows(
        "INSERT INTO matches (bucket, id, tenant, signal_id, index_match, number, kind, not_same_child, arisen_at,"
        f" status) VALUES ({bucket_of(DOCTOR)}, '{elsewhere.hex if place.sqlite else elsewhere}', '{DOCTOR}',"
        f" '{elsewhere.hex if place.sqlite else elsewhere}', 'm-1', 99, 'CLIENTMATCH', false, '2026-11-21', 'ACTIEF')"
    )
    store.do(make.change(outbox.WITHDRAW))
    assert place.rows("SELECT status FROM matches WHERE number = 99") == [("ACTIEF",)]


def removed(signal_id: UUID, match: str = "m-1") -> MatchNews:
    return news(signal_id, match, lapsed=True).model_copy(update={"verwijderen": True})


def test_an_index_may_say_it_of_a_side_that_is_not_here(store: Store, make: Maker) -> None:
    """Also when it lapsed before; and in the same answer as that it lapsed, it is said once."""
    _, theirs = matched(store, make)
    told(store, news(theirs, "m-1", lapsed=True))
    assert announced(store, DOCTOR) == [LAPSED]
    for _ in range(2):
        told(store, removed(theirs), news(theirs, "m-1"), news(theirs, "m-1", lapsed=True))
    assert announced(store, DOCTOR) == [REMOVE]
    told(store, news(theirs, "m-2"))
    announced(store, DOCTOR)
    told(store, news(theirs, "m-2", lapsed=True), removed(theirs, "m-2"))
    assert announced(store, DOCTOR) == [REMOVE]


def test_who_fetches_confirms_by_saying_so(store: Store, make: Maker, place: Place) -> None:
    matched(store, make)
    (match,), _, _ = store.read.match_page(DOCTOR, 0, 10)
    says = FollowUp(tenant=DOCTOR, match_id=match.match_id, opvolging=Opvolging.VERWIJDERD)
    store.do(says)
    confirmed = "SELECT count(*) FROM audit WHERE event = 'verwijdering_bevestigd'"
    assert place.rows(confirmed) == [(0,)], "nobody asked yet"
    store.do(FollowUp(tenant=DOCTOR, match_id=match.match_id, opvolging=Opvolging.CONTACT))
    store.do(make.change(outbox.WITHDRAW))
    for _ in range(2):
        store.do(says)
    assert place.rows(confirmed) == [(1,)]


def test_an_answer_of_the_index_that_is_late_brings_nothing_back(store: Store, make: Maker) -> None:
    mine, theirs = matched(store, make)
    store.do(make.change(outbox.WITHDRAW))
    announced(store, DOCTOR)
    told(store, news(theirs, "m-1"), news(mine, "m-1"))
    assert announced(store, DOCTOR) == []
    (match,), _, _ = store.read.match_page(DOCTOR, 0, 10)
    assert match.status is MatchStatus.VERVALLEN
