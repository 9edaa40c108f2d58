"""What a ketenregister answers, what of it is no answer, and what of its notices a receiver may be told."""

import datetime as dt

import pytest

from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.canonical.match import Betrokkene, MatchSoort, MatchStatus
from gateway.canonical.order import Done, Ended, Held, IndexCapabilities, Order, Outcome, Refused, Retry
from gateway.canonical.receipt import Status
from gateway.rules import withheld
from gateway.wire.message import WireRequest
from tests.contract.dialects import CURSORS, NO_DURATIONS, UNCORRELATED, UNREADABLE
from tests.contract.ketenregister_stijl.said import (
    ANSWERS,
    EVERY,
    REGISTER,
    answer,
    bevestiging,
    capaciteiten,
    client,
    contact,
    element,
    fault,
    fout,
    match,
    medewerker,
    opgezocht,
    own,
    page,
    soap,
    vastgelegd,
)
from tests.contract.orders import AMEND, CAPABILITIES, EARLIER, END, INSPECT, MESSAGE, MOMENT, POLL, SIGNAL


class TestAnswers:
    @EVERY
    def test_every_order_has_its_answer(self, index: KetenregisterStijl, name: str, order: Order) -> None:
        expected = {
            "berichten": Done(cursor=9, more=True),
            "capaciteiten": IndexCapabilities(processing_time=dt.timedelta(seconds=90)),
        }.get(name, Done(index_ref="r-5"))
        got = answer(index, order, ANSWERS[name])
        assert isinstance(got, Held) if name == "opzoeken" else got == expected

    @EVERY
    def test_an_answer_to_another_question_is_no_answer(
        self, index: KetenregisterStijl, name: str, order: Order
    ) -> None:
        kinds = {body.split(" ")[0] for body in (ANSWERS[name], client(), medewerker())}
        others = [body for body in ANSWERS.values() if body.split(" ")[0] not in kinds]
        assert {answer(index, order, body) for body in others} == {UNREADABLE}

    @EVERY
    @pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 404, 500, 502, 504])
    def test_an_answer_counts_with_http_200_only(
        self, index: KetenregisterStijl, name: str, order: Order, status: int
    ) -> None:
        assert answer(index, order, ANSWERS[name], status) == UNREADABLE

    @pytest.mark.parametrize(
        "body",
        [
            vastgelegd(about=EARLIER), vastgelegd(about=f"{MESSAGE}.client"), vastgelegd(about=f" {MESSAGE}"),
            vastgelegd(reference=EARLIER), client(about=MESSAGE), client(about=f"{EARLIER}.client"),
            client(reference=EARLIER), medewerker(about=f"{MESSAGE}.client"), medewerker(about=MESSAGE),
        ],
    )  # fmt: skip
    def test_an_answer_names_our_message_and_our_reference(self, index: KetenregisterStijl, body: str) -> None:
        assert answer(index, REGISTER, body) == UNCORRELATED

    @pytest.mark.parametrize(
        ("order", "body"),
        [
            (REGISTER, medewerker(who="")), (AMEND, medewerker()), (AMEND, client()), (END, client()),
            (END, medewerker()), (POLL, medewerker()), (REGISTER, client("")), (REGISTER, client("c" * 41)),
            (REGISTER, client("c 1")), (REGISTER, client("c\u202e1")), (REGISTER, client("<b/>")),
            (REGISTER, medewerker("999.990.019")), (REGISTER, vastgelegd("r\n5")),
            (REGISTER, bevestiging()), (AMEND, vastgelegd()),
        ],
    )  # fmt: skip
    def test_a_number_that_is_none_leads_nowhere(self, index: KetenregisterStijl, order: Order, body: str) -> None:
        assert answer(index, order, body) == UNREADABLE

    @EVERY
    @pytest.mark.parametrize("status", [200, 400, 500, 503])
    def test_a_fault_is_the_index_speaking(
        self, index: KetenregisterStijl, name: str, order: Order, status: int
    ) -> None:
        refused, again = (answer(index, order, fault(fout(herhaalbaar=h)), status) for h in ("false", "true"))
        assert (refused, again) == (Refused(code="IX-7"), Retry(reason="IX-7"))

    @pytest.mark.parametrize(
        ("detail", "expected"),
        [
            (fout(about=None), Refused(code="IX-7")),
            (fout(about=f"{MESSAGE}.client"), Refused(code="IX-7")),
            (fout(about=f"{MESSAGE}.medewerker", herhaalbaar="1"), Retry(reason="IX-7")),
            (fout(about=f"{MESSAGE}.anders"), UNCORRELATED),
            (fout(about=EARLIER), UNCORRELATED),
            (fout(code="Jan Jansen"), Refused(code="ONLEESBAAR")),
            (fout(code="é", herhaalbaar="1"), Retry(reason="ONLEESBAAR")),
            (fout(code="x" * 36), UNREADABLE),
            (fout(herhaalbaar="misschien"), UNREADABLE),
            (element("onbekendeFout", ""), UNREADABLE),
            ("", UNREADABLE),
        ],
    )
    def test_faults(self, index: KetenregisterStijl, detail: str, expected: Outcome) -> None:
        assert answer(index, REGISTER, fault(detail), 500) == expected

    @EVERY
    @pytest.mark.parametrize("body", [b"", b"<html><body>Bad Gateway", b"\x00\xff", b"<a/>", b"{}"])
    @pytest.mark.parametrize("status", [200, 302, 404, 429, 500, 502, 503, 504])
    def test_what_is_no_soap_is_unknown_unless_something_in_front_was_busy(
        self, index: KetenregisterStijl, name: str, order: Order, body: bytes, status: int
    ) -> None:
        expected = Retry(reason=f"http-{status}") if status in (429, 503) else UNREADABLE
        assert answer(index, order, body, status) == expected

    @pytest.mark.parametrize(
        "body",
        [
            soap(vastgelegd()).replace(b"stijl:1", b"stijl:2"),
            soap(vastgelegd()).replace(b"soap/envelope/", b"soap/enveloppe/"),
            b"<!DOCTYPE x>" + soap(vastgelegd()),
            b'<!DOCTYPE x [<!ENTITY e "r">]>' + soap(vastgelegd()).replace(b"r-5", b"&e;"),
            soap(vastgelegd())[:-9],
            soap(vastgelegd() + vastgelegd()),
            soap(vastgelegd().replace("2028-03-01", "morgen")),
            soap(vastgelegd().replace("<status>", "<geheim/><status>")),
            soap(vastgelegd(stood="misschien")),
        ],
    )
    def test_a_registration_without_a_readable_answer_is_unknown(self, index: KetenregisterStijl, body: bytes) -> None:
        assert answer(index, REGISTER, body) == UNREADABLE

    def test_what_stood_there_already_is_registered(self, index: KetenregisterStijl) -> None:
        assert answer(index, REGISTER, vastgelegd(stood="true")) == Done(index_ref="r-5")

    def test_no_answer_sends_a_number_further_than_it_may(self, index: KetenregisterStijl) -> None:
        told = answer(index, REGISTER, medewerker("m-2", "<clientnummer>c-2</clientnummer>"))
        assert isinstance(told, WireRequest)
        assert b"c-2" in told.body and b"m-2" in told.body
        assert b"999990019" not in told.body

    @NO_DURATIONS
    def test_a_processing_time_that_cannot_be_is_unreadable(self, index: KetenregisterStijl, duration: str) -> None:
        assert answer(index, CAPABILITIES, capaciteiten(duration)) == UNREADABLE

    def test_capabilities_are_told_by_their_own_names(self, index: KetenregisterStijl) -> None:
        told = answer(index, CAPABILITIES, capaciteiten("PT1S", "mailt", "opzoeken", "landelijkUit", "wijzigen"))
        assert told == IndexCapabilities(
            mails=True, opvragen=True, landelijk_uit=True, wijzigen=True, processing_time=dt.timedelta(seconds=1)
        )


