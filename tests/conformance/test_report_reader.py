"""What the report tells who must mend a faulty system with nothing else than the report and his own source."""

import re
from functools import cache

import httpx
import pytest
from lxml import etree

from conformance import demands, result
from conformance.demands import answers, asked, canaries, inward, moment, throughout
from conformance.judge import Finding, Outcome
from conformance.parties.gateway import Gateway
from conformance.results import causes, deviation, html, words
from tests.conformance.runs import chained, committed
from tests.conformance.test_reports import hostile, said_in
from tests.conformance.test_sender_role import ENVELOPE, HELD, begin, played, serving

ABOUT = {"begonnen": "2026-11-22T10:00:00+00:00", "kit": "0" * 64, "versie": "0", "regels": ""}


@cache
def judged(broken, *only, form="soap"):
    rows = played(broken, *only, form=form).rows
    return result.of(chained([{**rows[0], **ABOUT}, *rows[1:]]))


@cache
def page(broken, *only, form="soap"):
    return etree.HTML(html.page(judged(broken, *only, form=form)))


def text(element, language="nl"):
    """What a reader of one language sees."""
    other = "en" if language == "nl" else "nl"
    return " ".join("".join(element.xpath(f".//text()[not(ancestor::span[@class = '{other}'])]")).split())


def article(found, eis):
    (one,) = found.xpath(f"//article[starts-with(@id, '{eis}-')]")
    return one


def order(found):
    return [one.get("id").rpartition("-")[0] for one in found.xpath("//article")]


@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_of_a_difference_both_messages_are_shown_with_what_differs_named_and_marked(form):
    one = article(page("moment_of_sending", "zender-verbroken", form=form), "VIZ-701")
    (row,) = one.xpath(".//table/tbody/tr")
    assert row.xpath("./th/text()") == ["datumTijdMelding"]
    earlier, now = row.xpath("./td/code/text()")
    assert earlier != now
    marked = one.xpath(".//mark//text()")
    assert len(marked) == 2 and earlier in marked[0] and now in marked[1]
    assert [text(head).partition(":")[0] for head in one.xpath(".//h5")] == ["Het eerdere bericht", "Dit bericht"]


def test_what_is_the_same_and_must_not_be_is_shown_twice_with_why_it_was_refused():
    one = article(page("repeats_what_was_refused", "VIZ-704"), "VIZ-704")
    assert text(one.xpath("./p")[0]) == "Dit is hetzelfde als eerder, en had anders moeten zijn."
    assert len(one.xpath(".//h5")) == 2
    assert "VIX-1303: De melder is door de organisatie aangewezen" in text(one)


@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_what_was_refused_says_at_not_done_by_which_rule_and_where(form):
    one = article(page("unsure", "zender-woord", form=form), "VIZ-103")
    assert "niet gedaan: geweigerd met VIX-1305" in text(one)
    (told,) = one.xpath(".//ul/li[strong = 'VIX-1305']")
    assert "redelijk vermoeden" in text(told).lower() and text(told.xpath("./code")[0])
    assert "reasonable suspicion" in text(told, "en").lower()
    assert "not done: refused with VIX-1305" in text(one, "en")
    assert "De toets weigerde dit bericht" in text(one) and "The kit refused this message" in text(one, "en")
    mend = one.xpath("./dl/dd")[1]
    assert "redelijk vermoeden" in text(mend).lower(), "what the refusal says, and not to tie a button to an operation"


def test_what_came_for_nothing_is_told_where_something_is_missed():
    transcript = begin(only=("zender-woord", "zender-verkeer"))
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        body = ENVELOPE.format(own="1", child="<bsn>123456782</bsn>").encode()
        httpx.post(f"{listener.url}/soap/v1", content=body)
    gateway.close()
    rows = transcript.rows
    made = html.page(result.of(chained([{**rows[0], **ABOUT}, *rows[1:]])))
    one = article(etree.HTML(made), "VIZ-103")
    assert text(one.xpath("./p")[0]) == "Hiervoor kwam niets binnen."
    assert "Er kwam wel iets binnen dat bij geen opdracht hoort:" in text(one) and "TOETS-01" in text(one)
    assert "123456782" not in made


