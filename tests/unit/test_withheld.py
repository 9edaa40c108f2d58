"""No text of an index brings a BSN to anybody: what is taken out, and all that stays as it was."""

import datetime as dt
from typing import Any

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, IndexRegie, MatchNews, NotFound, Outcome, Refused
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules.withheld import WITHHELD, told, without_bsn

BSN, WRONG = "999990019", "999990018"


@pytest.mark.parametrize(
    ("text", "kept", "count"),
    [
        (BSN, WITHHELD, 1),
        ("999 990 019", WITHHELD, 1),
        ("9999.90.019", WITHHELD, 1),
        ("999.  990. 019", WITHHELD, 1),
        ("999\u00a0990\u00a0019", WITHHELD, 1),
        ("999\u200d990019", WITHHELD, 1),
        ("９９９９９００１９", WITHHELD, 1),
        (f"bsn:{BSN}, {BSN}.", f"bsn:{WITHHELD}, {WITHHELD}.", 2),
        (f"a{BSN}b", f"a{WITHHELD}b", 1),
        (f"{BSN} {BSN}", f"{WITHHELD} {WITHHELD}", 2),
        ("1 99999001 9", f"1 {WITHHELD}", 1),
        (f"5 {BSN}", f"5 {WITHHELD}", 1),
        (f"kind {BSN}" + "x" * 186, WITHHELD, 1),
        (WRONG, WRONG, 0),
        (f"5{BSN}", f"5{BSN}", 0),
        (f"{BSN}5", f"{BSN}5", 0),
        ("99999001", "99999001", 0),
        ("999-990-019", "999-990-019", 0),
        ("000000000", "000000000", 0),
        ("030 123 45 67", "030 123 45 67", 0),
        ("x" * 300, "x" * 300, 0),
        ("", "", 0),
    ],
)
def test_nine_digits_that_pass_the_elfproef_are_taken_out(text: str, kept: str, count: int) -> None:
    assert without_bsn(text) == (kept, count)


def news(regie: IndexRegie | None = None, word: str = "spoed", **contact: str) -> MatchNews:
    other = Betrokkene.model_validate({"naam": "J. Fictief", "instantie": "Jeugdhulp"} | contact)
    meaning = Meaning(axis="urgentie", word=word, concept="spoed", equivalence=Equivalence.EQUAL, map="index")
    return MatchNews(
        index_match_id="m-1",
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=BSN,
        niet_dezelfde_jeugdige=False,
        ontstaan_op=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        status=MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=(other,), betekenissen=(meaning,)),
        regie=regie,
    )


def regie(**who: str) -> IndexRegie:
    return IndexRegie(wie=Wie.ANDER, stand=1, wie_dan=Aanspreekpunt.model_validate(who))


TEXTS = [{name: f"x {BSN}"} for name in ("naam", "functie", "instantie", "locatie", "coordinator", "word")]


@pytest.mark.parametrize("said", TEXTS)
def test_every_free_text_of_a_match_is_read(said: dict[str, Any]) -> None:
    cut = dict.fromkeys(said, f"x {WITHHELD}")
    assert told(Done(news=(news(), news(**said)), cursor=3)) == Done(news=(news(), news(**cut)), cursor=3, withheld=1)


@pytest.mark.parametrize("name", ["naam", "instantie"])
def test_so_is_who_has_the_regie(name: str) -> None:
    said, cut = regie(**{name: BSN}), regie(**{name: WITHHELD})
    assert told(Done(news=(news(said),), regie=said)) == Done(news=(news(cut),), regie=cut, withheld=2)


@pytest.mark.parametrize(
    "outcome",
    [
        Done(news=(news(telefoon=BSN, email=f"{BSN}@example.nl"),)),
        Done(news=(news(regie(naam="J. Fictief"), functie=WRONG),), regie=regie(), dropped=2),
        Done(),
        Refused(code=BSN),
        NotFound(),
    ],
)
def test_anything_else_is_passed_on_as_it_is(outcome: Outcome) -> None:
    assert told(outcome) is outcome