class TestNotices:
    def test_a_match_is_cut_to_the_dictionary(self, index: KetenregisterStijl) -> None:
        outcome = answer(index, POLL, page(match("m1", contact())))
        assert isinstance(outcome, Done)
        (news,) = outcome.news
        assert (news.soort, news.status, news.signaal_id) == (MatchSoort.CLIENTMATCH, MatchStatus.ACTIEF, str(SIGNAL))
        assert news.ontstaan_op == dt.datetime(2026, 2, 28, 11, tzinfo=dt.UTC)
        assert news.content.betrokkenen == (
            Betrokkene(naam="J. Jansen", functie="wijkteam", instantie="Wijkteam", telefoon="06"),
        )
        assert (news.content.betekenissen, news.verwijderen, news.regie, outcome.dropped) == ((), False, None, 0)

    @pytest.mark.parametrize(
        ("soort", "other", "told"),
        [
            ("ZELFDE_CLIENT", "0", MatchSoort.CLIENTMATCH), ("ZELFDE_OUDER", "1", MatchSoort.GEZINSMATCH_OUDER),
            ("HISTORIE", "0", MatchSoort.HISTORISCH), ("VERHUIZING", "0", MatchSoort.VERHUIZING),
            ("ZELFDE_ADRES", "1", None), ("ZELFDE_CLIENT", "1", None), ("ZELFDE_OUDER", "0", None),
        ],
    )  # fmt: skip
    def test_each_kind_has_its_name_and_one_that_is_off_is_left_out(
        self, index: KetenregisterStijl, soort: str, other: str, told: MatchSoort | None
    ) -> None:
        outcome = answer(index, POLL, page(match(soort=soort, other=other)))
        assert isinstance(outcome, Done)
        assert [news.soort for news in outcome.news] == ([told] if told else [])
        assert outcome.dropped == (0 if told else 1)

    def test_what_lapsed_may_have_to_be_removed(self, index: KetenregisterStijl) -> None:
        remove = "<verwijderen>true</verwijderen>"
        outcome = answer(index, POLL, page(match(stand="VERVALLEN", remove=remove) + match("m2", stand="VERVALLEN")))
        assert isinstance(outcome, Done)
        assert [(news.status, news.verwijderen) for news in outcome.news] == [
            (MatchStatus.VERVALLEN, True), (MatchStatus.VERVALLEN, False),
        ]  # fmt: skip

    def test_a_bsn_in_a_text_is_passed_on_to_nobody(self, index: KetenregisterStijl) -> None:
        told = contact("J. Jansen", functie="<functie>kind 999 990&#10;019</functie>")
        outcome = answer(index, POLL, page(match("m1", told)))
        assert isinstance(outcome, Done)
        cut = withheld.told(outcome)
        assert isinstance(cut, Done)
        assert cut.withheld == 1
        assert "999990019" not in cut.model_dump_json().replace(" ", "")

    def test_texts_are_one_line_that_can_be_shown(self, index: KetenregisterStijl) -> None:
        naam = "Jan\n\tde&#13; \u202eVries\u2066\u200b &amp; &lt;Zoë&#x85;\u2028"
        outcome = answer(index, POLL, page(match(entries=contact(naam, functie="<functie> \u202e&#10; </functie>"))))
        assert isinstance(outcome, Done)
        (betrokkene,) = outcome.news[0].content.betrokkenen
        assert (betrokkene.naam, betrokkene.functie) == ("Jan de Vries & <Zoë", None)

    @pytest.mark.parametrize(
        "entry",
        [
            contact(naam=""), contact(naam=" &#10;\u202e"), contact(naam="x" * 201), contact(telefoon="0" * 36),
            contact(functie="<diagnose>geheim</diagnose>"), "<contactpersoon/>",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("remove", ["", "<verwijderen>false</verwijderen>"])
    def test_one_bad_entry_costs_itself_only(self, index: KetenregisterStijl, entry: str, remove: str) -> None:
        told = match("m1", contact()) + match("m2", contact() + entry + contact(), remove=remove) + match("m3")
        outcome = answer(index, POLL, page(told))
        assert isinstance(outcome, Done)
        assert [len(news.content.betrokkenen) for news in outcome.news] == [1, 2, 0]
        assert (outcome.dropped, outcome.cursor) == (1, 9)

    @pytest.mark.parametrize(
        "bad",
        [
            match("m2", soort="RUZIE"), match("m2", soort="CLIENTMATCH"), match(""), match("x" * 65), match("m\n2"),
            match("m2", moment="gisteren"), match("m2", moment="-2026-01-01T00:00:00Z"), match("m2", stand="ACTIEF"),
            match("m2", moment="0001-01-01T00:00:00+14:00"), match("m2", "<verhaal>geheim</verhaal>"),
            match("m2", "<aanduiding>spoed</aanduiding>"), "<matchbericht/>",
        ],
    )  # fmt: skip
    def test_one_bad_match_costs_itself_only(self, index: KetenregisterStijl, bad: str) -> None:
        outcome = answer(index, POLL, page(match("m1", contact()) + bad + match("m3", contact())))
        assert isinstance(outcome, Done)
        assert [news.index_match_id for news in outcome.news] == ["m1", "m3"]
        assert outcome.dropped == 1

    def test_more_matches_than_fit_one_answer_are_no_answer(self, index: KetenregisterStijl) -> None:
        assert answer(index, POLL, page(match() * 201)) == UNREADABLE
        assert answer(index, POLL, page(match(soort="RUZIE") * 200)) == Done(cursor=9, more=True, dropped=200)

    @CURSORS
    def test_the_cursor_only_goes_forward(
        self, index: KetenregisterStijl, cursor: str, meer: str, expected: Outcome
    ) -> None:
        assert answer(index, POLL, page(cursor=cursor, meer=meer)) == expected

    def test_what_the_index_destroyed_by_itself_is_told_with_its_reason(self, index: KetenregisterStijl) -> None:
        told = f"<vernietigd>{own()}<reden>OVERLEDEN</reden></vernietigd>"
        outcome = answer(index, POLL, page(told))
        assert isinstance(outcome, Done)
        assert outcome.ended == (Ended(signaal_id=str(SIGNAL), reason="OVERLEDEN"),)
        assert answer(index, POLL, page(told.replace("OVERLEDEN", "ANDERS"))) == UNREADABLE


def test_what_stands_under_a_reference(index: KetenregisterStijl) -> None:
    outcome = answer(index, INSPECT, opgezocht("ACTIEF", "VERNIETIGD"))
    assert isinstance(outcome, Held)
    active, gone = outcome.standing
    assert (active.status, active.datum_tijd_melding, active.leidend) == (Status.ACTIEF, MOMENT, True)
    assert active.contact is not None
    assert (active.contact.naam, active.contact.telefoon, active.contact.instantie_id) == ("J. Jansen", "06", "i9")
    assert (gone.status, gone.contact, gone.datum_tijd_melding) == (Status.VERNIETIGD, None, None)
    assert answer(index, INSPECT, opgezocht()) == Held(standing=())
