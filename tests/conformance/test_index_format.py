"""The format and the messages of the role index: the pinned contract, and what is asked and read by it."""

import re
from pathlib import Path
from typing import Any

import pytest

from conformance import formats
from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question
from conformance.formats.xml import parse, schema
from conformance.scene import messages
from tests.conformance.runs import today

ROOT = Path(__file__).parents[2]
KOP = {"tijdstipBericht": "2026-11-22T09:00:00+01:00", "zender": "a", "ontvanger": "b", "versie": "1"}


def question(op: str, message: dict[str, Any], **more: Any) -> Request:
    return formats.find("index").ask(Question(op, message, "http://index/soap", None, **more))


@pytest.mark.parametrize("name", ["regionale-index-1.xsd", "regionale-index-1.wsdl"])
def test_the_pinned_contract_is_the_published_one(name: str) -> None:
    assert (ROOT / "conformance" / "contract" / name).read_bytes() == (ROOT / "gateway" / "schemas" / name).read_bytes()


def test_a_contract_in_another_order_is_the_contract_and_with_another_action_it_is_not() -> None:
    pinned = (ROOT / "gateway" / "schemas" / "regionale-index-1.wsdl").read_text(encoding="utf-8")
    first = re.search(r'  <message name="signaalAfgeven">.*\n', pinned)[0]  # type: ignore[index]
    moved = pinned.replace(first, "").replace("  <portType", first + "  <portType")
    named = moved.replace("<input message", '<input name="x" message').replace(
        "http://localhost:8081/soap", "http://a/b"
    )

    def same(document: str) -> bool:
        asked = question("wsdl", {"kop": KOP})
        exchange = Exchange(
            1, "s", 1, "index", "1", 1, "school", "wsdl", False, "", 1, asked, Reply(200, (), document.encode())
        )
        return bool(formats.find("index").heard(exchange)["draad"]["gelijkAanContract"])

    assert same(pinned) and same(named) and moved != pinned
    assert not same(named.replace("signaalAfgevenAntwoord", "signaalGegeven"))
    assert not same(named.replace('<fault name="fout"', '<fault name="anders"'))
    assert not same(named.replace(first, ""))


def test_what_only_asks_has_a_reference_of_its_own_and_what_changes_keeps_its_own() -> None:
    def reference(request: Request) -> str:
        return re.search(rb"<vi:berichtReferentie>([^<]*)<", request.body)[1].decode()  # type: ignore[index]

    poll = {"kop": KOP, "maximum": 5}
    one, two = (question("matchesOpvragen", poll, cursor="7") for _ in range(2))
    assert reference(one) != reference(two)
    assert b"<vi:vanafVolgnummer>7<" in one.body
    withdraw = {"kop": KOP | {"berichtReferentie": "m-1"}, "gatewayReferentie": "g"}
    assert reference(question("signaalIntrekken", withdraw)) == "m-1"
    assert b"<a:MessageID>urn:uuid:m-1<" in question("signaalIntrekken", withdraw).body


def test_an_answer_about_an_earlier_message_is_read_whole() -> None:
    kop = "".join(f"<ri:{name}>{text}</ri:{name}>" for name, text in ({"berichtReferentie": "x"} | KOP).items())
    inner = (
        f"<ri:statusOpvragenAntwoord><ri:kop>{kop}</ri:kop><ri:gevonden>true</ri:gevonden><ri:ontvangstbevestiging>"
        f"<ri:kop>{kop}</ri:kop><ri:indexSignaalId>i-1</ri:indexSignaalId><ri:status>ARCHIEF</ri:status>"
        "</ri:ontvangstbevestiging></ri:statusOpvragenAntwoord>"
    )
    whole = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        + inner.replace("Antwoord>", 'Antwoord xmlns:ri="urn:x-verwijsindex-gateway:regionale-index:1">', 1)
        + "</s:Body></s:Envelope>"
    )
    asked = question("statusOpvragen", {"kop": KOP, "vanBericht": "m-1"})
    exchange = Exchange(
        1, "s", 1, "index", "1", 1, "school", "statusOpvragen", False, "", 1, asked, Reply(200, (), whole.encode())
    )
    heard = formats.find("index").heard(exchange)
    assert heard["contract"] == [] and heard["uitkomst"] == "aangenomen"
    assert heard["gevonden"] is True and heard["ontvangstbevestiging"]["status"] == "ARCHIEF"


def test_every_usual_message_is_one_of_the_contract() -> None:
    """What the data sends by default obeys the pinned schema, once its words are filled in."""
    usual = messages("index")["bericht"]
    elements = schema("regionale-index-1.xsd").elements
    assert set(usual) - {"alle"} <= set(elements)
    sent = {step.doe for scenario in today().of("index") for step in scenario.stappen}
    assert sent - {"herhalen", "terugkijken", "wsdl", "xsd"} <= set(elements)


@pytest.mark.parametrize("role", ["gateway", "index"])
def test_each_role_says_how_it_takes_back_what_it_gave(role: str) -> None:
    rule = messages(role)["opruimen"]
    assert rule["kenmerk"] in messages(role)["bericht"][rule["van"]]
    assert rule["kenmerk"] in messages(role)["bericht"][rule["doe"]]


def test_a_broken_answer_is_no_answer() -> None:
    asked = question("capaciteiten", {"kop": KOP})
    assert parse(asked.body) is not None
    exchange = Exchange(
        1, "s", 1, "index", "1", 1, "school", "capaciteiten", False, "", 1, asked, Reply(200, (), b"\x00<answer")
    )
    assert formats.find("index").heard(exchange)["uitkomst"] == "onleesbaar"
