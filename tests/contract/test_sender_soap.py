import datetime as dt
from uuid import UUID

import pytest
from lxml import etree

from gateway.adapters.senders.soap import SoapSender, contract
from gateway.canonical.command import (
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Capaciteiten,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    StatusOpvragen,
)
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.receipt import (
    Answer,
    AxisCapability,
    Bezorging,
    CapabilityReport,
    MatchPage,
    NotKept,
    OwnSignal,
    OwnSignalPage,
    Receipt,
    Refusal,
    RegionCapability,
    Standing,
    Status,
)
from gateway.canonical.terms import Equivalence, Meaning, Question, Understanding
from gateway.errors import GatewayError, SenderError
from gateway.flow.ports import SenderAdapter
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.hostile.corpus import MESSAGE, VI, changed

AT = "/soap:Envelope/soap:Body/vi:signaalAfgeven"
ID = UUID("01890000-0000-7000-8000-000000000001")
NOW = dt.datetime(2026, 10, 1, 14, 0, 0, 123_456, tzinfo=dt.timezone(dt.timedelta(hours=2)))
SPOED = Meaning(
    axis="urgentie", word="spoed & \"'<crisis>'", concept="uren", equivalence=Equivalence.NARROWER, map="a@1"
)
MATCH = Match(
    match_id=ID,
    soort=MatchSoort.CLIENTMATCH,
    signaal_id=ID,
    bron_signaal_id="s-1",
    niet_dezelfde_jeugdige=False,
    ontstaan_op=NOW,
    status=MatchStatus.ACTIEF,
    content=MatchContent(
        betrokkenen=(Betrokkene(naam="C\x00. Ünal", instantie="Wijkteam\ufffe"),), betekenissen=(SPOED,)
    ),
)
ANSWER = Answer(
    receipt=Receipt(
        signaal_id=ID,
        bron_signaal_id="s-1",
        revisie=2,
        handeling="afgeven",
        ontvangen_op=NOW.replace(microsecond=0),
        verwijderdatum=NOW.date(),
        betekenissen=(SPOED,),
        vragen=(Question(axis="urgentie", word="x", choices=("uren", "dagen")),),
        bevindingen=(Finding(code="VIX-1801", at=AT, ernst=Ernst.WAARSCHUWING),),
        niet_bewaard=(NotKept(axis="veiligheid", count=2),),
        vocabulaire="v1",
        beleid="landelijk@1",
    ),
    understood=Understanding(
        meanings=(SPOED,), questions=(Question(axis="domein", word="y", choices=()),), advice=("bel-nu",)
    ),
    standing=Standing(
        stand_van=NOW, status=Status.ACTIEF, bezorging=Bezorging.GEWEIGERD, index_code="IX-1", matches=(MATCH,)
    ),
)


@pytest.fixture(scope="module")
def sender() -> SoapSender:
    return SoapSender.load(
        FindingTexts.load(),
        advice={"bel-nu": ("Bel 112.", "Call 112.")},
        describe=lambda axis, concept: (f"weergave van {concept}", f"definitie op {axis}"),
        new_id=lambda: ID,
    )


def written(sender: SoapSender, reply: object, operation: str = "Afgeven") -> etree._Element:
    adapter: SenderAdapter = sender
    return etree.fromstring(adapter.encode(reply, operation=operation, relates_to="urn:a").body)  # type: ignore[arg-type]


def texts(element: etree._Element, path: str) -> list[str | None]:
    return [found.text for found in element.iterfind(path, {"vi": VI})]


def body(operation: str) -> WireRequest:
    head, tail = MESSAGE.split("<vi:signaalAfgeven>")[0], MESSAGE.split("</vi:signaalAfgeven>")[1]
    head = head.split("<soap:Header>")[0] + head.split("</soap:Header>")[1]
    return WireRequest(f"{head}{operation}{tail}".encode(), "text/xml")


