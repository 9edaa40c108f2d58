"""What an index that speaks waakvlam answers, what of it is no answer, and how an order is said within its limits."""

import datetime as dt

import pytest
from lxml import etree

from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.adapters.indexes.waakvlam_words import contact
from gateway.canonical.order import Done, Held, IndexCapabilities, Order, Outcome, Refused, Retry, Unknown
from gateway.canonical.receipt import Status
from gateway.rules.switching import compared
from tests.contract.dialects import UNCORRELATED, UNREADABLE
from tests.contract.waakvlam.said import (
    AMEND,
    CAPABILITIES,
    CONVERSATIONS,
    END,
    EVERY,
    INSPECT,
    LEAD,
    MOMENT,
    NUMBER,
    OTHER,
    POLL,
    REGISTER,
    SHADOW,
    SIGNAL,
    WITHDRAW,
    Conversation,
    ability,
    closed,
    come_to,
    consulted,
    denied,
    element,
    fault,
    misplaced,
    outage,
    placed,
    revised,
    ruling,
    said,
    shown,
    soap,
    taken,
    vermelding,
)

STANDS = Done(index_ref=NUMBER)


@EVERY
def test_every_order_has_its_answer(index: Waakvlam, name: str, order: Order) -> None:
    outcome = come_to(index, order, *CONVERSATIONS[name])
    match name:
        case "raadplegen":
            assert isinstance(outcome, Held)
        case "aansluiting":
            assert isinstance(outcome, IndexCapabilities)
        case "leidend":
            assert outcome == Done()
        case "post":
            assert isinstance(outcome, Done) and outcome.cursor == 9
        case _:
            assert outcome == STANDS


@EVERY
def test_an_answer_to_another_question_is_no_answer(index: Waakvlam, name: str, order: Order) -> None:
    mine = CONVERSATIONS[name][0].split(" ")[0]
    others = [talk[0] for talk in CONVERSATIONS.values() if talk[0].split(" ")[0] != mine]
    assert {come_to(index, order, body) for body in others} == {UNREADABLE}


@EVERY
@pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 404, 500, 502, 504])
def test_an_answer_counts_with_http_200_only(index: Waakvlam, name: str, order: Order, status: int) -> None:
    assert come_to(index, order, CONVERSATIONS[name][0], status=status) == UNREADABLE


@pytest.mark.parametrize(
    ("order", "bodies"),
    [
        (REGISTER, [placed(reference=OTHER)]),
        (REGISTER, [placed("40", reference=OTHER)]),
        (END, [consulted(told=vermelding(reference=OTHER))]),
        (END, [consulted(), closed(told=vermelding(number="2026-BBB-00001"))]),
        (AMEND, [consulted(), revised(told=vermelding(reference=OTHER))]),
        (INSPECT, [shown(), consulted(told=vermelding(reference=OTHER))]),
    ],
)
def test_an_answer_is_about_our_reference_and_the_number_that_goes_with_it(
    index: Waakvlam, order: Order, bodies: list[str]
) -> None:
    assert come_to(index, order, *bodies) == UNCORRELATED


@pytest.mark.parametrize(
    "body",
    [
        soap(placed()).replace(b"/2026/1", b"/2026/2"),
        soap(placed()).replace(b"2003/05/soap-envelope", b"2003/05/soap-enveloppe"),
        soap(placed()).replace(b"http://www.w3.org/2003/05/soap-envelope", b"http://schemas.xmlsoap.org/soap/envelope/"),
        b"<!DOCTYPE x>" + soap(placed()),
        b'<!DOCTYPE x [<!ENTITY e "2">]>' + soap(placed()).replace(b"2026-KTR", b"&e;026-KTR"),
        soap(placed())[:-9],
        soap(placed() + placed()),
        soap(ruling("PlaatsVermelding", "00")),
        soap(placed("0")), soap(placed("000")), soap(placed("é0")),
        soap(placed(stand="SLAPEND")),
        soap(placed(number="2026-AEI-00417")), soap(placed(number="2026-KTR-00417\n")),
        soap(placed()).replace(b"<nummer>", b"<geheim/><nummer>"),
        soap(placed()).replace(b"<e:Body>", b'<e:Header><x e:mustUnderstand="true"/></e:Header><e:Body>'),
    ],
)  # fmt: skip
def test_a_registration_without_a_readable_answer_is_unknown(index: Waakvlam, body: bytes) -> None:
    assert come_to(index, REGISTER, body) == UNREADABLE


