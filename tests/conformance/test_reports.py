"""The result as people and other software read it. What the system under test answered is hostile everywhere."""

import ast
import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fhir.resources.R4B.bundle import Bundle
from lxml import etree

import conformance
from conformance import demands, result
from conformance.__main__ import main
from conformance.demands import answers, asked, canaries, inward, moment, throughout
from conformance.judge import Outcome
from conformance.parties.behaviour import BEHAVIOURS
from conformance.result import Result
from conformance.results import html, junit, plain_json, pretty, testreport, words, write
from conformance.results.english import english
from conformance.results.markup import Html, both, el, shown
from conformance.transcript import Row
from tests.conformance.runs import DATA, RUN, chained, changed, committed, today
from tests.conformance.test_sender_role import played as sent

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\x00\x1b[31m\u202e]]>&\"'"


def hostile(body: str = EVIL, only: str = "") -> Result:
    """The committed run, with this in every answer, or in those of one scenario."""

    def put(row: Row) -> None:
        if row["soort"] == "uitwisseling" and row["antwoord"] and row["scenario"] == (only or row["scenario"]):
            row["antwoord"] |= {"koppen": [["x-kop", EVIL]], "inhoud": {"tekst": body}}
        if row["soort"] == "kop":
            row |= {"product": EVIL, "adres": EVIL}

    return changed(put)


def text_of(page: str) -> str:
    """What a reader of the page sees, in both languages."""
    return " ".join(etree.HTML(page).itertext())


def test_a_failure_has_all_that_is_needed_to_mend_it() -> None:
    found = committed()
    said = text_of(html.page(found))
    failed = [one for one in found.verdict.lines if one.outcome is Outcome.FAILED]
    assert len(failed) == 4
    for line in failed:
        requirement = line.requirement
        first = next(one for one in line.findings if one.outcome is Outcome.FAILED)
        texts = (requirement.nl, requirement.en, requirement.bron, requirement.herstel, requirement.fix)
        again = (f"--only {requirement.id}", f"herhaal uitslag.json {first.n} --token", "curl -sS -i")
        for told in (*texts, *again, first.expected, first.got):
            assert told in said, (requirement.id, told)
    head = found.header
    for told in (head["run"], head["kit"], head["regels"], *head["contracten"].values(), "Voorbeeldzorg 4.2.0"):
        assert told in said


def test_not_reached_is_not_failed_and_names_the_step_that_went_wrong() -> None:
    page = etree.HTML(html.page(committed()))
    (row,) = page.xpath("//tr[th = 'VIG-603 soap']")
    assert "niet bereikt" in "".join(row.itertext())
    assert "match: stap een" in "".join(row.itertext())
    assert not page.xpath("//article[@id = 'VIG-603-soap']")


def test_each_request_can_be_saved_from_the_page_and_is_the_one_that_was_sent() -> None:
    found = committed()
    page = etree.HTML(html.page(found))
    links = {one.get("download"): one.get("href") for one in page.xpath("//a[@download]")}
    assert links
    for name, href in links.items():
        sent = found.exchanges[int(name[:4])].request.body
        assert base64.b64decode(href.partition("base64,")[2]) == sent


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = html.page(committed())
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"<(script|link|img|iframe|object)", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert etree.HTML(page).get("lang") == "nl"


def test_an_answer_cannot_break_out_of_the_page() -> None:
    page = html.page(hostile())
    assert "<script" not in page and "<img" not in page and "onerror=alert(2)&gt;" in page
    assert "\x00" not in page and "\x1b" not in page and "\u202e" not in page
    assert "\\u202e" in page and "\\u001b" in page


HUGE = {
    "deep": "<a>" * 50_000,
    "deep JSON": "[" * 200_000,
    "one line": "x" * 999_000,
    "wide": "<r>" + "<e>y</e>" * 90_000 + "</r>",
    "wide, laid out": "<r>" + "<e>y</e>" * 30_000 + "</r>",
    "lines": "\n" * 900_000,
}


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_a_huge_answer_is_cut_and_says_so(body: str) -> None:
    page = html.page(hostile(body, "ontvangstbewijs"))
    assert len(page) < 1_500_000
    assert f"{len(body)} bytes, sha256" in page


def test_the_place_of_a_finding_is_marked() -> None:
    def put(row: Row) -> None:
        if row["soort"] == "uitwisseling" and (row["scenario"], row["stap"]) == ("ontvangstbewijs", "geef"):
            row["antwoord"] |= {"status": 200, "inhoud": {"tekst": ANSWER}}

    found = changed(put)
    (line,) = [one for one in found.verdict.lines if one.requirement.id == "VIG-501"]
    assert line.outcome is Outcome.FAILED
    page = etree.HTML(html.page(found))
    marked = ["".join(one.itertext()) for one in page.xpath("//article[@id = 'VIG-501-soap']//mark")]
    assert marked == ["<vi:status>ARCHIEF</vi:status>"]


