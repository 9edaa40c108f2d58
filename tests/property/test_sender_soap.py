import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.adapters.senders.soap import SoapSender
from gateway.canonical.command import Afgeven
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.receipt import Answer, Bezorging, NotKept, Receipt, Refusal, Standing, Status
from gateway.canonical.terms import Equivalence, Meaning, Question, Understanding
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.conftest import EXAMPLES
from tests.hostile.corpus import MESSAGE, VI

TEXTS = FindingTexts.load()
SENDER = SoapSender.load(
    TEXTS,
    advice={"bel-nu": ("Bel.", "Call.")},
    describe=lambda a, c: (f"w {c}", f"d {a}"),
    choices_display=lambda _, c: c,
)
CONTRACT = etree.XMLSchema(file="gateway/schemas/aanlevering-1.xsd")
VALID = MESSAGE.encode()
ELEMENTS = len(etree.fromstring(VALID).findall(".//*"))

character = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff", min_codepoint=32)
text = st.text(character, min_size=1, max_size=35)
known = st.sampled_from(sorted(TEXTS.codes))
moment = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC))
meaning = st.builds(Meaning, axis=text, word=text, concept=text, equivalence=st.sampled_from(Equivalence), map=text)
question = st.builds(Question, axis=text, word=text, choices=st.lists(text, max_size=3).map(tuple))
finding = st.builds(Finding, code=known, at=st.text(character, max_size=50), ernst=st.sampled_from(Ernst), limit=text)


def tuples(kind: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(kind, max_size=most).map(tuple)


other = st.builds(Betrokkene, naam=text, instantie=text, telefoon=st.none() | text)
match = st.builds(
    Match,
    match_id=st.uuids(),
    soort=st.sampled_from(MatchSoort),
    signaal_id=st.uuids(),
    bron_signaal_id=st.none() | text,
    niet_dezelfde_jeugdige=st.booleans(),
    ontstaan_op=moment,
    status=st.sampled_from(MatchStatus),
    content=st.builds(MatchContent, betrokkenen=tuples(other), betekenissen=tuples(meaning)),
)
receipt = st.builds(
    Receipt,
    signaal_id=st.uuids(),
    bron_signaal_id=text,
    revisie=st.integers(1, 9999),
    handeling=text,
    ontvangen_op=moment,
    verwijderdatum=st.none() | st.dates(),
    betekenissen=tuples(meaning),
    vragen=tuples(question),
    bevindingen=tuples(finding),
    niet_bewaard=tuples(st.builds(NotKept, axis=text, count=st.integers(1, 20))),
    vocabulaire=text,
    beleid=text,
)
standing = st.builds(
    Standing,
    stand_van=moment,
    status=st.sampled_from(Status),
    bezorging=st.sampled_from(Bezorging),
    index_code=st.none() | text,
    matches=tuples(match),
)
understanding = st.builds(
    Understanding, meanings=tuples(meaning), questions=tuples(question), advice=st.sampled_from([(), ("bel-nu",)])
)
answer = st.builds(Answer, receipt=receipt, bevindingen=tuples(finding), understood=understanding, standing=standing)


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
    written = SENDER.writer._other(
        Betrokkene.model_construct(
            naam=name, instantie="i", functie=None, locatie=None, telefoon=None, email=None, coordinator=None
        )
    )
    assert "<vi:naam>" in written and "\ufffd" in written
    etree.fromstring(f'<vi:x xmlns:vi="{VI}">{written}</vi:x>'.encode())
