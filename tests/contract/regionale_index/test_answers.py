"""What a regional index answers, and what of it is no answer."""

import datetime as dt

import pytest

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import Done, Held, IndexCapabilities, NotFound, Order, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Status
from tests.contract.dialects import CURSORS, NO_DURATIONS, UNCORRELATED, UNREADABLE
from tests.contract.orders import ASK, CAPABILITIES, EARLIER, INSPECT, MESSAGE, MOMENT, POLL, REGISTER
from tests.contract.regionale_index.said import (
    ANSWERS,
    ORDERS,
    TAKEN,
    afgeven,
    answer,
    bevestiging,
    capaciteiten,
    contact,
    element,
    fault,
    found,
    fout,
    kop,
    match,
    opgevraagd,
    page,
    soap,
)


class TestAnswers:
    @ORDERS
    def test_every_order_has_its_answer(self, index: RegionaleIndex, name: str, order: Order) -> None:
        expected = {
            "regieVastleggen": Done(regie=TAKEN),
            "matchesOpvragen": Done(cursor=9, more=True),
            "capaciteiten": IndexCapabilities(
                ketenregistratie=True, axes=frozenset({"urgentie"}), processing_time=dt.timedelta(seconds=90)
            ),
        }.get(name, Done(index_ref="ix-5"))
        got = answer(index, order, ANSWERS[name])
        assert isinstance(got, Held) if name == "signaalOpvragen" else got == expected

    @ORDERS
    def test_an_answer_to_another_question_is_no_answer(self, index: RegionaleIndex, name: str, order: Order) -> None:
        others = [body for body in ANSWERS.values() if body != ANSWERS[name]]
        assert {answer(index, order, body) for body in others} == {UNREADABLE}

    @ORDERS
    @pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 404, 500, 502, 504])
    def test_an_answer_counts_with_http_200_only(
        self, index: RegionaleIndex, name: str, order: Order, status: int
    ) -> None:
        assert answer(index, order, ANSWERS[name], status) == UNREADABLE

    @pytest.mark.parametrize(
        ("head", "relates_to", "taken"),
        [
            (kop(), MESSAGE, True), (kop(None), MESSAGE, True), (kop(), None, True), (kop(None), None, False),
            (kop(EARLIER), MESSAGE, False), (kop(), EARLIER, False), (kop(), f"{MESSAGE}0", False),
        ],
    )  # fmt: skip
    def test_an_answer_must_say_whose_it_is(
        self, index: RegionaleIndex, head: str, relates_to: object, taken: bool
    ) -> None:
        outcome = answer(index, REGISTER, soap(afgeven(head=head), relates_to))
        assert outcome == (Done(index_ref="ix-5") if taken else UNCORRELATED)

    @ORDERS
    @pytest.mark.parametrize("status", [200, 400, 500, 503])
    def test_a_fault_is_the_index_speaking(self, index: RegionaleIndex, name: str, order: Order, status: int) -> None:
        refused, again = (answer(index, order, fault(fout(herhaalbaar=h)), status) for h in ("false", "true"))
        if order is ASK:
            assert refused == again == Unknown(reason="navraag")
        else:
            assert (refused, again) == (Refused(code="IX-7"), Retry(reason="IX-7"))

    @pytest.mark.parametrize(
        ("detail", "relates_to", "expected"),
        [
            (fout(about=None), None, Refused(code="IX-7")),
            (fout(about=EARLIER), MESSAGE, UNCORRELATED),
            (fout(), EARLIER, UNCORRELATED),
            (fout(code="Jan Jansen"), MESSAGE, Refused(code="ONLEESBAAR")),
            (fout(code="é"), MESSAGE, Refused(code="ONLEESBAAR")),
            (fout(code="é", herhaalbaar="1"), MESSAGE, Retry(reason="ONLEESBAAR")),
            (fout(code="x" * 36), MESSAGE, UNREADABLE),
            (fout(herhaalbaar="misschien"), MESSAGE, UNREADABLE),
            (element("onbekendeFout", ""), MESSAGE, UNREADABLE),
            ("", MESSAGE, UNREADABLE),
        ],
    )
    def test_faults(self, index: RegionaleIndex, detail: str, relates_to: object, expected: Outcome) -> None:
        assert answer(index, REGISTER, soap(fault(detail), relates_to), 500) == expected

    @ORDERS
    @pytest.mark.parametrize("body", [b"", b"<html><body>Bad Gateway", b"\x00\xff", b"<a/>", b"{}"])
    @pytest.mark.parametrize("status", [200, 204, 302, 401, 404, 429, 500, 502, 503, 504])
    def test_what_is_no_soap_is_unknown_unless_something_in_front_was_busy(
        self, index: RegionaleIndex, name: str, order: Order, body: bytes, status: int
    ) -> None:
        busy = status in (429, 503) and order is not ASK
        expected = Retry(reason=f"http-{status}") if busy else UNREADABLE
        assert answer(index, order, body, status) == expected

    @pytest.mark.parametrize(
        "body",
        [
            soap(afgeven()).replace(b"regionale-index:1", b"regionale-index:2"),
            soap(afgeven()).replace(b"soap/envelope/", b"soap/enveloppe/"),
            b"<!DOCTYPE x>" + soap(afgeven()),
            b'<!DOCTYPE x [<!ENTITY e "ix">]>' + soap(afgeven()).replace(b"ix-5", b"&e;"),
            soap(afgeven())[:-9],
            soap(afgeven() + afgeven()),
            soap(afgeven().replace("ix-5", "")),
            soap(afgeven().replace("ix-5", "ix\n5")),
            soap(afgeven().replace("ix-5", "ix\u202e5")),
            soap(afgeven().replace("2028-03-01", "morgen")),
            soap(afgeven("<geheim/>")),
            soap(afgeven(match()).replace("2028-03-01", "morgen")),
            soap(afgeven(match() + "<geheim/>")),
            soap(afgeven(match() * 201)),
        ],
    )
    def test_a_registration_without_a_readable_answer_is_unknown(self, index: RegionaleIndex, body: bytes) -> None:
        assert answer(index, REGISTER, body) == UNREADABLE

    @CURSORS
    def test_the_cursor_only_goes_forward(
        self, index: RegionaleIndex, cursor: str, meer: str, expected: Outcome
    ) -> None:
        assert answer(index, POLL, page(cursor=cursor, meer=meer)) == expected

    @NO_DURATIONS
    def test_a_processing_time_that_cannot_be_is_unreadable(self, index: RegionaleIndex, duration: str) -> None:
        assert answer(index, CAPABILITIES, capaciteiten(duration)) == UNREADABLE