ANSWER = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><vi:signaalAfgevenAntwoord '
    'xmlns:vi="urn:x-verwijsindex-gateway:aanlevering:1"><vi:ontvangstbewijs><vi:status>ander</vi:status>'
    "</vi:ontvangstbewijs>"
    "<vi:stand><vi:status>ARCHIEF</vi:status></vi:stand></vi:signaalAfgevenAntwoord></s:Body></s:Envelope>"
)


@pytest.mark.parametrize(
    ("body", "at", "got", "marked", "exact"),
    [
        ('{"a":1,"stand":{"status":"X"},"status":"Y"}', "stand.status", "X", ['"status": "X"'], True),
        ('{"matches":[{"a":"A"},{"a":"B"}]}', "matches[a=A].a", "A", ['"a": "A"', '"a": "B"'], True),
        ('{"stand":{"nu":"1"}}', "stand.status", "niets", ['"stand": {'], False),
        ("<r><vraag><as>1</as></vraag><as>2</as></r>", "vragen.as", "1", ["<as>1</as>"], True),
        ("<r><w:MessageID xmlns:w='urn:w'>1</w:MessageID></r>", "draad.messageID", "geen", ["<w:MessageID"], True),
        ("<r><code>VIX-1001</code><b/></r>", "", "geweigerd met VIX-1001", ["<code>VIX-1001</code>"], True),
        ("a;b\n999996472;x\n", "antwoord 7", "wel gevonden", ["999996472;x"], True),
        ("<r><b>t</b></r>", "contract", "/vi:r/vi:b[2]: SCHEMAV_CVC", ["<b>t</b>"], True),
    ],
)  # fmt: skip
def test_a_place_is_found_by_its_names(body: str, at: str, got: str, marked: list[str], exact: bool) -> None:
    lines = pretty.lines(body.encode())
    place = pretty.place(lines, at, got)
    said = [lines[number].text.strip() for number in sorted(place.lines)]
    assert [one.startswith(wanted) for one, wanted in zip(said, marked, strict=True)] == [True] * len(marked)
    assert place.exact is exact


def test_of_a_sender_the_place_is_marked_in_what_it_sent() -> None:
    rows = sent("rewrites_the_word", "VIZ-401").rows
    about = {"begonnen": "2026-11-22T10:00:00+00:00", "kit": "0" * 64, "versie": "0", "regels": ""}
    found = result.of(chained([{**rows[0], **about}, *rows[1:]]))
    (line,) = [one for one in found.lines if one.requirement.id == "VIZ-401"]
    assert line.outcome is Outcome.FAILED
    page = etree.HTML(html.page(found))
    (article,) = page.xpath("//article[@id = 'VIZ-401-soap']")
    (asked, *_) = article.xpath(".//details[summary//text() = 'Wat uw systeem stuurde']")
    assert asked.get("open") is not None
    assert ["".join(one.itertext()) for one in asked.xpath(".//mark")] == ["<vi:aanduiding>"]
    assert "herhaal" not in "".join(article.itertext()), "who wrote it can send it again; the kit cannot"
    assert etree.fromstring(junit.report(found)).get("failures") == "1"


def test_every_role_pack_deed_and_party_has_words() -> None:
    scenarios = today().scenarios
    steps = [step for one in scenarios for step in one.stappen]
    assert {one.pakket for one in scenarios} <= set(words.PACKS)
    assert {one.doe for one in steps} <= {*words.DEEDS, *words.SEEN}
    assert {one.wie for one in steps} <= set(words.WHO)
    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.BEHAVIOUR) == set(BEHAVIOURS)


def said_in(module: Any) -> list[str]:
    """Every sentence form in which a demand fails, with X for what is filled in."""
    told: list[ast.expr] = []
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name("Failed") | ast.Attribute(attr="fail" | "beside")):
                told += [*node.args[:2], *(key.value for key in node.keywords if key.arg == "got")]
            case ast.Assign(targets=[ast.Name("got" | "expected")], value=said):
                told.append(said)
            case ast.Assign(targets=[ast.Tuple([ast.Name("expected"), _])], value=ast.Tuple(elts=each)):
                told += each[:2] if node.targets[0].elts[1].id == "got" else each[:1]
            case ast.Return(value=ast.Tuple(elts=[said, *_])):
                told.append(said)
    return [form for one in told for form in spelt(one)]


def spelt(said: ast.expr) -> list[str]:
    """The sentence forms an expression can give."""
    match said:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*spelt(said.body), *spelt(said.orelse)]
        case ast.JoinedStr():
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in said.values)]
        case _:
            return []


def test_every_way_in_which_a_demand_fails_has_english() -> None:
    forms = [
        one for module in (demands, moment, answers, asked, throughout, canaries, inward) for one in said_in(module)
    ]
    assert len(forms) > 80
    same = {"X = X", "X: X", "X X", "in X", "in X: X", "X ms", "Content-Type text/xml", "een MessageID", "X", ""}
    assert [one for one in forms if english(one) == one and one not in same] == []


