"""Answers to the byte: what a supplier parses does not change unawares. `pytest tests/golden --update` writes them."""

import datetime as dt
from pathlib import Path
from uuid import UUID

import pytest

from gateway import compose
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
    Reply,
    Standing,
    Status,
)
from gateway.canonical.regie import Regie, Wie
from gateway.canonical.terms import Equivalence, Meaning, Question, Understanding

HERE = Path(__file__).parent / "soap"
NOW = dt.datetime(2026, 11, 21, 9, 58, tzinfo=dt.UTC)
ID, OTHER = UUID("019a0000-0000-7000-8000-000000000001"), UUID("019a0000-0000-7000-8000-000000000002")

TERM = Meaning(
    axis="urgentie",
    word="laag",
    concept="binnen-5-werkdagen",
    equivalence=Equivalence.EQUIVALENT,
    map="zvj@0123456789ab",
)
ASKED = Meaning(axis="crisis", word="crisis & <nood>", concept="onbekend", equivalence=Equivalence.UNMATCHED, map="-")
MATCH = Match(
    match_id=OTHER,
    soort=MatchSoort.CLIENTMATCH,
    signaal_id=ID,
    bron_signaal_id="S-1",
    niet_dezelfde_jeugdige=False,
    ontstaan_op=NOW,
    status=MatchStatus.ACTIEF,
    content=MatchContent(
        betrokkenen=(Betrokkene(naam="J. Fictief", instantie="Jeugdhulp Voorbeeld", telefoon="030-1234567"),),
        betekenissen=(TERM,),
    ),
    regie=Regie(wie=Wie.IK, naam="I. Begeleider", instantie="School & Zo", herzien_op=dt.date(2027, 1, 2), stand="r1"),
)
LAPSED = MATCH.model_copy(
    update={
        "match_id": UUID(int=ID.int + 9),
        "status": MatchStatus.VERVALLEN,
        "content": MatchContent(),
        "regie": None,
    }
)
RECEIPT = Receipt(
    signaal_id=ID,
    bron_signaal_id="S-1",
    revisie=1,
    handeling="signaalAfgeven",
    ontvangen_op=NOW,
    verwijderdatum=dt.date(2028, 11, 21),
    betekenissen=(TERM,),
    bevindingen=(Finding(code="VIX-1306", at="informatieplicht", ernst=Ernst.WAARSCHUWING),),
    niet_bewaard=(NotKept(axis="crisis", count=1),),
    vocabulaire="0123456789ab",
    beleid="regionaal@0123456789ab",
)
PLACED = tuple(finding.model_copy(update={"at": "/soap:Envelope"}) for finding in RECEIPT.bevindingen)
REPLIES: dict[str, tuple[str, Reply]] = {
    "afgegeven": (
        "Afgeven",
        Answer(
            receipt=RECEIPT,
            bevindingen=PLACED,
            understood=Understanding(
                meanings=(ASKED,),
                questions=(Question(axis="crisis", word="crisis & <nood>", choices=("vastgesteld", "vermoed")),),
                advice=("bel-nu", "niet-bewaard"),
            ),
            standing=Standing(
                stand_van=NOW, status=Status.ACTIEF, bezorging=Bezorging.BIJ_INDEX, matches=(MATCH, LAPSED)
            ),
        ),
    ),
    "geweigerd-door-index": (
        "StatusOpvragen",
        Answer(
            receipt=RECEIPT, bevindingen=PLACED,
            standing=Standing(
                stand_van=NOW, status=Status.ACTIEF, bezorging=Bezorging.GEWEIGERD, index_code="IX-410"
            ),
        ),
    ),
    "matches": ("MatchesOpvragen", MatchPage(matches=(MATCH, LAPSED), cursor="2.0f", more=False)),
    "eigen-signalen": (
        "EigenSignalenOpvragen",
        OwnSignalPage(
            signals=(
                OwnSignal(
                    signaal_id=ID, bron_systeem="las", bron_signaal_id="S-1", revisie=1, ontvangen_op=NOW,
                    status=Status.ACTIEF, bezorging=Bezorging.WACHT,
                ),
                OwnSignal(
                    signaal_id=OTHER, bron_systeem=None, bron_signaal_id=None, revisie=2, ontvangen_op=NOW,
                    status=Status.VERNIETIGD, bezorging=Bezorging.NIET_VERZONDEN,
                ),
            ),
            cursor="7.0f",
            more=True,
        ),
    ),
    "capaciteiten": (
        "Capaciteiten",
        CapabilityReport(
            operations=("signaalAfgeven", "capaciteiten"),
            bsn_allowed=False,
            regions=(
                RegionCapability(
                    name="Noord", policy="landelijk-strikt@0123456789ab", legal_basis="JEUGDWET_7_1",
                    axes=(AxisCapability(axis="urgentie", kept=False, travels=False),),
                ),
            ),
            code_lists=("verwijsindex",),
            vocabulary="0123456789ab",
        ),
    ),
    "fout": (
        "Afgeven",
        Refusal(
            findings=(
                Finding(code="VIX-1101", at="/soap:Envelope/soap:Body/vi:signaalAfgeven/vi:jeugdige/vi:bsn"),
                Finding(code="VIX-1205", at="/soap:Envelope", limit="2028-11-21"),
            ),
            advice=("bel-nu",),
        ),
    ),
    "later-opnieuw": ("Afgeven", Refusal(findings=(Finding(code="VIX-1901"),), retryable=True)),
}  # fmt: skip


@pytest.mark.parametrize("name", REPLIES)
def test_an_answer_is_what_it_was(name: str, request: pytest.FixtureRequest) -> None:
    operation, reply = REPLIES[name]
    response = compose.soap_sender(new_id=lambda: OTHER).encode(reply, operation=operation, relates_to="urn:uuid:vraag")
    file = HERE / f"{name}.xml"
    if request.config.getoption("--update"):
        HERE.mkdir(exist_ok=True)
        file.write_bytes(response.body)
    assert file.read_bytes() == response.body
