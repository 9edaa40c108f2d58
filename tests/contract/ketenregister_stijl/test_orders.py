"""What the gateway asks of a ketenregister, message by message."""

import datetime as dt
import re

import pytest

from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.canonical.order import Order, Person, Poll, Signaalcode, Unknown
from gateway.canonical.signal import Geslacht, Soort
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest
from tests.contract.dialects import is_our_own_fault
from tests.contract.ketenregister_stijl.said import (
    DECLARED,
    EVERY,
    KETEN,
    RECEIVER,
    REGISTER,
    SENDER,
    answer,
    client,
    going_on,
    medewerker,
    operation,
    register,
    said,
)
from tests.contract.orders import (
    AMEND,
    ARRANGE,
    ASK,
    CAPABILITIES,
    CONTACT,
    END,
    FOLLOW_UP,
    INSPECT,
    LEAD,
    MESSAGE,
    MOMENT,
    NASTY,
    POLL,
    PULSE,
    SIGNAL,
    WITHDRAW,
)

BUSINESS = "//s:Body/*/*[not(self::k:kop)]/text()"


def every(index: KetenregisterStijl, order: Order) -> list[WireRequest]:
    """All messages of an order, as an index that does what is asked gets them."""
    asked = [index.encode(order)]
    while True:
        match operation(asked[-1]):
            case "clientVerifieren":
                asked.append(going_on(index, order, client()))
            case "medewerkerRegistreren":
                told = medewerker() if order is not AMEND else medewerker(who="")
                asked.append(going_on(index, order, told))
            case _:
                return asked


@pytest.mark.parametrize(
    ("order", "messages"),
    [
        (REGISTER, ["clientVerifieren", "medewerkerRegistreren", "signaalVastleggen"]),
        (KETEN, ["clientVerifieren", "medewerkerRegistreren", "ketenregistratieVastleggen"]),
        (AMEND, ["medewerkerRegistreren", "registratieWijzigen"]),
        (END, ["registratieBeeindigen"]),
        (WITHDRAW, ["registratieIntrekken"]),
        (LEAD, ["leidendZetten"]),
        (INSPECT, ["opzoekenOpEigenReferentie"]),
        (POLL, ["berichtenOphalen"]),
        (CAPABILITIES, ["capaciteiten"]),
    ],
)
def test_an_order_takes_its_messages_in_this_order(
    index: KetenregisterStijl, order: Order, messages: list[str]
) -> None:
    assert [operation(request) for request in every(index, order)] == messages


@EVERY
def test_the_kop_says_who_and_which_message_it_is(index: KetenregisterStijl, name: str, order: Order) -> None:
    asked = every(index, order)
    numbers = [said(request, "//k:berichtnummer/text()") for request in asked]
    assert numbers[-1] == [str(MESSAGE)]
    assert len({str(number) for number in numbers}) == len(asked)
    for request in asked:
        assert request.content_type == "text/xml; charset=utf-8"
        told = ["2026-03-01T09:30:00.000+00:00", SENDER, RECEIVER, "1"]
        assert said(request, "//k:kop/*[not(self::k:berichtnummer)]/text()") == told


@EVERY
def test_an_order_written_twice_differs_in_its_moment_only(name: str, order: Order) -> None:
    moments = (MOMENT + dt.timedelta(seconds=n) for n in range(1000))
    index = KetenregisterStijl(sender=SENDER, receiver=RECEIVER, capabilities=DECLARED, clock=lambda: next(moments))
    moment = re.compile(rb"(?<=verzondenOp>)[^<]+")
    for first, second in zip(every(index, order), every(index, order), strict=True):
        assert first.body != second.body
        assert moment.sub(b"", first.body) == moment.sub(b"", second.body)


def test_a_registration_goes_by_the_numbers_the_index_gave(index: KetenregisterStijl) -> None:
    who, by, it = every(index, REGISTER)
    assert said(who, "//k:client/*/text()") == ["999990019"]
    assert said(by, "//k:clientnummer/text()") == ["c-1"]
    assert said(by, "//k:medewerker/*/text()") == [
        "prof-1", NASTY, "jeugdarts", "inst-1", "GGD", "Breda", "076-1234567", "z@example.nl", "C. Oördinator",
    ]  # fmt: skip
    assert said(it, BUSINESS) == [
        str(SIGNAL), "c-1", "m-1", "2026-03-01T09:30:00+00:00", "2028-03-01", "LAAG", "true",
    ]  # fmt: skip