@pytest.mark.parametrize(
    ("dutch", "told"),
    [
        ("HTTP 500, geweigerd met VIX-1001", "HTTP 500, refused with VIX-1001"),
        ("a.b: minstens 2 keer", "a.b: at least 2 times"),
        ("een weigering met VIX-1 of geen kop", "a refusal with VIX-1 or no kop"),
        ("stap een", "step een"),
        ("iets van een regio", "iets van een regio"),
    ],
)
def test_what_the_kit_says_is_said_in_english(dutch: str, told: str) -> None:
    assert english(dutch) == told


def test_markup_escapes_what_it_did_not_make() -> None:
    assert el("p", "<b>", el("b", "&"), None, ["x", Html("<i>")], class_='"', hidden=True, title=None) == (
        '<p class="&quot;" hidden>&lt;b&gt;<b>&amp;</b>x<i></p>'
    )
    assert both("één", "one") == '<span class="nl">één</span><span class="en" lang="en">one</span>'
    assert shown("a\tb\nc\ud800") == "a\tb\nc\\ud800"


@pytest.mark.parametrize("made", [committed, hostile])
def test_junit_is_as_build_servers_read_it(made: Any) -> None:
    found = made()
    root = etree.fromstring(junit.report(found))
    etree.XMLSchema(etree.parse(DATA / "junit.xsd")).assertValid(root)
    cases = root.findall(".//testcase")
    assert len(cases) == len(found.verdict.lines) == int(root.get("tests"))
    failed = [one.get("name").split()[0] for one in cases if one.find("failure") is not None]
    assert failed == [one.requirement.id for one in found.verdict.lines if one.outcome is Outcome.FAILED]
    skipped = len(root.findall(".//skipped"))
    assert skipped == sum(one.outcome not in (Outcome.PASSED, Outcome.FAILED) for one in found.verdict.lines)


def test_what_a_person_attested_stands_apart() -> None:
    found = committed()
    seen = replace(found.rules.requirements["VIG-407"], waarneming="verklaard")
    rules = replace(found.rules, requirements={**found.rules.requirements, "VIG-407": seen})
    apart = result.of(found.rows, rules)
    page = etree.HTML(html.page(apart))
    assert not page.xpath("//article[@id = 'VIG-407-soap']") and page.xpath("//article[@id = 'VIG-101-soap']")
    (row,) = page.xpath("//tr[th = 'VIG-407 soap']")
    assert "verklaard van niet" in "".join(row.itertext())
    before, after = (etree.fromstring(junit.report(one)) for one in (found, apart))
    assert int(after.get("failures")) == int(before.get("failures")) - 1
    (told,) = [one for one in plain_json.report(apart)["eisen"] if one["eis"] == "VIG-407"]
    assert told["waarneming"] == "verklaard"


def test_the_json_is_as_its_schema_says() -> None:
    folder = Path(conformance.__file__).parent / "results"
    schema = json.loads((folder / "uitslag-1.schema.json").read_bytes())
    verdict = jsonschema_rs.validator_for({**schema["$defs"]["oordeel"], "$defs": schema["$defs"]})
    for found in (committed(), hostile()):
        made = plain_json.report(found)
        assert verdict.is_valid(made), next(verdict.iter_errors(made)).message
        assert made["voldoet"] is False


def test_fhir_software_can_read_it() -> None:
    found = committed()
    made = testreport.bundle(found, form="soap")
    Bundle.model_validate(made)
    resources = [one["resource"] for one in made["entry"]]
    reports = {one["id"]: one for one in resources if one["resourceType"] == "TestReport"}
    scripts = {one["url"] for one in resources if one["resourceType"] == "TestScript"}
    assert {one["testScript"]["reference"] for one in reports.values()} == scripts
    assert reports["ontvangstbewijs"]["result"] == "fail"
    assert reports["vreemde-xml"]["result"] == "pass"
    assert reports["zonder-bsn"]["result"] == "pending"
    assert testreport.text(found) == "", "nothing was played in FHIR"


def test_every_form_is_written(tmp_path: Path) -> None:
    names = {Path(one).name for one in write(hostile(), tmp_path)}
    assert names == {"uitslag.json", "uitslag.html", "oordeel.json", "junit.xml"}
    assert result.read(tmp_path / "uitslag.json").as_it_was


def test_a_result_is_made_from_where_the_run_was_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = committed().rows
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows]
    (tmp_path / "verloop.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    assert main(["uitslag", "--map", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert (tmp_path / "uitslag.json").read_bytes() == RUN.read_bytes()
    assert main(["uitslag", "--map", str(tmp_path / "nergens"), "--out", str(tmp_path)]) == 2


def test_one_request_is_sent_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], httpx_mock: Any) -> None:
    found = committed()
    number = next(one.n for line in found.verdict.lines for one in line.findings if one.outcome is Outcome.FAILED)
    httpx_mock.add_response(status_code=500, content=b"<a><b>1</b></a>")
    assert main(["herhaal", str(RUN), str(number), "--token", "geheim"]) == 0
    (sent,) = httpx_mock.get_requests()
    assert sent.content == found.exchanges[number].request.body
    assert sent.headers["authorization"] == "Bearer geheim"
    said = capsys.readouterr().out
    assert "HTTP 500" in said and "  <b>1</b>" in said and "geheim" not in said
    assert main(["herhaal", str(RUN), "99999"]) == 2
