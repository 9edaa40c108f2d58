"""Who hears of the regie: the other side of each change, its holder on the day of review, the region if nobody acts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.canonical.match import MatchSoort
from gateway.canonical.order import Bericht, Done, Escalate, Retry
from gateway.canonical.regie import Wie
from gateway.flow import watching
from gateway.flow.courier import Courier, Destination
from gateway.flow.directory import Directory
from gateway.rules.delivery import Recovery
from gateway.rules.packs import Policy
from gateway.rules.regie import working_days_later
from gateway.store import watching as store_watching
from gateway.store.outbox import MAIL
from gateway.store.work import Way
from tests.spec.formats import Message
from tests.spec.office import Office, accepted
from tests.spec.people import BLIND, SCHOOL, directory, packs, partner, regions
from tests.spec.test_regie import done, matched, news
from tests.unit.announced import POINT, PUSH, Round
from tests.unit.scripted import Line, Plain, Post, events, rows

ADDRESS = "regie@gemeente.voorbeeld.nl"
WEEK = dt.timedelta(days=7)


def pair(office: Office) -> tuple[Round, list[str]]:
    """A match between the school, which is told in two ways, and another; nothing of it waits any more."""
    found = matched(office, SCHOOL, BLIND)
    post = Round(office, Done())
    post.deliver()
    post.receiver.sent.clear()
    return post, found


def test_the_other_side_is_told_of_each_change_and_who_did_it_is_not(office: Office) -> None:
    post, (school, other) = pair(office)
    done(office, other, "NEMEN", who=BLIND)
    post.deliver()
    assert [(one.bericht, one.match.regie and one.match.regie.wie) for one in post.told] == [
        (Bericht.REGIE, Wie.ANDER)
    ] * 2
    done(office, other, "OVERDRAGEN", "r1", BLIND)
    post.deliver()
    post.receiver.sent.clear()
    done(office, school, "AANVAARDEN", "r2")
    post.deliver()
    assert post.told == []


def test_what_waits_to_be_told_says_the_last_and_nothing_twice(office: Office) -> None:
    post, (_, other) = pair(office)
    done(office, other, "NEMEN", who=BLIND)
    done(office, other, "NEERLEGGEN", "r1", BLIND)
    post.deliver()
    assert [one.match.regie and one.match.regie.stand for one in post.told] == ["r2"] * 2


def test_what_changed_after_a_try_is_told_behind_it(office: Office) -> None:
    post, (_, other) = pair(office)
    done(office, other, "NEMEN", who=BLIND)
    post.receiver.script.clear()
    post.receiver.script += [Retry(reason="geen-verbinding"), Retry(reason="geen-verbinding"), Done()]
    for job in post.claim():
        post.courier.carry(job)
    done(office, other, "NEERLEGGEN", "r1", BLIND)
    post.deliver()
    stands = [one.match.regie and one.match.regie.stand for one in post.told]
    assert stands[-2:] == ["r2", "r2"] and stands.count("r1") == 4, "what was tried goes again as it was"


def test_who_asks_finds_the_match_again_behind_its_cursor(office: Office) -> None:
    _, (_, other) = pair(office)
    before = office.list("matchesOpvragen")
    done(office, other, "NEMEN", who=BLIND)
    after = office.list("matchesOpvragen", na=before.cursor)  # type: ignore[union-attr]
    (match,) = after.matches  # type: ignore[union-attr]
    assert match.regie is not None and match.regie.wie is Wie.ANDER
    assert office.list("matchesOpvragen", na=after.cursor).matches == ()  # type: ignore[union-attr]


def test_a_match_that_lapsed_meanwhile_is_told_as_lapsed(office: Office) -> None:
    post, (_, other) = pair(office)
    done(office, other, "NEMEN", who=BLIND)
    accepted(office.end())
    post.deliver()
    assert {one.bericht for one in post.told} == {Bericht.VERVALLEN}


# the day of review


def test_who_has_it_is_reminded_once_for_each_day_of_review(office: Office) -> None:
    post, (school, _) = pair(office)
    done(office, school, "NEMEN", herzien_op="2026-11-28")
    for days, mails in ((6, 0), (1, 1), (30, 1)):
        office.later(days=days)
        post.courier.remind()
        post.deliver()
        told = [destination for kind, destination in rows(office.store, "kind, destination") if kind == "notice"]
        assert told == [POINT] * mails, "by its pointer, and in no other way"
    assert events(office.store).count("regie_herinnerd") == 1
    done(office, school, "HERZIEN", "r1", herzien_op="2027-01-11")
    office.later(days=60)
    post.courier.remind()
    assert events(office.store).count("regie_herinnerd") == 2


def test_who_has_no_pointer_is_reminded_in_the_ways_it_has(office: Office) -> None:
    post, (school, _) = pair(office)
    office.store.ways = lambda tenant, _: (Way(PUSH),)
    done(office, school, "NEMEN")
    office.later(weeks=7)
    post.courier.remind()
    post.deliver()
    assert [one.bericht for one in post.told] == [Bericht.REGIE]


def test_what_was_laid_down_is_not_looked_at_again(office: Office) -> None:
    post, (school, _) = pair(office)
    done(office, school, "NEMEN")
    done(office, school, "NEERLEGGEN", "r1")
    office.later(weeks=7)
    post.courier.remind()
    assert "regie_herinnerd" not in events(office.store)


# nobody answers


class Region(Post):
    """A worker for the mailbox, in a region that has a gemeentelijke regievoerder, or has none."""

    def __init__(self, office: Office, address: str | None = ADDRESS) -> None:
        known = {name: replace(region, regievoerder=address) for name, region in regions().items()}
        self.known = known
        people = (partner(name, regions=tuple(known.values())) for name in (SCHOOL, BLIND))
        office.directory = Directory({one.id: one for one in people}, known)
        self.mail = Line(Done())
        super().__init__(office, Line(Done()))
        self.courier = Courier(office.store, office.directory, self.destinations, office.clock)

    @property
    def destinations(self) -> Mapping[str, Destination]:
        to = Destination(MAIL, Plain(Recovery.REPEAT), self.mail, "127.0.0.1:9", 1.0, 0.0, 0.0)
        return {**super().destinations, MAIL: to}

    def look(self) -> list[Escalate]:
        self.courier.remind()
        for who in (SCHOOL, BLIND):
            self.deliver(who)
        return [Escalate.model_validate(message["Escalate"]) for message in self.mail.sent]


def contact(office: Office, match: str, said: str) -> None:
    office.answer(Message("matchTerugkoppelen", {"bron_systeem": "x", "match_id": match, "contact": said}))


def test_nobody_takes_it_in_time_and_the_region_hears_of_it_once(office: Office) -> None:
    region = Region(office)
    matched(office, SCHOOL, BLIND)
    office.later(days=8)  # Saturday to Sunday: five working days are over on Friday
    (told,) = region.look()
    assert (told.address, told.naam) == (ADDRESS, "Strikt")
    office.later(days=30)
    assert len(region.look()) == 1
    assert events(office.store).count("regie_geescaleerd") == 1


def test_before_its_time_nobody_hears_anything(office: Office) -> None:
    region = Region(office)
    matched(office, SCHOOL, BLIND)
    office.later(days=5)
    assert region.look() == []
    office.later(days=1)
    assert len(region.look()) == 1


@pytest.mark.parametrize(
    ("taken", "said", "told"),
    [(True, "CONTACT", 0), (True, "AFGESTEMD", 0), (True, "GEPROBEERD", 1), (False, "CONTACT", 1),
     (False, "NIET_NODIG", 0), (True, "", 1)],
)  # fmt: skip
def test_regie_and_contact_are_both_needed(office: Office, said: str, told: int, *, taken: bool) -> None:
    region = Region(office)
    school, other = matched(office, SCHOOL, BLIND)
    if taken:
        done(office, other, "NEMEN", who=BLIND)
    if said:
        contact(office, school, said)
    office.later(days=8)
    assert len(region.look()) == told


def test_a_region_without_an_address_leaves_it_in_the_audit(office: Office) -> None:
    region = Region(office, address=None)
    matched(office, SCHOOL)
    office.later(days=8)
    assert region.look() == []
    assert "regie_geescaleerd" in events(office.store)


@pytest.mark.parametrize("changed", ["withdrawn", "no address", "no region", "no mail"])
def test_what_can_not_or_need_not_be_told_any_more_is_not(office: Office, changed: str) -> None:
    region = Region(office)
    matched(office, SCHOOL)
    office.later(days=8)
    region.courier.remind()
    known, to = office.directory, dict(region.destinations)
    match changed:
        case "withdrawn":
            office.withdraw()
        case "no address":
            known = replace(known, regions=directory().regions)
        case "no region":
            known = replace(known, regions={})
        case _:
            del to[MAIL]
    for job in region.claim():
        if job.kind == "escalatie":
            Courier(office.store, known, to, office.clock).carry(job)
    waits = "waiting" if changed == "no mail" else "cancelled"
    assert ("escalatie", waits) in rows(office.store), "another worker may know the way"
    assert region.mail.sent == []


def test_a_historical_match_waits_for_nobody(office: Office) -> None:
    region = Region(office)
    given = office.given()
    told = news(given.receipt.signaal_id).model_copy(update={"soort": MatchSoort.HISTORISCH})
    Post(office, Line(Done(news=(told,)))).deliver()
    office.later(days=30)
    assert region.look() == []


def test_five_working_days_skip_the_weekend() -> None:
    friday = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
    assert working_days_later(friday, 5) == friday + WEEK
    assert working_days_later(friday, 1) == friday + dt.timedelta(days=3)
    assert working_days_later(friday, 0) == friday


def test_of_a_region_that_is_no_more_everything_is_due(office: Office) -> None:
    unit = watching.due(Directory({}, {}), office.clock)
    assert unit.due("weg", office.clock())
    assert not unit.address("weg")


def test_a_region_that_waits_long_does_not_stand_before_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_watching, "MOST", 1)
    monkeypatch.setattr(store_watching, "_OLDEST", store_watching._SIDES.order_by("watched_since").limit(1))
    region = Region(office)
    patient = replace(
        region.known["informeren-hoeft-niet"],
        policy=Policy.of(packs()["informeren-hoeft-niet"].model_copy(update={"respons_werkdagen": 60})),
    )
    known = region.known | {"informeren-hoeft-niet": patient}
    people = (partner(name, regions=tuple(known.values())) for name in (SCHOOL, BLIND))
    office.directory = Directory({one.id: one for one in people}, known)
    region.courier = Courier(office.store, office.directory, region.destinations, office.clock)
    slow = office.given(gemeente_code="9996", bron_signaal_id="s-9").receipt.signaal_id
    Post(office, Line(Done(news=(news(slow, number="m-9"),)))).deliver()
    office.later(minutes=1)
    matched(office, SCHOOL)
    office.later(days=8)
    assert len(region.look()) == 1