def test_a_registration_without_concern_has_no_signaalcode(index: KetenregisterStijl) -> None:
    it = every(index, KETEN)[-1]
    assert said(it, BUSINESS) == [str(SIGNAL), "c-1", "m-1", "2026-03-01T09:30:00+00:00", "2028-03-01", "true"]


def test_words_and_what_identifies_leave_no_more_than_once(index: KetenregisterStijl) -> None:
    who, by, it = (request.body.decode() for request in every(index, REGISTER))
    assert "kanarie" not in who + by + it
    assert "999990019" not in by + it
    assert "076-1234567" not in who + it


def test_who_does_not_know_the_bsn_says_the_data(index: KetenregisterStijl) -> None:
    person = Person(
        familienaam="Łaska", voorvoegsel="van der", voornamen="Zoë", geboortedatum="2014-05", geslacht=Geslacht.V,
        postcode="4811AB", huisnummer=12,
    )  # fmt: skip
    first = index.encode(register(person=person))
    assert said(first, "//k:client/*/*/text()") == ["Łaska", "van der", "Zoë", "2014-05", "V", "4811AB", "12"]
    assert said(first, "//k:bsn") == []


@pytest.mark.parametrize("code", [Signaalcode.URGENT, None])
def test_the_contact_term_and_who_leads_are_said(index: KetenregisterStijl, code: Signaalcode | None) -> None:
    it = every(index, register(signaalcode=code, leidend=False))[-1]
    assert said(it, "//k:signaalcode/text()") == ([code.value] if code else [])
    assert said(it, "//k:leidend/text()") == ["false"]


def test_the_other_orders_read_back(index: KetenregisterStijl) -> None:
    assert said(every(index, AMEND)[-1], BUSINESS) == [str(SIGNAL), "m-1", "2028-03-01"]
    assert said(every(index, AMEND)[0], "//k:clientnummer") == []
    assert said(index.encode(END), BUSINESS) == [str(SIGNAL), "2026-04-01"]
    assert said(index.encode(WITHDRAW), BUSINESS) == said(index.encode(INSPECT), BUSINESS) == [str(SIGNAL)]
    assert said(index.encode(LEAD), BUSINESS) == [str(SIGNAL), "false"]
    assert said(index.encode(POLL), BUSINESS) == ["7", "200"]
    assert said(index.encode(CAPABILITIES), BUSINESS) == []


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (register(person=Person(bsn="12")), "CVC_PATTERN_VALID /kr:clientVerifieren/kr:client/kr:bsn"),
        (register(person=Person()), "ELEMENT_CONTENT /kr:clientVerifieren/kr:client"),
        (register(person=Person(bsn="999990019", familienaam="Geheim")), "/kr:clientVerifieren/kr:client"),
        (register(person=Person(familienaam="Geheim", geslacht=Geslacht.M)), "/kr:clientVerifieren/kr:client"),
        (register(contact=CONTACT.model_copy(update={"naam": "Geheim" * 40})), "CVC_MAXLENGTH_VALID /kr:medewerkerReg"),
        (register(contact=CONTACT.model_copy(update={"naam": "Geheim\x00"})), "XML"),
        (AMEND.model_copy(update={"contact": CONTACT.model_copy(update={"naam": "Geheim" * 40})}), "CVC_MAXLENGTH"),
        (Poll(message_id=MESSAGE, cursor=-1), "berichtenOphalen"),
    ],
)
def test_no_message_of_an_order_leaves_when_any_is_outside_the_contract(
    index: KetenregisterStijl, order: Order, told: str
) -> None:
    is_our_own_fault(index, order, told)


@pytest.mark.parametrize("order", [ARRANGE, FOLLOW_UP, ASK, PULSE])
def test_what_this_dialect_has_no_message_for_is_our_own_fault(index: KetenregisterStijl, order: Order) -> None:
    is_our_own_fault(index, order)


@pytest.mark.parametrize("kind", ["register", "amend", "end", "withdraw", "poll"])
def test_everything_is_repeated(index: KetenregisterStijl, kind: str) -> None:
    assert index.recovery(kind) is Recovery.REPEAT
    assert index.declared() == DECLARED


def test_a_later_message_that_no_longer_fits_leaves_the_outcome_unknown(index: KetenregisterStijl) -> None:
    broken = register(contact=CONTACT.model_copy(update={"naam": "Geheim\x00"}), soort=Soort.SIGNAAL)
    assert answer(index, broken, client()) == Unknown(reason="contractbreuk")