@EVERY
@pytest.mark.parametrize("body", [b"", b"<html><body>Bad Gateway", b"\x00\xff", b"<a/>", b"{}"])
@pytest.mark.parametrize("status", [200, 302, 404, 429, 500, 502, 503, 504])
def test_what_is_no_soap_is_unknown_unless_something_in_front_was_busy(
    index: Waakvlam, name: str, order: Order, body: bytes, status: int
) -> None:
    expected = Retry(reason=f"http-{status}") if status in (429, 503) else UNREADABLE
    assert come_to(index, order, body, status=status) == expected


@EVERY
@pytest.mark.parametrize("status", [200, 400, 500, 503])
def test_a_fault_is_the_index_speaking(index: Waakvlam, name: str, order: Order, status: int) -> None:
    malformed = fault("BerichtFout", "<plek>/PlaatsVermelding</plek><melding>999990019</melding>")
    assert come_to(index, order, outage(), status=status) == Retry(reason="DRUKTE")
    assert come_to(index, order, malformed, status=status) == Refused(code="BerichtFout")


@EVERY
@pytest.mark.parametrize(
    "body",
    [
        outage("RUZIE"), denied("ZOMAAR"), fault("ToegangFout", ""), fault("OnbekendeFout", ""),
        fault("StoringFout", "<aard>DRUKTE</aard>"), misplaced("ZAK_KWIJT"),
        soap(fault("x", "")).decode().replace("<e:Detail><x", "<e:Detail/><x"),
    ],
)  # fmt: skip
def test_a_fault_that_is_none_of_the_contract_is_unknown(index: Waakvlam, name: str, order: Order, body: str) -> None:
    assert come_to(index, order, body, status=500) == UNREADABLE


@pytest.mark.parametrize("reason", ["NIET_NAMENS", "NAMENS_ONTBREEKT"])
def test_for_whom_we_may_not_act_waits_and_is_written_anew(index: Waakvlam, reason: str) -> None:
    talk = Conversation(index, REGISTER)
    assert talk.told(denied(reason), denied(reason)) == Retry(reason=reason)
    assert talk.operations == ["PlaatsVermelding"] * 2


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("00", STANDS), ("01", STANDS), ("02", STANDS), ("90", Retry(reason="90")), ("99", Retry(reason="99")),
        ("20", Refused(code="20")), ("40", Refused(code="40")), ("41", Refused(code="41")),
        ("50", Refused(code="50")), ("77", Refused(code="77")), ("10", Refused(code="10")),
    ],
)  # fmt: skip
def test_codes_of_a_registration(index: Waakvlam, code: str, expected: Outcome) -> None:
    assert come_to(index, REGISTER, placed(code)) == expected


@pytest.mark.parametrize(
    ("order", "bodies", "expected"),
    [
        (END, [consulted("10", "")], Refused(code="10")),
        (END, [consulted("90", "")], Retry(reason="90")),
        (END, [consulted(), closed("01")], STANDS),
        (END, [consulted(), closed("12", vermelding("GEWIST"))], Refused(code="12")),
        (WITHDRAW, [consulted(told=vermelding("RUSTEND")), closed("00", vermelding("GEWIST"))], STANDS),
        (AMEND, [consulted(told=vermelding("RUSTEND")), revised("11")], Refused(code="11")),
        (AMEND, [consulted(), revised("50", "")], Refused(code="50")),
        (AMEND, [consulted(), revised("01")], STANDS),
    ],
)
def test_codes_of_a_change(index: Waakvlam, order: Order, bodies: list[str], expected: Outcome) -> None:
    assert come_to(index, order, *bodies) == expected


