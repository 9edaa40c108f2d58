"""The kit's own index: a good index, whatever it can, and one that misbehaves as it is told."""

import datetime as dt

import pytest

from conformance.formats.envelope import header
from conformance.parties.behaviour import BEHAVIOURS, GOOD
from conformance.parties.index import Index
from conformance.rules import persons
from tests.conformance.party_messages import BEGUN, CONTACT, given, message, said


@pytest.fixture
def index():
    return Index(begun=BEGUN)


def test_what_is_given_is_kept_and_a_repeat_gets_the_same_answer(index):
    first = said(index, given())
    again = said(index, given(), at=BEGUN + dt.timedelta(minutes=5))
    assert (first[0], again[0]) == ("vastgelegd", "bekend")
    assert first[1]["contract"] == []
    assert first[1]["status"] == "ACTIEF"
    assert {k: v for k, v in first[1].items() if k != "draad"} == {k: v for k, v in again[1].items() if k != "draad"}


def test_a_reference_that_was_used_for_something_else_is_refused(index):
    said(index, given())
    did, told = said(index, given(verwijderdatum="2027-01-01"))
    assert (did, told["code"], told["herhaalbaar"]) == ("geweigerd", "IX-416", False)


def test_an_answer_belongs_to_its_question(index):
    request = given()
    reply = index.do(index.asked(request), BEGUN, BEHAVIOURS[GOOD]).reply
    assert header(reply.body, "RelatesTo") == header(request.body, "MessageID")
    assert said(index, request)[1]["kop"]["correlatieReferentie"] == "m1"


def test_two_organisations_match_and_each_hears_of_the_other(index):
    said(index, given("s1", "m1", by="a"))
    _, told = said(index, given("s2", "m2", by="b"))
    [match] = told["match"]
    assert match["eigenSignaalId"] == "s2"
    assert [one["naam"] for one in match["betrokkene"]] == ["Iemand van a"]
    _, news = said(index, message("matchesOpvragen", "m3", vanafVolgnummer=0))
    assert [(one["eigenSignaalId"], one["betrokkene"][0]["naam"]) for one in news["match"]] == [
        ("s1", "Iemand van b"),
        ("s2", "Iemand van a"),
    ]
    assert news["contract"] == []


def test_one_organisation_or_another_child_is_no_match(index):
    said(index, given("s1", "m1", by="a"))
    assert said(index, given("s2", "m2", by="a"))[1]["match"] == []
    assert said(index, given("s3", "m3", by="b", child=1))[1]["match"] == []


def test_who_has_no_number_is_known_by_name_birth_and_sex(index):
    child = persons()[0]
    person = {name: getattr(child, name) for name in ("familienaam", "geboortedatum", "geslacht")}
    said(index, given("s1", "m1", by="a"))
    _, told = said(index, given("s2", "m2", by="b", jeugdige={"persoonsgegevens": person}))
    assert len(told["match"]) == 1


def test_news_comes_page_by_page_and_never_twice(index):
    for number in range(3):
        said(index, given(f"s{number}", f"m{number}", by=f"org{number}"))
    after, seen, more = 0, [], True
    while more:
        _, page = said(index, message("matchesOpvragen", f"p{after}", vanafVolgnummer=after, maximum=2))
        assert page["totVolgnummer"] > after
        after, more = page["totVolgnummer"], page["meer"]
        seen += [(one["matchId"], one["eigenSignaalId"]) for one in page["match"]]
    assert len(seen) == len(set(seen)) == 6
    assert said(index, message("matchesOpvragen", "leeg", vanafVolgnummer=after))[1]["match"] == []


def test_a_later_run_goes_on_above_the_numbers_of_an_earlier_one(index):
    last = said(index, message("matchesOpvragen", "p", vanafVolgnummer=0))[1]["totVolgnummer"]
    later = Index(begun=BEGUN + dt.timedelta(hours=1))
    said(later, given("s1", "m1", by="a"))
    said(later, given("s2", "m2", by="b"))
    assert len(said(later, message("matchesOpvragen", "p", vanafVolgnummer=last + 1000))[1]["match"]) == 2


@pytest.mark.parametrize(
    ("op", "more", "status", "removed"),
    [
        ("signaalIntrekken", {}, "VERNIETIGD", True),
        ("signaalBeeindigen", {"datumEinde": "2026-11-22"}, "ARCHIEF", []),
    ],
)
def test_a_match_lapses_with_one_of_its_signals(index, op, more, status, removed):
    said(index, given("s1", "m1", by="a"))
    said(index, given("s2", "m2", by="b"))
    before = said(index, message("matchesOpvragen", "p1", vanafVolgnummer=0))[1]["totVolgnummer"]
    assert said(index, message(op, "m3", gatewayReferentie="s1", **more))[1]["status"] == status
    _, news = said(index, message("matchesOpvragen", "p2", vanafVolgnummer=before))
    assert {one["eigenSignaalId"] for one in news["match"]} == {"s1", "s2"}
    for one in news["match"]:
        assert (one["status"], one["betrokkene"], one.get("verwijderen", [])) == ("VERVALLEN", [], removed)