def test_a_signal_is_moved_with_the_place_of_every_text(sender: SoapSender) -> None:
    request, relates_to = sender.decode(WireRequest(changed()(), "text/xml"))
    assert isinstance(request, Afgeven)
    assert relates_to == "urn:uuid:6b1f7e0a-1d1c-4a53-9f2b-3f1f4c1b0a01"
    assert request.bron_systeem is not None
    assert (request.bron_systeem.text, request.bron_systeem.at) == ("leerlingvolg", f"{AT}/vi:kop/vi:bronSysteem")
    draft = request.draft
    assert draft.bsn is not None
    assert (draft.bsn.text, draft.bsn.at) == ("999990019", f"{AT}/vi:jeugdige/vi:bsn")
    assert draft.melder_naam is not None
    assert draft.melder_naam.text == "Kanariepiet"
    assert draft.coordinator_naam is None
    assert [(term.axis.text, term.word.at) for term in draft.terms] == [("urgentie", f"{AT}/vi:aanduiding[1]/vi:woord")]
    assert (draft.here, draft.place("melder"), draft.place("coordinator_email")) == (
        AT,
        f"{AT}/vi:melder",
        f"{AT}/vi:coordinator/vi:email",
    )
    assert "Kanarie" not in repr(request)


KOP = "<vi:kop><vi:bronSysteem>a</vi:bronSysteem><vi:organisatie>o</vi:organisatie></vi:kop>"
OWN = f"{KOP}<vi:bronSignaalId>b</vi:bronSignaalId>"


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        (f"<vi:signaalBeeindigen>{OWN}<vi:datumEinde>2026-10-01</vi:datumEinde></vi:signaalBeeindigen>", Beeindigen),
        (f"<vi:signaalIntrekken>{OWN}<vi:revisie>2</vi:revisie></vi:signaalIntrekken>", Intrekken),
        (f"<vi:statusOpvragen>{OWN}</vi:statusOpvragen>", StatusOpvragen),
        (f"<vi:matchesOpvragen>{KOP}<vi:na>c</vi:na><vi:maximum>5</vi:maximum></vi:matchesOpvragen>", MatchesOpvragen),
        (f"<vi:eigenSignalenOpvragen>{KOP}</vi:eigenSignalenOpvragen>", EigenSignalenOpvragen),
        (f"<vi:capaciteiten>{KOP}</vi:capaciteiten>", Capaciteiten),
        (
            f"<vi:betekenisAanvullen>{OWN}<vi:keuze><vi:as>a</vi:as><vi:woord> w </vi:woord><vi:begrip>c</vi:begrip>"
            "</vi:keuze></vi:betekenisAanvullen>",
            BetekenisAanvullen,
        ),
    ],
)
def test_every_operation_has_its_own_request(sender: SoapSender, element: str, kind: type) -> None:
    request, relates_to = sender.decode(body(element))
    assert type(request) is kind
    assert (request.remarks, relates_to) == ((), "")
    assert request.organisatie is not None
    match request:
        case Beeindigen(datum_einde=end):
            assert end is not None
            assert end.text == "2026-10-01"
        case BetekenisAanvullen(choices=(choice,)):
            assert (choice.word.text, choice.concept.at.rpartition("/vi:keuze")[2]) == (" w ", "[1]/vi:begrip")


def test_everything_wrong_is_told_at_once_and_the_rest_is_read(sender: SoapSender) -> None:
    broken = changed(
        ("<vi:soort>SIGNAAL</vi:soort>", "<vi:reden>x</vi:reden>"),
        ("<vi:bsn>999990019", "<vi:bsn>12345678"),
        ("2014-05-06", "gisteren"),
        ("3511AB", "x"),
        ("<vi:woord>kanariewoord</vi:woord>", "<vi:stelsel>s</vi:stelsel>"),
        ("<vi:email>kanarie@school.example</vi:email>", "<vi:email>een</vi:email><vi:email>twee</vi:email>"),
    )()
    request, _ = sender.decode(WireRequest(broken, "text/xml", {"soapaction": "urn:other"}))
    assert isinstance(request, Afgeven)
    assert {(finding.at.removeprefix(AT), finding.code) for finding in request.remarks} == {
        ("", "VIX-1008"),
        ("/vi:reden", "VIX-1003"),
        ("/vi:soort", "VIX-1001"),
        ("/vi:jeugdige/vi:bsn", "VIX-1101"),
        ("/vi:jeugdige/vi:persoonsgegevens/vi:geboortedatum", "VIX-1202"),
        ("/vi:jeugdige/vi:persoonsgegevens/vi:postcode", "VIX-1105"),
        ("/vi:melder/vi:email[2]", "VIX-1001"),
        ("/vi:aanduiding[1]/vi:woord", "VIX-1001"),
    }
    assert request.draft.melder_email is not None
    assert (request.draft.soort, request.draft.melder_email.text) == (None, "een")
    assert [(term.axis.text, term.word.text) for term in request.draft.terms] == [("urgentie", "")]