class TestWithinLimits:
    def test_a_day_that_is_too_late_becomes_the_last_that_is_allowed(self, index: Waakvlam) -> None:
        talk = Conversation(index, REGISTER)
        outcome = talk.told(ruling("PlaatsVermelding", "31", limit="20270509"), placed(until="20270509"))
        assert outcome == STANDS
        days = [said(request, "//w:uiterlijkeDag/text()") for request in talk.asked]
        assert days == [["20280301"], ["20270509"]]

    def test_so_does_that_of_a_change(self, index: Waakvlam) -> None:
        talk = Conversation(index, AMEND)
        assert talk.told(consulted(), revised("31", limit="20270509"), revised()) == STANDS
        assert said(talk.asked[-1], "//w:uiterlijkeDag/text()") == ["20270509"]
        assert said(talk.asked[-1], "//w:nummer/text()") == [NUMBER]

    @pytest.mark.parametrize("limit", ["", "20280301", "20290101"])
    def test_never_a_later_day(self, index: Waakvlam, limit: str) -> None:
        assert come_to(index, REGISTER, ruling("PlaatsVermelding", "31", limit=limit)) == Refused(code="31")

    @pytest.mark.parametrize("limit", ["20270231", "morgen", "2027-05-09", "2027W101"])
    def test_a_limit_that_is_no_day_is_no_answer(self, index: Waakvlam, limit: str) -> None:
        assert come_to(index, REGISTER, ruling("PlaatsVermelding", "31", limit=limit)) == UNREADABLE

    def test_no_more_than_once(self, index: Waakvlam) -> None:
        first, second = (ruling("PlaatsVermelding", "31", limit=day) for day in ("20270509", "20270508"))
        assert come_to(index, REGISTER, first, second) == Refused(code="31")

    def test_a_moment_too_long_ago_becomes_that_of_the_index(self, index: Waakvlam) -> None:
        talk = Conversation(index, REGISTER)
        assert talk.told(ruling("PlaatsVermelding", "32"), placed()) == STANDS
        assert [len(said(request, "//w:meldmoment")) for request in talk.asked] == [1, 0]
        assert said(talk.asked[-1], "//w:uiterlijkeDag/text()") == ["20280301"]
        again = ruling("PlaatsVermelding", "32")
        assert come_to(index, REGISTER, again, again) == Refused(code="32")

    def test_not_of_what_is_taken_over(self, index: Waakvlam) -> None:
        assert come_to(index, SHADOW, taken("32", "")) == Refused(code="32")

    @pytest.mark.parametrize(
        ("order", "refusal", "code"), [(REGISTER, placed("61"), "61"), (SHADOW, taken("60", ""), "60")]
    )
    def test_who_leads_may_have_changed_since_an_earlier_attempt(
        self, index: Waakvlam, order: Order, refusal: str, code: str
    ) -> None:
        talk = Conversation(index, order)
        assert talk.told(refusal, consulted()) == STANDS
        assert talk.operations[-1] == "RaadpleegVermelding"
        assert come_to(index, order, refusal, consulted("10", "")) == Retry(reason=code)
        gone = consulted(told=vermelding("GEWIST"))
        assert come_to(index, order, refusal, gone) == Refused(code="41")

    def test_the_longest_way_is_five_messages(self, index: Waakvlam) -> None:
        talk = Conversation(index, REGISTER)
        talk.told(
            denied("BEWIJS_VERLOPEN"),
            element("OpenLoketAntwoord", f"<toegangsbewijs>{'A' * 32}</toegangsbewijs>"
                    "<geldigTot>20260301110000+0100</geldigTot>"),
            ruling("PlaatsVermelding", "31", limit="20270509"),
            ruling("PlaatsVermelding", "32"),
        )  # fmt: skip
        assert len(talk.asked) == 5
        assert said(talk.asked[-1], "//w:uiterlijkeDag/text()") == ["20270509"]
        assert talk.told(placed()) == STANDS


