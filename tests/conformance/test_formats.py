"""The formats of the kit: pinned as released, and the same story told and heard in each of them."""

import csv
import datetime as dt
import io
import json
import zipfile
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from lxml import etree

from conformance import formats, rules
from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question, csvfile, plainjson, table
from conformance.judge import Outcome, judge
from conformance.play import Player, Reach
from conformance.run import MEETING
from conformance.transcript import Transcript
from gateway.adapters.senders.csvfile import write as csv_write
from gateway.adapters.senders.csvfile.layout import FIELDS
from gateway.adapters.senders.csvfile.read import ACTIONS
from gateway.cli.sandbox import sandbox, token_of

ROOT = Path(__file__).parents[2]
SIGNAL = {
    "bronSysteem": "vig-toets", "bronSignaalId": "1", "soort": "SIGNAAL",
    "jeugdige": {"bsn": "999996472", "geboortedatum": "2019-10-01"},
    "melder": {"professionalId": "p", "naam": "E. Toets", "telefoon": "010-5550123"},
    "aanduidingen": [{"as": "urgentie", "woord": "spoed; \"nu\""}],
}  # fmt: skip


def said(form, op, request, status, content_type, body):
    reply = Reply(status, (("Content-Type", content_type),), body)
    return Exchange(1, "s", 1, form, "1", 1, "school", op, False, "", 1, request, reply)


def test_the_openapi_document_is_the_published_one():
    published = ROOT / "gateway" / "schemas" / plainjson.OPENAPI
    assert (ROOT / "conformance" / "contract" / plainjson.OPENAPI).read_bytes() == published.read_bytes()


def test_the_fhir_definitions_are_the_published_ones():
    here, there = ROOT / "conformance" / "contract" / "fhir", ROOT / "gateway" / "schemas" / "fhir"
    published = {one.relative_to(there): one.read_bytes() for one in there.rglob("*.json")}
    assert {one.relative_to(here): one.read_bytes() for one in here.rglob("*.json")} == published


def test_the_columns_are_those_of_the_gateway():
    layout = table.layout()
    assert {*layout["kolommen"]} | {"actie", "uzi", "big", "agb", "skj"} == {*FIELDS}
    assert {*layout["acties"].values()} == {*ACTIONS}
    assert tuple(layout["verslag"]["kolommen"]) == ("regel", *csv_write.KEYS, *csv_write.TOLD)
    others = (f"betrokkene_{name}" for name in csv_write.OTHER)
    told = (*csv_write.MATCH, *others, "betekenissen", "uitleg", *csv_write.REGIE, "verwijderen")
    assert tuple(layout["matches"]["kolommen"]) == told


def test_every_step_can_be_said_in_the_formats_of_its_scenario():
    for scenario in rules.as_of(dt.date(2026, 11, 22)).of("gateway"):
        for form in scenario.formaten:
            for step in scenario.within(form).stappen:
                if step.doe not in ("herhalen", "terugkijken", "wachten", "xsd"):
                    message = {"signaalId": "x", "matchId": "x", "regiehandeling": "NEMEN", "aantal": 1, **SIGNAL}
                    known = {"resultaat": "/r", "draad": {"adresBestand": "/b"}}
                    formats.find(form).ask(Question(step.doe, message, "http://x", "t", step.draad, known=known))
                assert not step.draad or step.draad in formats.find(form).twists, (scenario.id, step.id)


def test_json_names_the_field_a_pointer_points_at():
    request = plainjson.Json().ask(Question("signaalAfgeven", SIGNAL, "http://x", "t"))
    body = {"code": "VIX-1101", "bevindingen": [{"code": "VIX-1101", "plaats": "/jeugdige/bsn"},
                                                {"code": "VIX-1304", "plaats": "/melder/email"}]}  # fmt: skip
    told = said("json", "signaalAfgeven", request, 422, plainjson.PROBLEM, json.dumps(body).encode())
    heard = plainjson.Json().heard(told)
    assert heard["aanwijzingen"] == [
        {"code": "VIX-1101", "aantal": 1, "naam": "bsn"},
        {"code": "VIX-1304", "aantal": 0, "naam": ""},
    ]
    assert heard["uitkomst"] == "geweigerd" and heard["contract"]