def test_the_status_of_a_message_is_its_answer_or_not_found(index):
    said(index, given())
    _, told = said(index, message("statusOpvragen", "q1", vanBericht="m1"))
    assert told["gevonden"] is True
    assert told["signaalAfgevenAntwoord"]["status"] == "ACTIEF"
    assert told["signaalAfgevenAntwoord"]["kop"]["correlatieReferentie"] == "m1"
    _, told = said(index, message("statusOpvragen", "q2", vanBericht="m9"))
    assert told["gevonden"] is False
    assert told["contract"] == []


def test_what_it_cannot_do_is_refused_and_what_it_can_is_said(index):
    word = {"as": "urgentie", "code": "x", "woord": "y", "equivalentie": "equal"}
    assert said(index, given(aanduiding=[word]))[1]["code"] == "IX-422"
    able = Index(can=("wijzigen",), axes=("urgentie",), begun=BEGUN)
    assert said(able, given(aanduiding=[word]))[0] == "vastgelegd"
    fields = {"gatewayReferentie": "s1", "melder": CONTACT | {"naam": "Opvolger"}, "verwijderdatum": "2027-01-01"}
    assert said(index, message("signaalWijzigen", "w", **fields))[1]["code"] == "IX-422"
    assert said(able, message("signaalWijzigen", "w", **fields))[0] == "vastgelegd"
    [match] = said(able, given("s2", "m2", by="b"))[1]["match"]
    assert match["betrokkene"][0]["naam"] == "Opvolger"
    before = said(able, message("matchesOpvragen", "p1", vanafVolgnummer=0))[1]["totVolgnummer"]
    said(able, message("signaalWijzigen", "w2", **fields | {"melder": CONTACT | {"naam": "Weer een ander"}}))
    _, news = said(able, message("matchesOpvragen", "p2", vanafVolgnummer=before))
    assert "Weer een ander" in [one["betrokkene"][0]["naam"] for one in news["match"]]
    _, told = said(able, message("capaciteiten", "c"))
    assert (told["wijzigen"], told["signaalcode"], told["aanduidingAs"]) == (True, False, ["urgentie"])


def test_an_unknown_signal_is_not_found(index):
    assert said(index, message("signaalIntrekken", "m", gatewayReferentie="s9"))[1]["code"] == "IX-404"


def test_what_breaks_the_contract_is_refused_and_changes_nothing(index):
    did, told = said(index, given(verwijderdatum="morgen"))
    assert (did, told["code"]) == ("niets", "IX-400")
    assert said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["gevonden"] is False


def test_another_action_breaks_what_is_around_the_message_and_is_answered(index):
    question = index.asked(message("capaciteiten", "c", action="urn:anders"))
    assert question["contract"] == []
    assert question["omslag"] == ["wsa:Action noemt een andere handeling"]


@pytest.mark.parametrize("how", sorted(set(BEHAVIOURS) - {"weiger", "nieuws-verbroken"}))
def test_however_it_behaves_the_message_is_kept_or_not_as_said(index, how):
    did, _ = said(index, given(), how)
    assert (did == "vastgelegd") is BEHAVIOURS[how].keeps
    found = said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["gevonden"]
    assert found is BEHAVIOURS[how].keeps


def test_a_refusal_is_kept_as_the_answer(index):
    assert said(index, given(), "weiger")[0] == "geweigerd"
    assert said(index, given())[1]["code"] == "IX-422"
    assert said(index, message("statusOpvragen", "q", vanBericht="m1"))[1]["verwijsindexFout"]["code"] == "IX-422"


@pytest.mark.parametrize("how", ["kapotte-xml", "dubbel-antwoord"])
def test_a_broken_answer_cannot_be_read(index, how):
    assert said(index, given(), how)[1]["uitkomst"] == "onleesbaar"


def test_an_answer_to_another_message_names_another(index):
    request = given()
    _, told = said(index, request, "ander-antwoord")
    assert told["contract"] == []
    assert told["kop"]["correlatieReferentie"] != "m1"
    assert told["draad"]["relatesTo"] not in ("", header(request.body, "MessageID"))


def test_a_number_stands_in_a_match_only_where_it_is_told_to(index):
    said(index, given("s1", "m1", by="a"), "bsn-in-match")
    [match] = said(index, given("s2", "m2", by="b"), "bsn-in-match")[1]["match"]
    assert match["betrokkene"][0]["instantieId"] == persons()[0].bsn
    clean = Index(begun=BEGUN)
    said(clean, given("s1", "m1", by="a"))
    assert persons()[0].bsn not in str(said(clean, given("s2", "m2", by="b"))[1])
