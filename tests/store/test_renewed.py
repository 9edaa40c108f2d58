"""Other content of a match that is known: told by the feed, kept in place of the old, and news once more."""

from typing import Any
from uuid import UUID

import pytest

from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import MatchNews
from gateway.canonical.terms import Equivalence, Meaning
from gateway.store import outbox
from gateway.store.store import Store
from gateway.store.work import Fetched, FollowUp, Freeze, Remind

from .conftest import Place
from .material import NOW, Maker, claim, news, settled
from .test_matches import accepted, page, told
from .test_notices import DAY, PUSH, announcements, done, quiet
from .test_notices import store as store  # noqa: PLC0414  the fixture


def fed(store: Store, *items: MatchNews) -> None:
    told(store, *items, cursor=5)


def last_of(store: Store) -> int:
    return store.read.match_page("school", 0, 200)[1]


def names(match: Match) -> list[str]:
    return [one.naam for one in match.content.betrokkenen]


def kept(place: Place, columns: str = "*") -> list[Any]:
    return place.rows(f"SELECT {columns} FROM matches ORDER BY index_match")


def events(place: Place) -> list[str]:
    found = place.rows("SELECT event FROM audit ORDER BY number")
    return [row.event for row in found if row.event in ("match_ontvangen", "match_gewijzigd", "match_vervallen")]


def test_another_contact_takes_the_place_of_the_old_one(store: Store, make: Maker, place: Place) -> None:
    [one, two] = quiet(store, make, "s-1", "s-2")
    fed(store, news(one, "m-1"), news(two, "m-2"))
    [first, other], last = page(store), last_of(store)
    fed(store, news(one, "m-1", name="A. Nder"))
    [again] = page(store, last)
    assert (again.match_id, again.soort, again.ontstaan_op) == (first.match_id, first.soort, first.ontstaan_op)
    assert names(again) == ["A. Nder"]
    assert (first.versie, again.versie) == ("actief.nieuw", "actief.nieuw.w1")
    assert page(store) == [other, again]
    fed(store, news(one, "m-1"))
    assert page(store)[-1].versie == "actief.nieuw.w2", "as before, and yet another version"
    assert events(place) == ["match_ontvangen"] * 2 + ["match_gewijzigd"] * 2
    [fact, _] = place.rows("SELECT subject, facts FROM audit WHERE event = 'match_gewijzigd'")
    assert "CLIENTMATCH" in str(fact.facts) and "Nder" not in str(fact.facts)