def test_a_text_out_of_bounds_is_told_its_form(sender: SoapSender) -> None:
    request, _ = sender.decode(
        WireRequest(
            changed(("<vi:geslacht>V", "<vi:geslacht>X"), ("Kanariepiet", "K" * 201), (">7<", ">x<"))(), "text/xml"
        )
    )
    assert {finding.limit for finding in request.remarks} == {"M | V | O", "1-200 tekens", "1-99999"}


def test_a_message_without_a_known_operation_is_refused(sender: SoapSender) -> None:
    with pytest.raises(SenderError) as caught:
        sender.decode(body("<vi:signaalAfgevenAntwoord/>"))
    assert caught.value.findings == (Finding(code="VIX-1002", at="/soap:Envelope/soap:Body/*[1]"),)


def test_an_answer_tells_the_receipt_the_translation_the_advice_and_the_standing(sender: SoapSender) -> None:
    root = written(sender, ANSWER)
    (answer,) = root.iterfind(".//vi:signaalAfgevenAntwoord", {"vi": VI})
    assert [etree.QName(part).localname for part in answer] == [
        "ontvangstbewijs",
        "vertaling",
        "vraag",
        "advies",
        "stand",
    ]
    assert texts(answer, ".//vi:ontvangenOp") == ["2026-10-01T12:00:00Z"]
    assert texts(answer, "vi:stand/vi:standVan") == ["2026-10-01T12:00:00.123Z"]
    assert texts(answer, "vi:vertaling/*") == [
        "urgentie",
        "spoed & \"'<crisis>'",
        "uren",
        "narrower",
        "weergave van uren",
        "definitie op urgentie",
        "a@1",
    ]
    assert texts(answer, ".//vi:keuze/vi:weergave") == ["weergave van uren", "weergave van dagen"]
    assert texts(answer, ".//vi:betrokkene/*") == ["C\ufffd. Ünal", "Wijkteam\ufffd"]
    assert [(etree.QName(block).localname, block.text) for block in root[0]] == [
        ("Action", f"{VI}/signaalAfgevenAntwoord"),
        ("MessageID", f"urn:uuid:{ID}"),
        ("RelatesTo", "urn:a"),
    ]


@pytest.mark.parametrize(
    ("operation", "reply", "name"),
    [
        ("MatchesOpvragen", MatchPage(matches=(MATCH,), cursor="c", more=True), "matchesOpvragenAntwoord"),
        ("MatchesOpvragen", MatchPage(matches=(), cursor="c", more=False), "matchesOpvragenAntwoord"),
        (
            "EigenSignalenOpvragen",
            OwnSignalPage(
                signals=tuple(
                    OwnSignal(
                        signaal_id=ID,
                        bron_systeem=own,
                        bron_signaal_id=own,
                        revisie=1,
                        ontvangen_op=NOW,
                        status=Status.VERNIETIGD,
                        bezorging=Bezorging.WACHT,
                    )
                    for own in ("a", None)
                ),
                cursor="c",
                more=False,
            ),
            "eigenSignalenOpvragenAntwoord",
        ),
        (
            "Capaciteiten",
            CapabilityReport(
                operations=("signaalAfgeven", "matchOpvragen"),
                bsn_allowed=True,
                code_lists=("zvj",),
                vocabulary="v",
                regions=(
                    RegionCapability(
                        name="r",
                        policy="p",
                        legal_basis="jeugdwet",
                        axes=(AxisCapability(axis="a", kept=True, travels=False),),
                    ),
                ),
            ),
            "capaciteitenAntwoord",
        ),
        *(
            (kind, ANSWER, f"{name}Antwoord")
            for kind, name in (
                ("Beeindigen", "signaalBeeindigen"),
                ("Intrekken", "signaalIntrekken"),
                ("StatusOpvragen", "statusOpvragen"),
                ("BetekenisAanvullen", "betekenisAanvullen"),
            )
        ),
    ],
)
def test_every_operation_has_its_own_answer(sender: SoapSender, operation: str, reply: object, name: str) -> None:
    assert written(sender, reply, operation)[1][0].tag == f"{{{VI}}}{name}"


