"""The simulated index as an R4 server: what is registered, changed and ended by a Bundle, and who hears of it."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from gateway.canonical.match import MatchStatus, Opvolging
from gateway.canonical.order import Amend, Done, End, FollowUp, Lead, Order, Person, Refused, Withdraw
from gateway.canonical.signal import Geslacht
from gateway.canonical.terms import Equivalence, Meaning
from gateway.simulator.server import Simulator
from tests.simulator.fhir_index.gateway import UNTIL, Gateway, contact, counted, register
from tests.simulator.wire import REGISTERED


class TestRegistering:
    def test_it_is_created_and_says_where_it_stands(self, noord: Gateway) -> None:
        told = noord.answer(register())
        assert (told["http"], told["type"]) == (200, "transaction-response")
        created, matches = told["entry"]
        assert created["response"]["status"] == "201 Created"
        assert created["response"]["location"].startswith("Flag/")
        assert (matches["response"]["status"], matches["resource"]["type"]) == ("200 OK", "searchset")

    def test_its_matches_come_with_it_and_reach_the_other_by_number(self, noord: Gateway, zuid: Gateway) -> None:
        word = Meaning(axis="urgentie", word="spoed", concept="direct", equivalence=Equivalence.WIDER, map="m@1")
        first = register(meanings=(word,))
        assert noord.done(first).news == ()
        second = register("wijkteam")
        (told,) = zuid.done(second).news
        assert (told.signaal_id, told.status) == (str(second.signaal_id), MatchStatus.ACTIEF)
        assert [one.instantie for one in told.content.betrokkenen] == ["Instantie school"]
        assert [(one.word, one.concept) for one in told.content.betekenissen] == [("spoed", "direct")]
        heard = noord.news()
        (other,) = heard.news
        assert (other.signaal_id, other.index_match_id) == (str(first.signaal_id), told.index_match_id)
        assert other.content.betrokkenen[0].telefoon == "06"
        assert (heard.cursor, heard.more, heard.dropped) == (1, False, 0)
        assert noord.news(1) == Done(cursor=1)

    def test_a_repeat_and_a_late_copy_give_no_double(self, noord: Gateway, index: Simulator) -> None:
        order = register()
        first, again = noord.answer(order), noord.answer(order)
        assert first == again
        copy = noord.answer(order.model_copy(update={"message_id": uuid4()}))
        assert copy["entry"][0]["response"]["status"] == "200 OK"
        assert copy["entry"][0]["response"]["location"] == first["entry"][0]["response"]["location"]
        assert counted(index) == ({"ACTIEF": 1}, 0)

    def test_a_late_copy_of_what_was_withdrawn_is_not_made_anew(self, noord: Gateway, index: Simulator) -> None:
        order = register()
        noord.done(order)
        noord.done(Withdraw(message_id=uuid4(), signaal_id=order.signaal_id))
        noord.done(order.model_copy(update={"message_id": uuid4()}))
        assert counted(index) == ({"VERNIETIGD": 1}, 0)

    def test_who_is_named_by_identifying_data_is_the_same(self, noord: Gateway, zuid: Gateway) -> None:
        row = next(one for one in REGISTERED if one["voorvoegsel"] and one["geslacht"] == "V")
        person = Person(
            familienaam=row["familienaam"], voorvoegsel=row["voorvoegsel"], voornamen=row["voornamen"],
            geboortedatum=row["geboortedatum"], geslacht=Geslacht.V, postcode=row["postcode"] or None,
            huisnummer=int(row["huisnummer"]) if row["huisnummer"] else None,
        )  # fmt: skip
        noord.done(register(person=Person(bsn=row["bsn"])))
        assert len(zuid.done(register("wijkteam", person=person)).news) == 1

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"person": Person(bsn="999999990")}, "IX-404"),
            ({"verwijderdatum": dt.date(2029, 1, 1)}, "IX-424"),
            ({"signaalcode": "LAAG"}, "IX-422"),
        ],
    )
    def test_what_it_refuses_changes_nothing(
        self, noord: Gateway, index: Simulator, changed: dict[str, Any], code: str
    ) -> None:
        order = register(**changed)
        told = noord.answer(order)
        assert told["resourceType"] == "OperationOutcome" and 400 <= told["http"] < 500
        assert noord.do(order) == Refused(code=code)
        assert counted(index) == ({}, 0)


class TestChanging:
    def test_another_contact_reaches_the_other(self, noord: Gateway, zuid: Gateway) -> None:
        order = register()
        noord.done(order)
        zuid.done(register("wijkteam"))
        amended = Amend(
            message_id=uuid4(), signaal_id=order.signaal_id, contact=contact(naam="B. Opvolger"), verwijderdatum=UNTIL
        )
        assert noord.done(amended).index_ref
        assert [one.naam for news in zuid.news().news for one in news.content.betrokkenen] == ["B. Opvolger"]

    def test_what_ends_lapses_and_what_is_withdrawn_must_be_removed(self, noord: Gateway, zuid: Gateway) -> None:
        first, second = register(), register("wijkteam")
        noord.done(first)
        zuid.done(second)
        end = End(message_id=uuid4(), signaal_id=first.signaal_id, datum_einde=dt.date(2026, 11, 21))
        assert noord.done(end).index_ref == noord.done(end.model_copy(update={"message_id": uuid4()})).index_ref
        (lapsed,) = zuid.news().news
        assert (lapsed.status, lapsed.verwijderen) == (MatchStatus.VERVALLEN, False), "a Task is as it is now"
        noord.done(Withdraw(message_id=uuid4(), signaal_id=first.signaal_id))
        (removed,) = zuid.news().news
        assert (removed.status, removed.verwijderen) == (MatchStatus.VERVALLEN, True)

    def test_what_became_of_a_match(self, noord: Gateway, zuid: Gateway, index: Simulator) -> None:
        noord.done(register())
        second = register("wijkteam")
        (news,) = zuid.done(second).news
        told = FollowUp(
            message_id=uuid4(),
            signaal_id=second.signaal_id,
            index_match_id=news.index_match_id,
            contact=Opvolging.CONTACT,
        )
        zuid.done(told)
        assert noord.do(told.model_copy(update={"message_id": uuid4()})) == Refused(code="IX-404"), "of another"

    @pytest.mark.parametrize("kind", [End, Withdraw, Lead, Amend])
    def test_what_is_not_there_is_not_changed(self, noord: Gateway, kind: type[Order]) -> None:
        said = {"message_id": uuid4(), "signaal_id": uuid4(), "datum_einde": UNTIL, "leidend": True}
        said |= {"contact": contact(), "verwijderdatum": UNTIL}
        order = kind.model_validate({name: value for name, value in said.items() if name in kind.model_fields})
        assert noord.do(order) == Refused(code="IX-404")