def test_the_feed_may_repeat_itself(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    old, new = news(one, "m-1"), news(one, "m-1", name="A. Nder")
    for feed in ((old, new), (old, new), (new,), (old, new, new)):
        fed(store, *feed)
    [match] = page(store)
    assert (names(match), match.versie, last_of(store)) == (["A. Nder"], "actief.nieuw", 1)
    assert events(place) == ["match_ontvangen"]


def test_the_answer_to_an_order_tells_what_was_then(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"), news(one, "m-1", name="A. Nder"))
    told(store, news(one, "m-1"))
    [match] = page(store)
    assert (names(match), last_of(store)) == (["A. Nder"], 1)


def test_what_was_told_and_waited_for_stays(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    [match] = page(store)
    store.do(Fetched(tenant="school", matches=(match.match_id,), now=NOW))
    store.do(FollowUp(tenant="school", match_id=match.match_id, opvolging=Opvolging.CONTACT))
    [before] = kept(place, "watched_since, aanspreekpunt, follow_up, fetched_at, remind_at, unheard, arisen_at, kind")
    assert before.watched_since is not None
    fed(store, news(one, "m-1", name="A. Nder"))
    columns = "watched_since, aanspreekpunt, follow_up, fetched_at, remind_at, unheard, arisen_at, kind"
    assert kept(place, columns) == [before]
    assert page(store)[0].versie == "actief.contact.w1"


def test_what_lapsed_gets_no_contact_any_more(store: Store, make: Maker, place: Place) -> None:
    one, two = quiet(store, make, "s-1", "s-2")
    fed(store, news(one, "m-1"), news(two, "m-2"))
    fed(store, news(one, "m-1", lapsed=True), news(one, "m-1", name="A. Nder"))
    store.do(make.change(outbox.END, "s-2"))
    fed(store, news(two, "m-2", name="A. Nder"))
    fed(store, news(one, "m-1", name="A. Nder"), news(two, "m-2", name="A. Nder"))
    assert {match.status for match in page(store)} == {MatchStatus.VERVALLEN}
    assert [row.sealed for row in kept(place)] == [None, None]
    assert "match_gewijzigd" not in events(place)


def test_a_change_and_a_lapse_in_one_answer_is_a_lapse(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    fed(store, news(one, "m-1", name="A. Nder"), news(one, "m-1", lapsed=True))
    [match] = page(store)
    assert (match.status, match.versie, last_of(store)) == (MatchStatus.VERVALLEN, "vervallen.nieuw", 2)


def nobody(one: UUID) -> MatchNews:
    return news(one, "m-1").model_copy(update={"content": MatchContent()})


def of_another_kind(one: UUID) -> MatchNews:
    word = Meaning(axis="urgentie", word="w", concept="spoed", equivalence=Equivalence.EQUAL, map="index")
    content = MatchContent(betrokkenen=(Betrokkene(naam="A. Nder", instantie="W"),), betekenissen=(word,))
    update = {"content": content, "soort": MatchSoort.HISTORISCH}
    return news(one, "m-1").model_copy(update=update)


@pytest.mark.parametrize("told_", [nobody, of_another_kind])
@pytest.mark.parametrize("together", [True, False])
def test_what_names_nobody_or_is_of_another_kind_replaces_nothing(
    store: Store, make: Maker, told_: Any, together: bool
) -> None:
    [one] = quiet(store, make)
    for feed in [(news(one, "m-1"), told_(one))] if together else [(news(one, "m-1"),), (told_(one),)]:
        fed(store, *feed)
    [match] = page(store)
    assert (match.content, last_of(store)) == (news(one).content, 1)


def test_other_words_are_a_change_too(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    word = Meaning(axis="urgentie", word="w", concept="spoed", equivalence=Equivalence.EQUAL, map="index")
    content = news(one).content.model_copy(update={"betekenissen": (word,)})
    fed(store, news(one, "m-1").model_copy(update={"content": content}))
    assert page(store)[0].content.betekenissen == (word,)


def test_it_is_told_under_a_delivery_of_its_own(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    first = announcements(store)
    for job in first:
        done(store, job)
    fed(store, news(one, "m-1", name="A. Nder"))
    second = announcements(store)
    assert len(first) == len(second) == 2
    assert not {job.message_id for job in first} & {job.message_id for job in second}
    for job in second:
        assert job.notice is not None and not job.notice.regie
        assert (job.notice.number, names(job.notice.match)) == (2, ["A. Nder"])


def test_what_waits_tells_the_new_contact_and_what_was_tried_the_old(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    store.ways = lambda tenant, index: (PUSH,)
    fed(store, news(one, "m-1"))
    fed(store, news(one, "m-1", name="A. Nder"))
    [job] = announcements(store, PUSH)
    assert job.notice is not None and names(job.notice.match) == ["A. Nder"]
    assert store.do(Freeze(job, b"A. Nder"))
    fed(store, news(one, "m-1", name="D. Erde"))
    assert done(store, job)
    [after] = announcements(store, PUSH)
    assert after.notice is not None and names(after.notice.match) == ["D. Erde"]
    assert after.message_id != job.message_id


def test_two_receivers_of_one_match_hear_each_their_own(store: Store, make: Maker) -> None:
    school, doctor = accepted(store, make), accepted(store, make, "d-1", "jgz")
    for tenant in ("school", "jgz"):
        for job in claim(store, tenant):
            store.do(settled(job))
    ids = [unit.signal.signaal_id for unit in (school, doctor)]
    fed(store, *(news(one, "m-1") for one in ids))
    fed(store, news(ids[1], "m-1", name="A. Nder"))
    assert names(page(store)[0]) == ["C. Ontact"]
    assert names(page(store, tenant="jgz")[0]) == ["A. Nder"]


def test_a_reminder_tells_what_is_known_by_then(store: Store, make: Maker) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    for job in announcements(store):
        done(store, job, NOW + DAY if job.destination != PUSH.destination else None)
    fed(store, news(one, "m-1", name="A. Nder"))
    for job in announcements(store):
        done(store, job, NOW + DAY if job.destination != PUSH.destination else None)
    assert store.do(Remind(NOW + DAY, 3)) == 1
    [job] = announcements(store)
    assert job.notice is not None and names(job.notice.match) == ["A. Nder"]


def test_the_new_contact_stands_nowhere_in_the_open(store: Store, make: Maker, place: Place) -> None:
    [one] = quiet(store, make)
    fed(store, news(one, "m-1"))
    fed(store, news(one, "m-1", name="Qzgeheim"))
    rows = [*kept(place), *place.rows("SELECT * FROM audit"), *place.rows("SELECT * FROM notices")]
    assert not any("Qzgeheim" in str(row) for row in rows)
