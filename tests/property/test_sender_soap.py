import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.adapters.senders.soap import SoapSender
from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Finding
from gateway.canonical.match import Betrokkene
from gateway.canonical.receipt import Answer, Refusal
from gateway.errors import SenderError
from gateway.wire.aanlevering import MatchXml
from gateway.wire.message import WireRequest
from tests.conftest import EXAMPLES
from tests.hostile.corpus import MESSAGE, VI
from tests.property.replies import TEXTS, answer, character, finding, text

SENDER = SoapSender.load(
    TEXTS,
    advice={"bel-nu": ("Bel.", "Call.")},
    describe=lambda a, c: (f"w {c}", f"d {a}"),
)
CONTRACT = etree.XMLSchema(file="gateway/schemas/aanlevering-1.xsd")
VALID = MESSAGE.encode()
ELEMENTS = len(etree.fromstring(VALID).findall(".//*"))


def read_or_refused(body: bytes) -> bool:
    try:
        request, _ = SENDER.decode(WireRequest(body, "text/xml"))
    except SenderError as error:
        findings = error.findings
    else:
        findings = request.remarks
    if findings:
        SENDER.encode(Refusal(findings=findings), operation="Afgeven", relates_to="")
    return not findings


@given(st.binary())
def test_any_bytes_are_a_request_or_a_sender_error(body: bytes) -> None:
    assert not read_or_refused(body)


@settings(max_examples=EXAMPLES * 5)
@given(start=st.integers(0, len(VALID)), length=st.integers(0, 40), by=st.binary(max_size=8), times=st.integers(0, 2))
def test_any_damage_to_the_bytes_is_survived(start: int, length: int, by: bytes, times: int) -> None:
    read_or_refused(VALID[:start] + VALID[start : start + length] * times + by + VALID[start + length :])


@settings(max_examples=EXAMPLES * 5)
@given(st.data())
def test_any_change_to_the_elements_is_read_or_refused_as_the_schema_says(data: st.DataObject) -> None:
    root = etree.fromstring(VALID)
    for _ in range(data.draw(st.integers(1, 3))):
        elements = root.findall(".//*")
        chosen = elements[data.draw(st.integers(0, len(elements) - 1))]
        above = chosen.getparent()
        assert above is not None
        change = data.draw(st.sampled_from(["drop", "double", "move", "rename", "retext", "attribute", "nest"]))
        if change == "drop":
            above.remove(chosen)
        elif change == "double":
            above.append(etree.fromstring(etree.tostring(chosen)))
        elif change == "move":
            above.append(chosen)
        elif change == "rename":
            chosen.tag = data.draw(st.sampled_from([f"{{{VI}}}soort", f"{{{VI}}}kop", "{urn:x}y", "kanarie"]))
        elif change == "retext":
            chosen.text = data.draw(st.text(character, max_size=70))
        elif change == "attribute":
            chosen.set(data.draw(st.sampled_from(["a", "{http://www.w3.org/2001/XMLSchema-instance}nil"])), "true")
        else:
            chosen.append(etree.fromstring(etree.tostring(elements[data.draw(st.integers(0, len(elements) - 1))])))
        if not root.findall(".//*"):
            return
    accepted = read_or_refused(etree.tostring(root))
    operation = root.find(f"{{*}}Body/{{{VI}}}signaalAfgeven")
    if accepted:
        assert operation is not None
        CONTRACT.assertValid(operation)


@given(text, text)
def test_a_word_reaches_the_gateway_as_the_sender_wrote_it(word: str, name: str) -> None:
    root = etree.fromstring(VALID)
    (woord,) = root.iter(f"{{{VI}}}woord")
    woord.text = word
    request, _ = SENDER.decode(WireRequest(etree.tostring(root), "text/xml"))
    assert isinstance(request, Afgeven)
    assert request.draft.terms[0].word.text == word


@given(answer)
def test_an_answer_is_schema_valid_and_reads_back_equal(reply: Answer) -> None:
    root = etree.fromstring(SENDER.encode(reply, operation="Afgeven", relates_to="urn:a").body)
    (body,) = root.iter(f"{{{VI}}}signaalAfgevenAntwoord")
    CONTRACT.assertValid(body)

    def said(path: str) -> list[str]:
        return [found.text or "" for found in body.iterfind(path, {"vi": VI})]

    shown = reply.receipt
    assert said("vi:ontvangstbewijs/vi:signaalId") == [str(shown.signaal_id)]
    assert said("vi:ontvangstbewijs/vi:bronSignaalId") == [shown.bron_signaal_id]
    assert said("vi:ontvangstbewijs/vi:betekenis/vi:woord") == [meant.word for meant in shown.betekenissen]
    assert said("vi:vertaling/vi:begrip") == [meant.concept for meant in reply.understood.meanings]
    assert said("vi:ontvangstbewijs/vi:vraag/vi:keuze/vi:begrip") == [
        c for asked in shown.vragen for c in asked.choices
    ]
    assert said("vi:ontvangstbewijs/vi:bevinding/vi:plaats") == [found.at for found in reply.bevindingen]
    assert [dt.datetime.fromisoformat(t) for t in said(".//vi:standVan")] == [
        reply.standing.stand_van.replace(microsecond=reply.standing.stand_van.microsecond // 1000 * 1000)
    ]
    others = [other for match in reply.standing.matches for other in match.content.betrokkenen]
    assert said(".//vi:betrokkene/vi:instantie") == [other.instantie for other in others]
    assert said(".//vi:betrokkene/vi:telefoon") == [other.telefoon for other in others if other.telefoon is not None]


@given(st.lists(finding, min_size=1, max_size=110), st.booleans())
def test_any_refusal_is_a_schema_valid_fault(findings: list[Finding], retryable: bool) -> None:
    response = SENDER.encode(Refusal(findings=tuple(findings), retryable=retryable), operation="", relates_to="")
    (detail,) = etree.fromstring(response.body).iter(f"{{{VI}}}verwijsindexFout")
    CONTRACT.assertValid(detail)
    assert len(list(detail.iter(f"{{{VI}}}bevinding"))) == min(len(findings), 100)


@pytest.mark.parametrize("name", ["\x00", "\ud800", "\ufffe", "a\x1bb"])
def test_what_xml_cannot_carry_does_not_stop_an_answer(name: str) -> None:
    other = Betrokkene.model_construct(
        naam=name, instantie="i", functie=None, locatie=None, telefoon=None, email=None, coordinator=None
    )
    written = MatchXml(lambda axis, concept: ("", ""))._other(other)
    assert "<vi:naam>" in written and "\ufffd" in written
    etree.fromstring(f'<vi:x xmlns:vi="{VI}">{written}</vi:x>'.encode())
