"""What may be told of each kind of match."""

import datetime as dt

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import MatchNews
from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules import kinds

WORD = Meaning(axis="urgentie", word="snel", concept="binnen-1-werkdag", equivalence=Equivalence.WIDER, map="index")
OTHER = Betrokkene(naam="C. Ontact", instantie="Wijkteam", telefoon="030")
TOLD = (MatchSoort.CLIENTMATCH, MatchSoort.GEZINSMATCH_OUDER, MatchSoort.HISTORISCH, MatchSoort.VERHUIZING)


def news(soort: MatchSoort, *, other_child: bool, words: tuple[Meaning, ...] = (WORD,)) -> MatchNews:
    return MatchNews(
        index_match_id="m-1",
        soort=soort,
        signaal_id="s-1",
        niet_dezelfde_jeugdige=other_child,
        ontstaan_op=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        status=MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=(OTHER,), betekenissen=words),
    )


@pytest.mark.parametrize("soort", TOLD)
def test_each_kind_tells_who_to_reach_and_only_of_the_same_child_what_they_said(soort: MatchSoort) -> None:
    family = soort is MatchSoort.GEZINSMATCH_OUDER
    told = kinds.told(news(soort, other_child=family))
    assert told is not None
    assert told.content.betrokkenen == (OTHER,)
    assert told.content.betekenissen == ((WORD,) if soort is MatchSoort.CLIENTMATCH else ())
    assert told.model_copy(update={"content": MatchContent()}) == news(soort, other_child=family).model_copy(
        update={"content": MatchContent()}
    )
    bare = news(soort, other_child=family, words=())
    assert kinds.told(bare) == bare


@pytest.mark.parametrize("soort", TOLD)
def test_what_contradicts_itself_is_not_told(soort: MatchSoort) -> None:
    """Else somebody would speak of one child with who knows another."""
    assert kinds.told(news(soort, other_child=soort is not MatchSoort.GEZINSMATCH_OUDER)) is None


@pytest.mark.parametrize("other_child", [True, False])
def test_a_match_by_address_stays_off(other_child: bool) -> None:
    assert kinds.told(news(MatchSoort.GEZINSMATCH_ADRES, other_child=other_child)) is None
