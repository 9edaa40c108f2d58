"""The matches a regional index tells, who has their regie, and what it destroyed by itself."""

import datetime as dt

import pytest

from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.canonical.match import Betrokkene, MatchSoort, MatchStatus
from gateway.canonical.order import Done, Ended, IndexRegie, Unknown
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules import withheld
from gateway.wire.message import WireResponse
from tests.contract.orders import ARRANGE, POLL, REGISTER, SIGNAL
from tests.contract.regionale_index.said import (
    TAKEN,
    aanduiding,
    afgeven,
    answer,
    contact,
    element,
    kop,
    match,
    page,
    regie,
    soap,
    vastgelegd,
)


class TestRegie:
    def test_the_answer_says_how_it_is_whether_it_was_done_or_not(self, index: RegionaleIndex) -> None:
        for done in ("true", "false"):
            outcome = answer(index, ARRANGE, vastgelegd(done, regie("GEEN", who="", stand="0")))
            assert outcome == Done(regie=IndexRegie(wie=Wie.GEEN, aangeboden=True, stand=0))

    @pytest.mark.parametrize(
        "bad",
        [
            "", regie("WIJ"), regie(stand="-1"), regie(stand="9" * 30), regie(stand="x"),
            regie(more="<herzienOp>-2026-01-01</herzienOp>"), regie(who="<naam></naam>"), regie(who="<bsn>1</bsn>"),
        ],
    )  # fmt: skip
    def test_an_answer_that_says_it_wrong_is_none(self, index: RegionaleIndex, bad: str) -> None:
        told = element("regieVastleggenAntwoord", f"{kop()}<uitgevoerd>true</uitgevoerd>{bad}")
        assert answer(index, ARRANGE, told) == Unknown(reason="onleesbaar")

    def test_it_comes_with_a_match_cut_to_one_line(self, index: RegionaleIndex) -> None:
        told = regie(who="<naam>J.&#10;Jansen</naam><instantieNaam>&#x202e;Wijk</instantieNaam>",
                     more="<herzienOp>2026-05-01Z</herzienOp>")  # fmt: skip
        outcome = answer(index, POLL, page(match("m1", contact() + told)))
        assert isinstance(outcome, Done)
        who = Aanspreekpunt(naam="J. Jansen", instantie="Wijk")
        assert outcome.news[0].regie == TAKEN.model_copy(update={"wie_dan": who, "herzien_op": dt.date(2026, 5, 1)})
        assert outcome.dropped == 0

    @pytest.mark.parametrize("bad", [regie(stand="9" * 30), regie(more="<herzienOp>-2026-01-01</herzienOp>")])
    def test_a_match_is_not_lost_for_a_regie_nobody_can_read(self, index: RegionaleIndex, bad: str) -> None:
        outcome = answer(index, POLL, page(match("m1", contact() + bad)))
        assert isinstance(outcome, Done)
        assert (outcome.news[0].index_match_id, outcome.news[0].regie) == ("m1", None)