class TestLeading:
    @pytest.mark.parametrize(
        ("leads", "wanted", "expected"),
        [
            ("WIJ", True, Done()), ("ANDER", False, Done()), ("ANDER", True, Retry(reason="LEIDEND")),
            ("WIJ", False, Retry(reason="LEIDEND")),
        ],
    )  # fmt: skip
    def test_who_leads_is_looked_at_until_it_is_so(
        self, index: Waakvlam, leads: str, wanted: bool, expected: Outcome
    ) -> None:
        assert come_to(index, LEAD.model_copy(update={"leidend": wanted}), shown(leads)) == expected

    def test_of_whom_the_index_does_not_know_nothing_is_so(self, index: Waakvlam) -> None:
        for order in (LEAD, INSPECT):
            assert come_to(index, order, shown(party="WV-0001")) == Retry(reason="NIET_NAMENS")


class TestInspecting:
    @pytest.mark.parametrize("telefoon", ["030-123 45 67", "toestel 12", "+31301234567", None])
    def test_what_is_written_otherwise_there_is_no_difference(self, index: Waakvlam, telefoon: str | None) -> None:
        """A number as the contract writes it, whole seconds, the index's own name of the organisation."""
        who = REGISTER.contact.model_copy(update={"telefoon": telefoon, "email": "j.jansen@ggd.example"})
        given = REGISTER.model_copy(update={"contact": who, "verwijderdatum": dt.date(2028, 3, 1)})
        there = etree.tostring(contact(who)).decode()
        held = come_to(index, INSPECT, shown(), consulted(told=vermelding(more=there)))
        assert isinstance(held, Held)
        assert compared(held, index.as_kept(given), Status.ACTIEF) == "gelijk"
        swapped = given.model_copy(update={"contact": who.model_copy(update={"naam": "A. Nders"})})
        assert compared(held, index.as_kept(swapped), Status.ACTIEF) == "contact"

    def test_what_stands_under_our_reference(self, index: Waakvlam) -> None:
        outcome = come_to(index, INSPECT, shown("ANDER"), consulted())
        assert isinstance(outcome, Held)
        (one,) = outcome.standing
        assert (one.status, one.leidend, one.verwijderdatum) == (Status.ACTIEF, False, dt.date(2028, 3, 1))
        assert one.datum_tijd_melding == MOMENT.replace(microsecond=0)
        assert one.contact is not None
        assert (one.contact.naam, one.contact.functie, one.contact.instantie_id) == ("J. Jansen", None, "inst-1")

    @pytest.mark.parametrize(("stand", "status"), [("RUSTEND", Status.ARCHIEF), ("GEWIST", Status.VERNIETIGD)])
    def test_also_when_it_is_no_more(self, index: Waakvlam, stand: str, status: Status) -> None:
        outcome = come_to(index, INSPECT, shown(), consulted(told=vermelding(stand)))
        assert isinstance(outcome, Held)
        assert (outcome.standing[0].status, outcome.standing[0].contact) == (status, None)

    def test_nothing_is_nothing(self, index: Waakvlam) -> None:
        assert come_to(index, INSPECT, shown(), consulted("10", "")) == Held(standing=())


def test_what_the_index_can_is_what_it_says_and_what_the_contract_settles(index: Waakvlam) -> None:
    settled = IndexCapabilities(ketenregistratie=True, mails=True, wijzigen=True, processing_time=dt.timedelta())
    assert come_to(index, CAPABILITIES, shown()) == settled
    assert come_to(index, CAPABILITIES, shown(abilities=ability("STIL_OVERNEMEN"))) == settled
    all_of_it = ability("OVERNEMEN", "STIL_OVERNEMEN", "RAADPLEGEN_OP_KENMERK", "IETS_NIEUWS")
    whole = {"opvragen": True, "overnemen": True, "stil": True, "landelijk_uit": True}
    assert come_to(index, CAPABILITIES, shown(abilities=all_of_it)) == settled.model_copy(update=whole)


def test_a_bag_that_was_never_given_out_is_a_number_that_went_back(index: Waakvlam) -> None:
    assert come_to(index, POLL, misplaced("ZAK_ONBEKEND"), status=400) == Unknown(reason="volgnummer")
    assert come_to(index, REGISTER, misplaced("ZAK_ONBEKEND"), status=400) == UNREADABLE
    assert str(SIGNAL) not in repr(come_to(index, REGISTER, placed()))
