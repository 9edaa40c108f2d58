"""The pages one by one: every kind of match, texts of others that are not trusted, and what was wrong."""

import datetime as dt
from typing import Any

import pytest
from lxml import html

from gateway import compose
from gateway.canonical.card import Uitleg, ValseVriend
from gateway.canonical.finding import Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import MatchPage, OneMatch, Refusal, Reply
from gateway.canonical.terms import Equivalence, Meaning
from tests.contract.test_sender_soap import MATCH

HOSTILE = "<script>alert(1)</script>'\"&"


def shown(reply: Reply, operation: str = "MatchOpvragen", about: str = "") -> Any:
    answer = compose.match_pages("/match").encode(reply, operation=operation, relates_to=about)
    assert "script" not in answer.headers.get("content-security-policy", "script")
    return html.fromstring(answer.body.decode())


def text(page: Any) -> str:
    return " ".join(page.find("body").text_content().split())


def match(**changes: Any) -> Match:
    known = MATCH.model_copy(update={"content": MATCH.content.model_copy(update={"betekenissen": ()})})
    return known.model_copy(update=changes)


@pytest.mark.parametrize("soort", MatchSoort)
def test_every_kind_says_what_it_is(soort: MatchSoort) -> None:
    page = shown(OneMatch(match=match(soort=soort)))
    assert page.find(".//h1").text_content() == page.find(".//title").text_content()
    assert len(page.findall(".//h1")) == 1


def test_of_a_family_match_no_other_child_is_named() -> None:
    told = text(shown(OneMatch(match=match(soort=MatchSoort.GEZINSMATCH_OUDER, niet_dezelfde_jeugdige=True))))
    assert "niet om hetzelfde kind" in told


def pressed(page: Any) -> dict[str, bool]:
    found = page.iterfind(".//button")
    return {button.get("value"): button.get("aria-pressed") == "true" for button in found if button.get("value")}


def test_a_lapsed_match_offers_nothing() -> None:
    page = shown(OneMatch(match=match(status=MatchStatus.VERVALLEN, content=MatchContent())))
    assert "vervallen" in text(page)
    assert [form.get("action") for form in page.findall(".//form")] == ["/match/afmelden"]


@pytest.mark.parametrize("done", [None, Opvolging.CONTACT, Opvolging.VERWIJDERD])
def test_what_must_be_removed_is_confirmed(done: Opvolging | None) -> None:
    lapsed = match(status=MatchStatus.VERVALLEN, content=MatchContent(), verwijderen=True, opvolging=done)
    page = shown(OneMatch(match=lapsed))
    assert "Verwijder wat u" in text(page)
    assert pressed(page) == {"VERWIJDERD": done is Opvolging.VERWIJDERD}


@pytest.mark.parametrize("step", [step for step in Opvolging if step is not Opvolging.VERWIJDERD])
def test_what_was_recorded_is_pressed(step: Opvolging) -> None:
    page = shown(OneMatch(match=match(opvolging=step)))
    assert [name for name, held in pressed(page).items() if held] == [step.value]


def test_what_others_wrote_is_text_and_nothing_else() -> None:
    other = Betrokkene(naam=HOSTILE, functie=HOSTILE, instantie=HOSTILE, telefoon="06 'x", email='a@b.nl"onclick=x')
    meaning = Meaning(axis="urgentie", word=HOSTILE, concept="onbekend", equivalence=Equivalence.UNMATCHED, map="-")
    friend = ValseVriend(axis="urgentie", woord=HOSTILE, bij_u=HOSTILE, bij_de_ander=HOSTILE)
    uitleg = Uitleg(instantie=HOSTILE, over_de_index=HOSTILE, valse_vrienden=(friend,))
    content = MatchContent(betrokkenen=(other,), betekenissen=(meaning,))
    page = shown(OneMatch(match=match(content=content, uitleg=(uitleg,), bron_signaal_id=HOSTILE[:35])))
    assert page.findall(".//script") == []
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert text(page).count(HOSTILE) >= 6


def test_a_list_leads_to_each_match_and_to_the_next_page() -> None:
    lapsed = match(match_id="00000000-0000-4000-8000-000000000009", status=MatchStatus.VERVALLEN)
    page = shown(MatchPage(matches=(match(), lapsed), cursor="25.abc", more=True), "MatchesOpvragen")
    links = [link.get("href") for link in page.iterfind(".//main//a")]
    assert links == [f"/match/{MATCH.match_id}", f"/match/{lapsed.match_id}", "/match?na=25.abc"]
    assert "vervallen" in text(page)
    assert "geen matches" in text(shown(MatchPage(matches=(), cursor="0.a", more=False), "MatchesOpvragen"))


def test_what_was_wrong_is_told_with_its_fix_and_the_way_back() -> None:
    refusal = Refusal(findings=(Finding(code="VIX-1413"),))
    page = shown(refusal, "Terugkoppelen", str(MATCH.match_id))
    assert "VIX-1413" in text(page)
    assert page.find(".//main//a").get("href") == f"/match/{MATCH.match_id}"
    for strange in ("", "../x", "x" * 36 + "y", "é" * 36):
        assert shown(refusal, "Terugkoppelen", strange).find(".//main//a") is None


def test_the_moment_is_that_of_amsterdam() -> None:
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    assert "Sinds 01-01-2027" in text(shown(OneMatch(match=match(ontstaan_op=late))))