def test_a_fault_says_every_finding_in_two_languages_and_keeps_the_advice(sender: SoapSender) -> None:
    refusal = Refusal(
        findings=(
            Finding(code="VIX-1207", at="/a", ernst=Ernst.WAARSCHUWING),
            Finding(code="VIX-1105", at="/b", limit="M | V | O"),
        ),
        advice=("bel-nu",),
    )
    response = sender.encode(refusal, operation="", relates_to="")
    assert (response.status, response.content_type) == (500, "text/xml; charset=utf-8")
    root = etree.fromstring(response.body)
    (fault,) = root.iterfind(".//vi:verwijsindexFout", {"vi": VI})
    assert texts(fault, "vi:code") + texts(fault, "vi:plek") == ["VIX-1105", "client"]
    assert texts(fault, "vi:bevinding/vi:code") == ["VIX-1105", "VIX-1207"]
    assert "(M | V | O)" in str(texts(fault, "vi:bevinding/vi:herstel")[0])
    assert "(M | V | O)" in str(texts(fault, "vi:bevinding/vi:fix")[0])
    assert texts(fault, "vi:advies/*") == ["bel-nu", "Bel 112.", "Call 112."]
    assert root.findtext(".//faultcode") == "soap:Client"


def test_what_the_gateway_cannot_do_is_its_own_fault_and_may_be_repeated(sender: SoapSender) -> None:
    root = written(sender, Refusal(findings=(Finding(code="VIX-1901"),), retryable=True))
    (fault,) = root.iterfind(".//vi:verwijsindexFout", {"vi": VI})
    assert root.findtext(".//faultcode") == "soap:Server"
    assert texts(fault, "vi:plek") + texts(fault, "vi:herhaalbaar") == ["server", "true"]


def test_a_fault_holds_no_more_findings_than_the_contract(sender: SoapSender) -> None:
    findings = tuple(Finding(code="VIX-1105", at=f"/{n}") for n in range(150))
    assert len(texts(written(sender, Refusal(findings=findings)), ".//vi:bevinding")) == 100


def test_an_answer_that_breaks_the_contract_does_not_leave_and_shows_no_value(sender: SoapSender) -> None:
    receipt = ANSWER.receipt.model_copy(update={"bron_signaal_id": "kanarie" * 9})
    with pytest.raises(GatewayError, match="CVC_MAXLENGTH_VALID in bronSignaalId") as caught:
        sender.encode(ANSWER.model_copy(update={"receipt": receipt}), operation="Afgeven", relates_to="")
    assert "kanarie" not in str(caught.value)


def test_the_contract_is_served_with_its_real_address() -> None:
    served = contract("https://gateway.example/soap/v1")
    wsdl = etree.fromstring(served.wsdl)
    assert wsdl.xpath("//*[local-name()='address']/@location") == ["https://gateway.example/soap/v1"]
    assert wsdl.xpath("//*[local-name()='import']/@schemaLocation") == [
        "https://gateway.example/soap/v1?xsd=aanlevering-1.xsd"
    ]
    etree.XMLSchema(etree.fromstring(served.schemas["aanlevering-1.xsd"]))


def test_every_code_has_texts_for_its_limit() -> None:
    table = FindingTexts.load()
    assert table.absent("Diagnose")
    assert not table.absent("bsn")
    for code in table.codes:
        text = table.text(Finding(code=code, limit="5"))
        assert "{" not in f"{text.rule}{text.rule_en}{text.fix}{text.fix_en}"
    assert "één miljoen bytes" in table.text(Finding(code="VIX-1007")).rule