@pytest.mark.parametrize(
    ("broken", "only", "cause", "later"),
    [
        ("other_codes", "zender-woord", "VIZ-101", ["VIZ-103"]),
        ("unsure", "zender-woord", "VIZ-109", ["VIZ-103"]),
        ("unreachable", "zender-woord,zender-geen-woord", "VIZ-107", ["VIZ-103"]),
        ("moment_of_sending", "zender-verbroken,zender-het-hele-verkeer", "VIZ-701", ["VIZ-103", "VIZ-106"]),
    ],
)
def test_a_cause_comes_before_what_it_may_have_caused(broken, only, cause, later):
    found = page(broken, *only.split(","))
    assert order(found)[: 1 + len(later)] == [cause, *later]
    first = article(found, cause)
    assert "Misschien een gevolg" not in text(first)
    for eis in later:
        assert f"Misschien een gevolg van {cause} soap; herstel dat eerst." in text(article(found, eis))
    (todo,) = found.xpath("//section[h2//text() = 'Wat er te doen is']/ol")
    assert text(todo.xpath("./li")[0].xpath("./a")[0]) == f"{cause} soap"
    assert [text(one.xpath("./a")[0]) for one in todo.xpath("./li")[0].xpath("./ul/li")] == [
        f"{one} soap" for one in later
    ]


def test_everything_that_failed_is_told_once_whatever_its_order():
    for found in (committed(), judged("unreachable", "zender-woord", "zender-geen-woord"), hostile()):
        told = causes.Causes(found).ordered()
        failed = [one for one in found.lines if one.outcome is Outcome.FAILED]
        assert sorted(one.line.requirement.id for one in told) == sorted(one.requirement.id for one in failed)


@pytest.mark.parametrize(
    ("broken", "only", "eis", "nl", "en"),
    [
        ("unsure", "zender-woord", "VIZ-109", "attestaties.redelijkVermoeden ontbreekt.",
         "attestaties.redelijkVermoeden is missing."),
        ("moment_of_long_ago", "zender-woord", "VIZ-106",
         "datumTijdMelding is te vroeg: 72 uur voor de aankomst.",
         "datumTijdMelding is too early: 72 hours before arrival."),
        ("extends_otherwise", "VIZ-506", "VIZ-506", "verwijderdatum is anders; verwacht: verwijderdatum zoals",
         "verwijderdatum is not the same; expected: verwijderdatum as instructed:"),
        ("does_not_wait", "VIZ-702", "VIZ-702", "Te vroeg: al na", "Too early: after"),
        ("other_codes", "zender-woord", "VIZ-101",
         "In strijd met het contract: in geslacht een waarde die niet in de lijst van het contract staat.",
         "Against the contract: in geslacht a value not in the contract's list."),
        ("unreachable", "zender-woord", "VIZ-107", "melder.telefoon of melder.email ontbreekt.",
         "melder.telefoon or melder.email is missing."),
    ],
)  # fmt: skip
def test_a_failure_begins_with_what_deviates(broken, only, eis, nl, en):
    first = article(page(broken, only), eis).xpath("./p")[0]
    assert text(first).startswith(nl)
    assert text(first, "en").startswith(en)


def test_every_way_to_fail_gives_a_whole_sentence_in_both_languages():
    for module in (demands, moment, answers, asked, throughout, canaries, inward):
        for got in said_in(module):
            nl, en = deviation.sentence(Finding("E", "s", "soap", "x", Outcome.FAILED, "een X", got, "a.b"))
            assert nl.endswith(".") and en.endswith("."), got
            assert not re.search(r"\{|\}", nl + en), got