class TestMatches:
    def test_a_match_is_cut_to_the_dictionary(self, index: RegionaleIndex) -> None:
        outcome = answer(index, REGISTER, afgeven(match("m1", contact() + aanduiding("narrower"))))
        assert isinstance(outcome, Done)
        (news,) = outcome.news
        assert (news.soort, news.status, news.signaal_id) == (MatchSoort.CLIENTMATCH, MatchStatus.ACTIEF, str(SIGNAL))
        assert news.niet_dezelfde_jeugdige is False
        assert news.ontstaan_op == dt.datetime(2026, 2, 28, 11, tzinfo=dt.UTC)
        assert news.content.betrokkenen == (
            Betrokkene(naam="J. Jansen", functie="wijkteam", instantie="Wijkteam", telefoon="06"),
        )
        assert news.content.betekenissen == (
            Meaning(
                axis="urgentie", word="spoed", concept="binnen-1-werkdag", equivalence=Equivalence.NARROWER, map="index"
            ),
        )
        assert outcome.dropped == 0

    def test_a_bsn_in_a_text_is_passed_on_to_nobody(self, index: RegionaleIndex) -> None:
        told = contact("J. Jansen", functie="<functie>kind 999 990&#10;019</functie>") + aanduiding(woord="999990019")
        who = regie(who="<naam>999990019</naam><instantieNaam>Wijkteam</instantieNaam>")
        for order, body in ((REGISTER, afgeven(match("m1", told + who))), (POLL, page(match("m1", told + who)))):
            outcome = withheld.told(answer(index, order, body))
            assert isinstance(outcome, Done)
            assert (outcome.withheld, outcome.dropped) == (3, 0)
            (news,) = outcome.news
            assert news.content.betrokkenen[0].functie == "kind [weggelaten]"
            assert news.content.betekenissen[0].word == "[weggelaten]"
            assert news.regie is not None and news.regie.wie_dan.naam == "[weggelaten]"
            assert "999990019" not in outcome.model_dump_json().replace(" ", "")

    def test_texts_are_one_line_that_can_be_shown(self, index: RegionaleIndex) -> None:
        naam = "Jan\n\tde&#13; \u202eVries\u2066\u200b &amp; &lt;Zoë&#x85;\u2028\u00a0van\u200d\u00ad 😀\ufeff"
        outcome = answer(index, POLL, page(match(entries=contact(naam, functie="<functie> \u202e&#10; </functie>"))))
        assert isinstance(outcome, Done)
        (betrokkene,) = outcome.news[0].content.betrokkenen
        assert betrokkene.naam == "Jan de Vries & <Zoë van\u200d 😀"
        assert betrokkene.functie is None

    @pytest.mark.parametrize(
        "entry",
        [
            contact(naam=""), contact(naam=" &#10;\u202e"), contact(naam="x" * 201), contact(telefoon="0" * 36),
            contact(functie="<diagnose>geheim</diagnose>"), aanduiding("ongeveer"), aanduiding(woord="\u202e"),
            aanduiding(woord="x" * 201), "<betrokkene/>", "<aanduiding/>",
        ],
    )  # fmt: skip
    def test_one_bad_entry_costs_itself_only(self, index: RegionaleIndex, entry: str) -> None:
        good = contact() + aanduiding() if "aanduiding" in entry else contact() * 2
        entries = good + entry if "aanduiding" in entry else entry + good + aanduiding()
        outcome = answer(index, POLL, page(match("m1", contact()) + match("m2", entries) + match("m3")))
        assert isinstance(outcome, Done)
        assert [news.index_match_id for news in outcome.news] == ["m1", "m2", "m3"]
        assert len(outcome.news[1].content.betrokkenen) == good.count("<betrokkene>")
        assert len(outcome.news[1].content.betekenissen) == 1
        assert (outcome.dropped, outcome.cursor) == (1, 9)

    @pytest.mark.parametrize(
        "bad",
        [
            match("m2", soort="RUZIE"), match(""), match("x" * 65), match("m\n2"), match("m2", moment="gisteren"),
            match("m2", moment="-2026-01-01T00:00:00Z"), match("m2", moment="2026-01-01T24:00:00Z"),
            match("m2", moment="0001-01-01T00:00:00+14:00"), match("m2", "<verhaal>geheim</verhaal>"), "<match/>",
        ],
    )  # fmt: skip
    def test_one_bad_match_costs_itself_only(self, index: RegionaleIndex, bad: str) -> None:
        outcome = answer(index, POLL, page(match("m1", contact()) + bad + match("m3", contact())))
        assert isinstance(outcome, Done)
        assert [news.index_match_id for news in outcome.news] == ["m1", "m3"]
        assert outcome.dropped == 1

    def test_at_most_fifty_persons_and_fifty_words(self, index: RegionaleIndex) -> None:
        outcome = answer(index, POLL, page(match("m1", contact() * 60 + aanduiding() * 55) + match("m2")))
        assert isinstance(outcome, Done)
        first = outcome.news[0].content
        assert (len(first.betrokkenen), len(first.betekenissen), outcome.dropped) == (50, 50, 15)

    def test_all_matches_may_be_bad(self, index: RegionaleIndex) -> None:
        outcome = answer(index, REGISTER, afgeven(match(soort="RUZIE") * 200))
        assert outcome == Done(index_ref="ix-5", dropped=200)


def test_what_the_index_destroyed_by_itself_is_told_with_its_reason(index: RegionaleIndex) -> None:
    told = f"<vernietigd><gatewayReferentie>{SIGNAL}</gatewayReferentie><reden>OVERLEDEN</reden></vernietigd>"
    outcome = index.decode(POLL, WireResponse(200, soap(page(told))))
    assert isinstance(outcome, Done)
    assert outcome.ended == (Ended(signaal_id=str(SIGNAL), reason="OVERLEDEN"),)
    unknown = index.decode(POLL, WireResponse(200, soap(page(told.replace("OVERLEDEN", "ANDERS")))))
    assert isinstance(unknown, Unknown)
