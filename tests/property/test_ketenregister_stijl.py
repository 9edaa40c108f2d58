"""Whatever a ketenregister answers is an outcome or one more message of the contract; every text survives the wire."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.canonical.order import Contact, IndexCapabilities, Order, Outcome
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.ketenregister_stijl.said import (
    CONTRACT,
    ORDERS,
    REGISTER,
    answer,
    client,
    contact,
    fault,
    going_on,
    kop,
    match,
    medewerker,
    operation,
    page,
    register,
    soap,
)
from tests.contract.orders import MESSAGE, MOMENT, POLL, SIGNAL
from tests.property.xml_trees import trees

INDEX = KetenregisterStijl(sender="gateway", receiver="index", capabilities=IndexCapabilities(), clock=lambda: MOMENT)
NAMES = (
    "kop", "berichtnummer", "antwoordOp", "eigenReferentie", "clientnummer", "medewerkernummer", "matchbericht",
    "contactpersoon", "matchnummer", "laatsteNummer", "meer", "ketenregisterFout", "code", "herhaalbaar",
    "clientVerifierenAntwoord", "medewerkerRegistrerenAntwoord", "vastleggenAntwoord", "bevestiging",
    "berichtenOphalenAntwoord", "capaciteitenAntwoord", "onzin",
)  # fmt: skip
KOP = kop().encode()
SOUND = (soap(page(match("m1", contact()) * 2)), soap(client()), soap(medewerker()))

orders: st.SearchStrategy[Order] = st.sampled_from(list(ORDERS.values()))
statuses = st.one_of(st.sampled_from([200, 429, 500, 503]), st.integers(100, 599))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff\r"), max_size=12)
values = st.one_of(
    st.sampled_from(["", "true", "9" * 40, "PT1S", str(MESSAGE), f"{MESSAGE}.client", str(SIGNAL)]), texts
)
answers = trees(CONTRACT, NAMES, values)


def holds(told: Outcome | WireRequest) -> bool:
    """An outcome, or a message that obeys the contract."""
    return isinstance(told, get_args(Outcome)) or bool(operation(told))


@given(orders, statuses, st.binary(max_size=400))
def test_any_bytes_are_an_outcome(order: Order, status: int, body: bytes) -> None:
    assert isinstance(INDEX.decode(order, WireResponse(status, body)), get_args(Outcome))


@given(orders, statuses, answers, st.booleans())
def test_any_soap_is_an_outcome(order: Order, status: int, body: etree._Element, as_fault: bool) -> None:
    content = etree.tostring(body, encoding="unicode")
    told = soap(fault(content) if as_fault else content)
    assert isinstance(INDEX.decode(order, WireResponse(status, told)), get_args(Outcome))


@given(st.data())
def test_a_damaged_answer_is_an_outcome_or_goes_on_within_the_contract(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SOUND)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"&#10;", b"9" * 30, b"-", b"\xe2\x80\xae", KOP]))
        )
    for order in (POLL, REGISTER):
        assert holds(INDEX.decode(order, WireResponse(200, bytes(body))))


@given(st.text(max_size=45))
def test_a_number_goes_further_as_it_is_or_not_at_all(number: str) -> None:
    written = "".join(c for c in number if c.isprintable()).replace("&", "").replace("<", "")
    told = answer(INDEX, REGISTER, client(written))
    if isinstance(told, WireRequest):
        operation(told)
        assert etree.fromstring(told.body).xpath("string(//*[local-name()='clientnummer'])") == written
        assert written.isascii() and len(written) <= 40


@given(texts.map(lambda text: "".join(c for c in text if c >= " " or c in "\t\n")).filter(bool))
def test_any_text_survives_the_wire(text: str) -> None:
    who = Contact(professional_id="p", naam=text, instantie_id="i", instantie_naam=text, functie=text)
    order = register(contact=who)
    INDEX.encode(order)
    sent = etree.fromstring(going_on(INDEX, order, client()).body)
    for name in ("naam", "functie", "organisatie"):
        assert sent.xpath("string(//*[local-name()=$name])", name=name) == text