class TestEarlierMessages:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (found(gevonden="false"), NotFound()),
            (found(gevonden="0"), NotFound()),
            (found(), Unknown(reason="in-behandeling")),
            (found(afgeven(head=kop(EARLIER))), Done(index_ref="ix-5")),
            (found(afgeven(head=kop(None))), Done(index_ref="ix-5")),
            (found(bevestiging(kop(EARLIER))), Done(index_ref="ix-5")),
            (found(fout(about=EARLIER)), Refused(code="IX-7")),
            (found(fout(about=EARLIER, herhaalbaar="true")), Retry(reason="IX-7")),
            (found(fout(about=None)), Refused(code="IX-7")),
            (found(fout(about=MESSAGE)), UNCORRELATED),
            (found(afgeven()), UNCORRELATED),
            (found(bevestiging(kop(EARLIER)), gevonden="false"), UNREADABLE),
        ],
    )
    def test_what_became_of_it(self, index: RegionaleIndex, body: str, expected: Outcome) -> None:
        assert answer(index, ASK, body) == expected

    def test_its_matches_come_with_it(self, index: RegionaleIndex) -> None:
        told = match("m1", contact()) + match("m2", contact(naam="x" * 201)) + match("m3", soort="RUZIE")
        outcome = answer(index, ASK, found(afgeven(told, kop(EARLIER))))
        assert isinstance(outcome, Done)
        assert [(news.index_match_id, len(news.content.betrokkenen)) for news in outcome.news] == [("m1", 1), ("m2", 0)]
        assert outcome.dropped == 2


def test_what_stands_under_a_reference(index: RegionaleIndex) -> None:
    outcome = answer(index, INSPECT, opgevraagd("ACTIEF", "VERNIETIGD"))
    assert isinstance(outcome, Held)
    active, gone = outcome.standing
    assert (active.status, active.datum_tijd_melding, active.leidend) == (Status.ACTIEF, MOMENT, True)
    assert active.contact is not None
    assert (active.contact.naam, active.contact.telefoon) == ("J. Jansen", "06")
    assert (gone.status, gone.contact, gone.datum_tijd_melding) == (Status.VERNIETIGD, None, None)


def test_nothing_under_a_reference_is_an_answer_too(index: RegionaleIndex) -> None:
    nothing = element("signaalOpvragenAntwoord", kop())
    assert answer(index, INSPECT, nothing) == Held(standing=())