def test_a_breach_of_the_contract_is_told_without_a_value():
    request = plainjson.Json().ask(Question("capaciteiten", {}, "http://x", "t"))
    told = said("json", "capaciteiten", request, 200, plainjson.JSON, b'{"bsnToegestaan": "Geheim"}')
    (*missing, kind) = plainjson.Json().heard(told)["contract"]
    assert len(missing) == 5 and kind == "/bsnToegestaan: type"
    wrong = said("json", "capaciteiten", request, 418, plainjson.JSON, b"{}")
    assert plainjson.Json().heard(wrong)["contract"] == ["HTTP 418 staat niet bij capaciteiten"]


@pytest.mark.parametrize("twist", sorted(csvfile._BODIES | table.SHAPES | csvfile._DELIMITERS))
def test_a_bent_file_differs_from_the_plain_one(twist):
    message = SIGNAL | {"melder": SIGNAL["melder"] | {"naam": "É. Toets"}}
    plain, bent = (
        csvfile.CsvFile().ask(Question("signaalAfgeven", message, "http://x", "t", one)) for one in ("", twist)
    )
    assert plain.body != bent.body


def test_a_row_holds_the_fields_under_their_columns():
    request = csvfile.CsvFile().ask(Question("signaalAfgeven", SIGNAL, "http://x", "t"))
    (row,) = csv.DictReader(request.body.decode().splitlines(), delimiter=";")
    assert row["bsn"] == "999996472" and row["urgentie"] == 'spoed; "nu"' and row["actie"] == "afgeven"


def test_a_workbook_says_what_the_file_says():
    lines = table.cells([table.row("signaalAfgeven", SIGNAL)])
    with zipfile.ZipFile(io.BytesIO(table.workbook(lines))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = [[cell.findtext(".//{*}t") for cell in row] for row in sheet.iter("{*}row")]
    assert rows == lines


KINDS = ("application/json", "application/problem+json", "application/fhir+json", "text/csv", "text/xml")
STRANGE = (
    b"", b"1", b"[]", b'"x"', b"null", b"\xff\xfe", b"[" * 20_000, b"x" * 200_000,
    b'{"bevindingen": null, "code": {"a": 1}}',
    b'{"bevindingen": [1, {"code": 2, "plaats": 3}], "adviezen": 4}', b'{"matches": [1, null], "meer": "x"}',
    b'{"resourceType": "Bundle", "type": "message", "entry": 3}', b'{"resourceType": "Flag", "extension": [1]}',
    b'{"resourceType": "OperationOutcome", "issue": [{"details": 1, "expression": 2}]}',
    b'{"resourceType": "Task", "contained": [null], "input": {}}', b'{"id": 1, "resultaat": 2, "bestand": "x"}',
)  # fmt: skip


@pytest.mark.parametrize("form", formats.NAMES)
@pytest.mark.parametrize("op", ["signaalAfgeven", "matchesOpvragen"])
def test_nothing_that_comes_back_breaks_the_kit(form, op):
    asked = formats.find(form).ask(Question(op, SIGNAL, "http://x", "t"))
    for status, kind, body in product((200, 202, 422), KINDS, STRANGE):
        told = said(form, op, asked, status, kind, body)
        heard = formats.heard(told)
        assert {"uitkomst", "http", "codes", "contract"} <= heard.keys()
        assert all(isinstance(one, str) for one in (*heard["codes"], *heard["contract"])), (status, kind, body[:50])
        formats.find(form).then(told)


def test_a_line_of_a_report_is_read_into_the_same_facts():
    asked = csvfile.CsvFile().ask(Question("signaalAfgeven", SIGNAL, "http://x", "t"))
    header = ";".join(table.layout()["verslag"]["kolommen"])
    cells = [
        "2", "afgeven", "vig-toets", "1", "1", "geweigerd", "", "", "", "", "", "",
        "VIX-1101 fout bij regel 2, kolom 5 (bsn). Regel: Een BSN. Twee. Herstel: Kijk | na. | "
        "VIX-1304 fout bij regel 2 (melder). Regel: Bereikbaar. Herstel: Vul in.",
    ]  # fmt: skip
    body = f"\ufeff{header}\r\n{table.written([cells])}".encode()
    before = said("csv", "signaalAfgeven", asked, 202, "application/json", b"{}")
    report = said("csv", "signaalAfgeven", Request("GET", "http://x/result.csv"), 200, "text/csv", body)
    heard = csvfile.CsvFile().heard(report, before)
    assert heard["codes"] == ["VIX-1101", "VIX-1304"] and heard["contract"] == []
    assert [one["herstel"] for one in heard["bevindingen"]] == ["Kijk | na.", "Vul in."]
    assert heard["aanwijzingen"] == [
        {"code": "VIX-1101", "aantal": 1, "naam": "bsn"},
        {"code": "VIX-1304", "aantal": 1, "naam": "melder"},
    ]


def test_words_and_questions_of_a_report_are_read():
    row = dict.fromkeys(table.layout()["verslag"]["kolommen"], "") | {
        "status": "aangenomen", "signaal_id": "01a20266-39b7-704d-a081-23774cce84d0",
        "betekenissen": 'handelt: "ik" = handelt-zelf (equal) | urgentie: "a | b" = onbekend (unmatched)',
        "vragen": 'urgentie: "a | b" = ? urgentie_begrip: nu (Nu (meteen)) of later (Later)',
    }  # fmt: skip
    told = csvfile._result(row)["ontvangstbewijs"]
    assert [one["woord"] for one in told["betekenissen"]] == ["ik", "a | b"]
    assert told["vragen"] == [{"as": "urgentie", "woord": "a | b", "keuzes": [{"begrip": "nu"}, {"begrip": "later"}]}]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("sandbox"), wait_seconds=2) as running:
        yield running


