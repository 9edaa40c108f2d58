"""Whatever an index answers is an outcome or one more message of the contract; what is written can be read."""

import datetime as dt
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.adapters.indexes.waakvlam_words import day, day_told, moment, moment_told, phone
from gateway.canonical.order import Order, Outcome, Person
from gateway.canonical.signal import Geslacht
from gateway.simulator.values import Call
from gateway.simulator.waakvlam_dialect import WaakvlamDialect
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.waakvlam.said import (
    CONTRACT,
    NUMBER,
    ORDERS,
    POLL,
    REGISTER,
    SIGNAL,
    TICKET,
    bag,
    consulted,
    contact,
    denied,
    fault,
    loket,
    made,
    operation,
    other,
    piece,
    placed,
    register,
    ruling,
    soap,
)

NAMES = (
    "uitslag", "vermelding", "nummer", "eigenKenmerk", "stand", "zak", "stuk", "leeg", "samenloopOntstaan",
    "samenloopnummer", "uwVermelding", "wederpartij", "organisatie", "naam", "reden", "aard", "toegangsbewijs",
    "PlaatsVermeldingAntwoord", "RaadpleegVermeldingAntwoord", "HaalPostAntwoord", "OpenLoketAntwoord",
    "ToonAansluitingAntwoord", "ToegangFout", "StoringFout", "PostFout", "BerichtFout", "onzin",
)  # fmt: skip
SOUND = (
    soap(bag(piece(told=other()) * 2)), soap(placed()), soap(consulted()), soap(loket()),
    soap(denied("BEWIJS_VERLOPEN")), soap(ruling("PlaatsVermelding", "31", limit="20270509")),
)  # fmt: skip

orders: st.SearchStrategy[Order] = st.sampled_from(list(ORDERS.values()))
statuses = st.one_of(st.sampled_from([200, 400, 429, 500, 503]), st.integers(100, 599))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff\r"), max_size=12)
values = st.one_of(st.sampled_from(["", "9" * 40, NUMBER, str(SIGNAL), TICKET, "LOPEND", "BEWIJS_ONBEKEND"]), texts)
attributes = st.dictionaries(
    st.sampled_from(["code", "nummer", "wachtend", "rang", "grens", "eigenKenmerk", "moment", "versie"]),
    st.sampled_from(["", "00", "31", "60", "90", "1", "-1", "9" * 30, str(SIGNAL), "20270509"]),
    max_size=3,
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> etree._Element:
    element = etree.Element(f"{{{CONTRACT}}}{draw(st.sampled_from(NAMES))}", draw(attributes))
    if not depth or draw(st.booleans()):
        element.text = "".join(c for c in draw(values) if c.isprintable())
    else:
        element.extend(draw(st.lists(trees(depth=depth - 1), max_size=5)))
    return element


def holds(told: Outcome | WireRequest) -> bool:
    """An outcome, or a message that obeys the contract."""
    return isinstance(told, get_args(Outcome)) or bool(operation(told))


@given(orders, statuses, st.binary(max_size=400))
def test_any_bytes_are_an_outcome(order: Order, status: int, body: bytes) -> None:
    assert isinstance(made().decode(order, WireResponse(status, body)), get_args(Outcome))


@given(orders, statuses, trees(), st.sampled_from(["", "ToegangFout", "PostFout"]))
def test_any_soap_is_an_outcome_or_goes_on_within_the_contract(
    order: Order, status: int, body: etree._Element, name: str
) -> None:
    content = etree.tostring(body, encoding="unicode")
    assert holds(made().decode(order, WireResponse(status, soap(fault(name, content) if name else content))))


@given(st.data())
def test_a_damaged_answer_is_an_outcome_or_goes_on_within_the_contract(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SOUND)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"&#10;", b"9" * 30, b"-", b"\xe2\x80\xae"]))
        )
    for order in (POLL, REGISTER, ORDERS["beeindigen"]):
        assert holds(made().decode(order, WireResponse(200, bytes(body))))


@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC)))
def test_a_moment_and_a_day_come_back_as_they_went(said: dt.datetime) -> None:
    assert moment_told(moment(said)) == said.replace(microsecond=0)
    assert day_told(day(said.date())) == said.date()


@given(st.text(max_size=35))
def test_a_telephone_number_is_one_of_the_contract_or_none(said: str) -> None:
    number = phone(said)
    assert number is None or (number.isascii() and number[0] == "+" and number[1:].isdigit() and 9 <= len(number) <= 16)
    assert phone(number) == number


@given(texts.map(lambda text: "".join(c for c in text if c >= " " or c in "\t\n")).filter(lambda text: text.strip()))
def test_any_text_survives_the_wire(text: str) -> None:
    sent = etree.fromstring(made().encode(register(contact=contact(naam=text, functie=text, locatie=text))).body)
    for name in ("naam", "functie", "vestiging"):
        assert sent.xpath("string(//*[local-name()=$name])", name=name) == text


@given(
    st.builds(
        Person,
        familienaam=st.sampled_from(["Łaska", "de <b>", "O'Neill"]), voornamen=st.just("Zoë"),
        voorvoegsel=st.sampled_from([None, "van der"]),
        geboortedatum=st.dates(dt.date(2004, 1, 1), dt.date(2099, 12, 31)).map(str),
        geslacht=st.sampled_from(Geslacht), postcode=st.just("4811AB"), huisnummer=st.integers(1, 99_999),
    )
)  # fmt: skip
def test_the_simulated_index_reads_the_person_that_was_written(person: Person) -> None:
    index, dialect = made(), WaakvlamDialect()
    ticket = dialect._tickets.give("gateway")
    index._access.take(ticket)
    call = dialect.decode(index.encode(register(person=person)))
    assert isinstance(call, Call), call.body
    assert getattr(call.message.request, "person", None) == person
