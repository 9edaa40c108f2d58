"""Who is the aanspreekpunt of a match: one of its two sides or nobody, done on what was last seen, in every format."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews
from gateway.canonical.receipt import MatchPage, OneMatch
from gateway.canonical.regie import Regie, Regiehandeling, RegieStatus, Wie
from gateway.rules.regie import DATED, TABLE, Holding, Positie, follow, review, stand_said
from tests.spec.formats import FORMATS, Message
from tests.spec.listed import Desk, row
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import BLIND, NOW, SCHOOL, caller
from tests.unit.scripted import Line, Post, events

TODAY = NOW.date()


def news(signal: UUID, *, lapsed: bool = False, number: str = "m-1") -> MatchNews:
    return MatchNews(
        index_match_id=number,
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(signal),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=NOW,
        status=MatchStatus.VERVALLEN if lapsed else MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=(Betrokkene(naam="J. Fictief", instantie="Jeugdhulp"),)),
    )


def matched(office: Office, *sides: str) -> list[str]:
    """A match between the signals of these organisations; its id for each of them."""
    found = []
    for who in sides:
        given = accepted(office.answer(said(), who=caller(who)))
        Post(office, Line(Done(index_ref="i", news=(news(given.receipt.signaal_id),)))).deliver(who)
        page = office.list("matchesOpvragen", who=caller(who))
        assert isinstance(page, MatchPage)
        found.append(str(page.matches[-1].match_id))
    return found


def wish(match: str, handeling: str, stand: str = "r0", **more: str) -> Message:
    fields = {"bron_systeem": "leerlingvolg", "match_id": match, "regiehandeling": handeling, "stand": stand}
    return Message("regieVastleggen", fields | more)


def done(office: Office, match: str, handeling: str, stand: str = "r0", who: str = SCHOOL, **more: str) -> Match:
    reply = office.answer(wish(match, handeling, stand, **more), who=caller(who))
    assert isinstance(reply, OneMatch), codes(reply)
    return reply.match


def seen(office: Office, who: str) -> Regie:
    page = office.list("matchesOpvragen", who=caller(who))
    assert isinstance(page, MatchPage)
    regie = page.matches[-1].regie
    assert regie is not None
    return regie


@pytest.mark.parametrize("form", FORMATS)
def test_who_takes_it_has_it_and_both_sides_see_that(office: Office, form: str) -> None:
    school, other = matched(office, SCHOOL, BLIND)
    assert seen(office, SCHOOL) == Regie()
    reply = office.answer(wish(school, "NEMEN", herzien_op="2026-12-24"), form=FORMATS[form])
    assert isinstance(reply, OneMatch), codes(reply)
    assert reply.match.regie == seen(office, SCHOOL)
    assert seen(office, SCHOOL) == Regie(
        wie=Wie.IK,
        naam="Kanariepiet",
        instantie="Instantie school",
        herzien_op=dt.date(2026, 12, 24),
        stand="r1",
        niet_zichtbaar_voor=("Jeugdhulp",),
    )
    assert (seen(office, BLIND).wie, seen(office, BLIND).naam) == (Wie.ANDER, "Kanariepiet")
    late = office.answer(wish(other, "NEMEN"), who=caller(BLIND), form=FORMATS[form])
    assert [(found.code, found.limit) for found in late.findings] == [("VIX-1420", "r1")]  # type: ignore[union-attr]


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_wrong_stands_at_its_place(office: Office, form: str) -> None:
    (match,) = matched(office, SCHOOL)
    shape = FORMATS[form]
    wrong = [
        (wish(match, "HOUDEN"), "VIX-1105", "regiehandeling"),
        (wish(match, "AANVAARDEN"), "VIX-1421", "regiehandeling"),
        (wish(match, "NEMEN", "r7"), "VIX-1420", "stand"),
        (wish(match, "NEMEN", herzien_op="2026-11-21"), "VIX-1422", "herzien_op"),
        (wish(match, "NEMEN", herzien_op="2029-11-21"), "VIX-1422", "herzien_op"),
        (wish(match, "NEERLEGGEN", herzien_op="2026-12-24"), "VIX-1423", "herzien_op"),
        (wish(str(uuid4()), "NEMEN"), "VIX-1412", "match_id"),
    ]
    for message, code, field in wrong:
        reply = office.answer(message, form=shape)
        found = [(one.code, one.at) for one in reply.findings]  # type: ignore[union-attr]
        assert found == [(code, shape.place(message, field))], (code, field)
    assert seen(office, SCHOOL) == Regie()


def test_all_that_misses_is_told_at_once(office: Office) -> None:
    reply = office.answer(Message("regieVastleggen", {"bron_systeem": "x"}))
    found = [f"{one.code} {one.at}" for one in reply.findings]  # type: ignore[union-attr]
    assert found == ["VIX-1106 match_id", "VIX-1106 regiehandeling", "VIX-1106 stand"]


def test_it_is_offered_accepted_laid_down_and_taken_again(office: Office) -> None:
    school, other = matched(office, SCHOOL, BLIND)
    done(office, school, "NEMEN")
    offered = done(office, school, "OVERDRAGEN", "r1").regie
    assert offered is not None
    assert (offered.wie, offered.aangeboden, offered.herzien_op) == (Wie.IK, True, TODAY + dt.timedelta(weeks=6))
    assert codes(office.answer(wish(school, "AANVAARDEN", "r2"))) == ["VIX-1421"]
    done(office, other, "AANVAARDEN", "r2", BLIND)
    assert (seen(office, SCHOOL).wie, seen(office, SCHOOL).instantie) == (Wie.ANDER, "Instantie jongerenwerk")
    done(office, other, "NEERLEGGEN", "r3", BLIND)
    assert (seen(office, SCHOOL).wie, seen(office, SCHOOL).stand, seen(office, SCHOOL).naam) == (Wie.GEEN, "r4", None)
    assert done(office, school, "NEMEN", "r4").versie == "actief.nieuw.r5"


def test_an_offer_that_is_declined_stays_where_it_was(office: Office) -> None:
    school, other = matched(office, SCHOOL, BLIND)
    done(office, school, "NEMEN", herzien_op="2026-12-01")
    done(office, school, "OVERDRAGEN", "r1")
    done(office, other, "AFWIJZEN", "r2", BLIND)
    assert (seen(office, SCHOOL).wie, seen(office, SCHOOL).aangeboden) == (Wie.IK, False)
    assert seen(office, SCHOOL).herzien_op == dt.date(2026, 12, 1)


def test_the_version_of_the_match_is_as_good_as_the_stand(office: Office) -> None:
    (match,) = matched(office, SCHOOL)
    taken = done(office, match, "NEMEN", "actief.nieuw")
    assert taken.versie == "actief.nieuw.r1"
    assert done(office, match, "NEERLEGGEN", taken.versie).versie == "actief.nieuw.r2"


def test_the_same_again_changes_nothing_and_is_no_fault(office: Office) -> None:
    (match,), desk = matched(office, SCHOOL), Desk(office)
    first = done(office, match, "NEMEN")
    assert done(office, match, "NEMEN") == first
    assert desk.told(desk.take([row(wish(match, "NEMEN"))])) == [(2, "bekend")]
    assert desk.told(desk.take([row(wish(match, "NEERLEGGEN", "r1"))])) == [(2, "aangenomen")]
    assert codes(office.answer(wish(match, "NEMEN"))) == ["VIX-1420"]


def test_without_a_day_the_regions_term_counts_and_never_beyond_the_match(office: Office) -> None:
    (match,) = matched(office, SCHOOL)
    taken = done(office, match, "NEMEN").regie
    assert taken is not None and taken.herzien_op == TODAY + dt.timedelta(weeks=6)
    assert review(Regiehandeling.NEMEN, None, today=TODAY, last=dt.date(2026, 12, 1), weeks=6) == dt.date(2026, 12, 1)


def test_it_goes_with_the_match(office: Office) -> None:
    school, other = matched(office, SCHOOL, BLIND)
    done(office, school, "NEMEN")
    accepted(office.end())
    assert seen(office, BLIND) == Regie(stand="r2", niet_zichtbaar_voor=("Jeugdhulp",))
    assert codes(office.answer(wish(school, "NEMEN", "r2"))) == ["VIX-1421"]
    lapsed = office.answer(Message("matchOpvragen", {"bron_systeem": "x", "match_id": school}))
    assert isinstance(lapsed, OneMatch) and lapsed.match.regie is None
    done(office, other, "NEMEN", "r2", BLIND)
    own = {name: said().fields[name] for name in ("bron_systeem", "bron_signaal_id")}
    accepted(office.answer(Message("signaalIntrekken", own), who=caller(BLIND)))
    assert events(office.store).count("regie_vervallen") == 1


def test_a_match_that_the_index_lets_lapse_has_no_regie_any_more(office: Office) -> None:
    (match,) = matched(office, SCHOOL)
    done(office, match, "NEMEN")
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    over = Done(news=(news(page.matches[0].signaal_id, lapsed=True),))
    accepted(office.give(bron_signaal_id="s-2"))
    Post(office, Line(over)).deliver()
    assert events(office.store)[-1] == "bericht_bij_index"
    assert "regie_vervallen" in events(office.store)


def test_of_a_move_nobody_has_the_regie(office: Office) -> None:
    given = office.given()
    moved = news(given.receipt.signaal_id).model_copy(update={"soort": MatchSoort.VERHUIZING})
    Post(office, Line(Done(index_ref="i", news=(moved,)))).deliver()
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    (match,) = page.matches
    assert match.regie is None
    reply = office.answer(wish(str(match.match_id), "NEMEN"))
    assert [(one.code, one.limit) for one in reply.findings] == [("VIX-1421", "VERHUIZING")]  # type: ignore[union-attr]


@pytest.mark.parametrize("positie", Positie)
@pytest.mark.parametrize("handeling", Regiehandeling)
def test_the_table_says_what_may_follow_for_whoever_looks(positie: Positie, handeling: Regiehandeling) -> None:
    me, you = uuid4(), uuid4()
    holder = {Wie.IK: me, Wie.ANDER: you, Wie.GEEN: None}[positie.wie]
    before = Holding(holder, offered=positie.offered, review_on=TODAY)
    assert before.seen_by(me) is positie
    after = before.after(me, handeling, dt.date(2027, 1, 1))
    expected = TABLE.get((positie, handeling))
    assert follow(positie, handeling) is expected
    if expected is None:
        assert after is None
        return
    assert after is not None and after.seen_by(me) is expected
    kept = {Wie.GEEN: None}.get(expected.wie, dt.date(2027, 1, 1) if handeling in DATED else TODAY)
    assert after.review_on == kept


def test_somebody_elsewhere_has_it_for_everybody_here() -> None:
    assert Holding(elsewhere=True, offered=True).seen_by(uuid4()) is Positie.ANDER_BIEDT_AAN


@pytest.mark.parametrize(
    ("text", "number"), [("r3", 3), ("actief.nieuw.r12", 12), ("actief.nieuw", 0), ("r", 0), ("x3", 0)]
)
def test_a_stand_is_read_from_itself_or_from_a_version(text: str, number: int) -> None:
    assert stand_said(text) == number


def test_what_nobody_decides_but_we_is_settled_at_once(office: Office) -> None:
    (match,) = matched(office, SCHOOL)
    regie = done(office, match, "NEMEN").regie
    assert regie is not None and regie.status is RegieStatus.VASTGESTELD
