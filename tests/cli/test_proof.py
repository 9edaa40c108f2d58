"""The demo's page: it says what did not hold, in a form that everybody can read."""

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from gateway.cli import demo
from gateway.cli.journey import Travelled, journey
from gateway.cli.partners import Exchange, soap
from gateway.cli.plays import MATCH, PLAYS
from gateway.cli.proof import Promise, Step, Story, page

MADE = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
HELD, BROKEN = Promise("Dat houdt", "That holds", True, ("01-in.xml",)), Promise("<Dat> breekt", "It breaks", False, ())
STEP = Step("01", "Er gebeurt iets", "Something happens", {"bericht": "01-in.xml"})
WORD = Travelled("School", "urgentie", "spoed", "Urgentie onbekend", "unmatched", True, False, True, "")
VI = 'xmlns="urn:x-verwijsindex-gateway:aanlevering:1"'
SAID = "<aanduiding><as>urgentie</as><woord>spoed</woord></aanduiding>"
MEANT = (
    "<as>urgentie</as><woord>spoed</woord><begrip>onbekend</begrip><equivalentie>unmatched</equivalentie>"
    "<weergave>Urgentie onbekend</weergave><definitie>Niet geraden.</definitie>"
)


class Outline(HTMLParser):
    """The headings of a page in their order, and its tags with what they carry."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def levels(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if tag in {"h1", "h2", "h3", "h4"}]


@pytest.fixture
def text() -> str:
    return page(PLAYS[MATCH].about, [HELD, BROKEN], [STEP], [Story("Regio", "De regel", (WORD,))], MADE)


def test_a_broken_promise_is_told_first_and_at_its_place(text: str) -> None:
    assert "1 van 2 beloften gehouden" in text
    assert text.count("Gehouden") == text.count("Gebroken") == 1
    assert 'class="verdict bad"' in text
    assert "&lt;Dat&gt; breekt" in text


def test_who_cannot_see_it_can_read_it(text: str) -> None:
    outline = Outline(text)
    assert ("html", {"lang": "nl"}) in outline.tags
    assert outline.levels()[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.levels(), outline.levels()[1:], strict=False))
    assert {attributes.get("scope") for tag, attributes in outline.tags if tag == "th"} == {"col", "row"}
    assert [tag for tag, _ in outline.tags].count("caption") == 1
    assert {"main", "header", "footer"} <= {tag for tag, _ in outline.tags}


def test_a_proof_is_named_by_the_step_it_comes_from(text: str) -> None:
    assert '<a href="01-in.xml">stap 1, bericht</a>' in text


def told(content: str) -> Exchange:
    return Exchange(b"", f"<m {VI}>{content}</m>".encode(), ("xml", "xml"), soap.read, (("urgentie", "spoed"),))


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("travels", [True, False])
def test_a_words_journey_is_what_the_bytes_say(kept: bool, travels: bool) -> None:
    meaning = f"<betekenis>{MEANT}</betekenis>"
    given = f"<ontvangstbewijs>{meaning}</ontvangstbewijs>" if kept else f"<vertaling>{MEANT}</vertaling>"
    index = f"<m xmlns='urn:index'>{SAID if travels else ''}</m>".encode()
    other = told(f"<match>{meaning}</match>" if travels else "<match/>")
    (word,) = journey("School", told(f"{given}<vraag>{SAID}<woord>spoed</woord></vraag>"), index, other)
    assert (word.word, word.concept, word.degree, word.asked) == ("spoed", "Urgentie onbekend", "unmatched", True)
    assert (word.kept, word.to_index) == (kept, travels)
    assert word.read == ("Urgentie onbekend. Niet geraden." if travels else "")


def test_a_demo_throws_nothing_away_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "dossier.txt").write_text("van iemand")
    with pytest.raises(FileExistsError, match="name another with --out"):
        demo.run(tmp_path, Console(quiet=True), PLAYS[MATCH])
    assert (tmp_path / "dossier.txt").read_text() == "van iemand"