def played(running, form):
    held = rules.as_of(dt.datetime.now(dt.UTC).date())
    partners = {"school": "school-de-wilg", "jeugdhulp": "jeugdhulp-voorbeeld", "jongerenwerk": "jongerenwerk-blind"}
    header = {
        "rol": "gateway", "formaten": [form], "partijen": [*partners], "alleen": [], "run": uuid4().hex[:8],
        "pakketten": sorted({one.pakket for one in held.of("gateway")} - {"sandwich"}),
        "regels_van": held.day.isoformat(),
    }  # fmt: skip
    transcript = Transcript.begin(None, header)
    tokens = {party: token_of(partner) for party, partner in partners.items()}
    player = Player(held, transcript, Reach(base=running.gateway, tokens=tokens, timeout=30, match_timeout=20))
    try:
        player.run()
    finally:
        player.close()
    return transcript, judge(transcript.rows, held)


NOTHING_SAID = {"VIG-202", "VIG-203", "VIG-204", "VIG-205"}
"""What a system that says nothing at all does not breach."""


def unanswered(row):
    if row["soort"] != "uitwisseling" or row["scenario"] == MEETING:
        return row
    return row | {"antwoord": {"status": 500, "koppen": [], "inhoud": {"tekst": ""}}}


@pytest.mark.verify
@pytest.mark.parametrize("form", formats.NAMES)
def test_our_gateway_passes_every_scenario(running, form):
    transcript, verdict = played(running, form)
    good = (Outcome.PASSED, Outcome.INAPPLICABLE)
    assert [(one.requirement.id, one.findings) for one in verdict.lines if one.outcome not in good] == []
    assert verdict.passed
    deaf = judge([unanswered(row) for row in transcript.rows], rules.of_run(transcript.header))
    met = {one.requirement.id for one in deaf.lines if one.outcome is Outcome.PASSED}
    assert met <= NOTHING_SAID
    assert judge(transcript.rows, rules.of_run(transcript.header)) == verdict
    assert not any(token_of("school-de-wilg") in json.dumps(row) for row in transcript.rows)