@pytest.mark.parametrize(
    ("expected", "got", "nl"),
    [
        ("een weigering met VIX-1, VIX-2", "HTTP 400, geweigerd met VIX-2", "Geweigerd, maar niet met VIX-1."),
        ("een weigering met VIX-1", "HTTP 200, aangenomen", "Aangenomen (HTTP 200), en had geweigerd moeten worden."),
        ("stand.status = ACTIEF", "ARCHIEF", "stand.status is ARCHIEF, en hoort ACTIEF te zijn."),
        ("stand.status = ACTIEF", "niets", "stand.status ontbreekt."),
        (
            "een antwoord dat de handeling aanneemt",
            "HTTP 500, geweigerd met VIX-1",
            "Geweigerd met VIX-1, en had aangenomen moeten worden.",
        ),
        ("een antwoord dat de handeling aanneemt", "geen antwoord (ReadTimeout)", "Er kwam geen antwoord."),
    ],
)
def test_what_came_is_told_beside_what_should_have(expected, got, nl):
    at = "stand.status" if " = " in expected else ""
    assert deviation.sentence(Finding("E", "s", "soap", "x", Outcome.FAILED, expected, got, at))[0] == nl


@pytest.mark.parametrize("found", [page("extends_otherwise", "VIZ-506"), etree.HTML(html.page(committed()))])
def test_no_word_between_braces_reaches_the_reader(found):
    for one in found.xpath("//*[not(self::pre) and not(self::style)]/text()[not(ancestor::pre)]"):
        assert not re.search(r"\{[a-z_.]+[^{}]*\}", one), one
    for step in found.xpath("//ol/li"):
        assert "[{" not in text(step) and "'" not in text(step)


def test_the_words_of_the_kit_are_explained():
    (listed,) = page("moment_of_sending", "zender-verbroken", "zender-het-hele-verkeer").xpath(
        "//section[h2//text() = 'Woorden in dit verslag']/dl"
    )
    told = text(listed)
    for word in ("draad", "kijk", "tussendoor", "plaats", "niet gedaan", "niet bereikt", "op de lijn", "TOETS-"):
        assert word in told
    assert len(listed.xpath("./dt")) == len(listed.xpath("./dd")) == len(words.GLOSSARY)


@pytest.mark.parametrize(
    "made", [committed, hostile, lambda: judged("unsure", "zender-woord"), lambda: judged("loses_a_match", "VIZ-603")]
)
def test_the_numbers_at_the_top_are_those_of_the_lists(made):
    found = made()
    read = etree.HTML(html.page(found))
    told = text(read.xpath("//main/section/p[2]")[0])
    whole, passed, failed, unreached, untested, aside = map(
        int,
        re.search(
            r"Van (\d+) eisen.* zijn er (\d+) gehaald en (\d+) niet gehaald; (\d+) zijn niet bereikt, omdat een "
            r"eerdere stap misging, (\d+) niet getoetst en (\d+) niet van toepassing",
            told,
        ).groups(),
    )
    assert whole == passed + failed + unreached + untested + aside == len(found.lines)
    assert failed == len(read.xpath("//article"))
    rows = {text(one.xpath("./h2")[0]): len(one.xpath(".//tbody/tr")) for one in read.xpath("//section[h2]")}
    if unreached + untested:
        assert rows[f"Niet bereikt ({unreached}) en niet getoetst ({untested})"] == unreached + untested
    assert rows[f"Gehaald ({passed}) en niet van toepassing ({aside})"] == passed + aside
    (together,) = read.xpath("//tfoot/tr")
    assert sum(map(int, re.findall(r"(\d+) van", text(together)))) == passed
    assert sum(map(int, re.findall(r"van (\d+)", text(together)))) == whole - aside


def test_a_step_in_which_nobody_does_anything_is_not_told_as_done_by_the_system():
    one = article(page("moment_of_sending", "zender-verbroken", "zender-het-hele-verkeer"), "VIZ-106")
    assert "kijk: de toets kijkt terug op alles wat in dit formaat voorbijkwam" in text(one)
    assert "zender-verbroken, stap geef" in text(one), "where the message itself was asked for"
