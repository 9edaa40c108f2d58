"""Whatever an index answers is an outcome, and whatever a text holds survives the wire."""

import datetime as dt
from typing import get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.order import (
    AskCapabilities,
    AskStatus,
    Contact,
    End,
    IndexCapabilities,
    Order,
    Outcome,
    Person,
    Poll,
    Register,
    Withdraw,
)
from gateway.canonical.signal import Soort
from gateway.canonical.terms import Equivalence, Meaning
from gateway.wire.message import WireResponse
from tests.property.xml_trees import trees

CONTRACT = "urn:x-verwijsindex-gateway:regionale-index:1"
MOMENT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
INDEX = RegionaleIndex(sender="gateway", receiver="index", capabilities=IndexCapabilities(), clock=lambda: MOMENT)
MESSAGE = UUID("0198c0de-0000-7000-8000-000000000001")


def register(text: str = "x") -> Register:
    contact = Contact(professional_id="p", naam=text, instantie_id="i", instantie_naam=text, functie=text)
    meaning = Meaning(axis="urgentie", word=text, concept="spoed", equivalence=Equivalence.EQUAL, map="m@1")
    return Register(
        message_id=MESSAGE, signaal_id=MESSAGE, soort=Soort.SIGNAAL, person=Person(bsn="999990019"), contact=contact,
        datum_tijd_melding=MOMENT, verwijderdatum=dt.date(2028, 3, 1), meanings=(meaning,),
    )  # fmt: skip


orders: st.SearchStrategy[Order] = st.sampled_from([
    register(), End(message_id=MESSAGE, signaal_id=MESSAGE, datum_einde=dt.date(2026, 4, 1)),
    Withdraw(message_id=MESSAGE, signaal_id=MESSAGE), AskStatus(message_id=MESSAGE, about=MESSAGE),
    Poll(message_id=MESSAGE, cursor=0), AskCapabilities(message_id=MESSAGE),
])  # fmt: skip
statuses = st.one_of(st.sampled_from([200, 429, 500, 503]), st.integers(100, 599))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff\r"), max_size=12)
NAMES = (
    "kop", "berichtReferentie", "correlatieReferentie", "match", "betrokkene", "aanduiding", "matchId", "gevonden",
    "totVolgnummer", "meer", "verwijsindexFout", "code", "herhaalbaar", "verwerkingstijd", "signaalAfgevenAntwoord",
    "ontvangstbevestiging", "statusOpvragenAntwoord", "matchesOpvragenAntwoord", "capaciteitenAntwoord", "onzin",
)  # fmt: skip
values = st.one_of(st.sampled_from(["", "true", "0", "9" * 40, "PT1S", "2026-03-01T09:30:00Z", str(MESSAGE)]), texts)
answers = trees(CONTRACT, NAMES, values)


def in_envelope(body: etree._Element, *, as_fault: bool) -> bytes:
    content = etree.tostring(body, encoding="unicode")
    if as_fault:
        content = f"<s:Fault><faultcode>s:Server</faultcode><detail>{content}</detail></s:Fault>"
    namespace = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{namespace}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


@given(orders, statuses, st.binary(max_size=400))
def test_any_bytes_are_an_outcome(order: Order, status: int, body: bytes) -> None:
    assert isinstance(INDEX.decode(order, WireResponse(status, body)), get_args(Outcome))


@given(orders, statuses, answers, st.booleans())
def test_any_soap_is_an_outcome(order: Order, status: int, body: etree._Element, as_fault: bool) -> None:
    response = WireResponse(status, in_envelope(body, as_fault=as_fault))
    assert isinstance(INDEX.decode(order, response), get_args(Outcome))


@given(st.data())
def test_a_damaged_answer_is_an_outcome(data: st.DataObject) -> None:
    body = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from([b"", b"&#10;", b"9" * 30, b"<match/>", b"-", b"\xe2\x80\xae"])
            )
        )
    outcome = INDEX.decode(Poll(message_id=MESSAGE, cursor=0), WireResponse(200, bytes(body)))
    assert isinstance(outcome, get_args(Outcome))


SOUND = f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<matchesOpvragenAntwoord xmlns="{CONTRACT}"><kop><berichtReferentie>a</berichtReferentie>
<tijdstipBericht>2026-03-01T09:30:00Z</tijdstipBericht><zender>z</zender><ontvanger>o</ontvanger><versie>1</versie><correlatieReferentie>{MESSAGE}
</correlatieReferentie></kop><match><matchId>m</matchId><soort>CLIENTMATCH</soort><eigenSignaalId>e</eigenSignaalId>
<nietDezelfdeJeugdige>false</nietDezelfdeJeugdige><ontstaanOp>2026-03-01T09:30:00.123+01:00</ontstaanOp><status>ACTIEF
</status><betrokkene><professionalId>p</professionalId><naam>Zoë</naam><instantieId>i</instantieId><instantieNaam>GGD
</instantieNaam></betrokkene><aanduiding><as>a</as><code>c</code><woord>w</woord><equivalentie>equal</equivalentie>
</aanduiding></match><totVolgnummer>3</totVolgnummer><meer>false</meer></matchesOpvragenAntwoord></s:Body></s:Envelope>
""".replace("\n<", "<").encode()


def test_the_answer_before_damage_is_sound() -> None:
    outcome = INDEX.decode(Poll(message_id=MESSAGE, cursor=0), WireResponse(200, SOUND))
    assert outcome.model_dump(include={"cursor", "dropped"}) == {"cursor": 3, "dropped": 0}


@given(texts.map(lambda text: "".join(c for c in text if c >= " " or c in "\t\n")).filter(bool))
def test_any_text_survives_the_wire(text: str) -> None:
    sent = etree.fromstring(INDEX.encode(register(text)).body)
    for name in ("naam", "functie", "instantieNaam", "woord"):
        assert sent.xpath("string(//*[local-name()=$name])", name=name) == text


@given(st.text(st.sampled_from("&<>\"'/!-[]?é😀\u202e"), min_size=1, max_size=35))
def test_markup_is_text(text: str) -> None:
    sent = etree.fromstring(INDEX.encode(register(text)).body)
    assert sent.xpath("string(//*[local-name()='naam'])") == text
