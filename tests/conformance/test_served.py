"""The kit as gateway: whatever it is asked, its answer obeys the contract, and a stranger's codec can read it."""

import csv
import datetime as dt
import io
import json
import re
import tomllib
from pathlib import Path

import httpx
import pytest

from conformance.exchange import Exchange, Reply
from conformance.formats import Question, csv_read, csv_served, find, served
from conformance.formats.table import written
from conformance.parties.gateway import Gateway
from tests.conformance.test_sender_role import HELD, begin, serving

NOW = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
SIGNAL = {
    "bronSysteem": "proef", "bronSignaalId": "A-1", "revisie": 1, "soort": "SIGNAAL",
    "jeugdige": {"bsn": "999996526", "familienaam": "Streeveld", "geboortedatum": "2019-07-27", "geslacht": "M"},
    "melder": {"professionalId": "ib-1", "naam": "V. Oorbeeld", "telefoon": "010-5550142"}, "datumTijdMelding": NOW,
    "attestaties": {"redelijkVermoeden": True, "informatieplicht": {"wie": "VERTEGENWOORDIGER", "datum": NOW[:10]}},
    "aanduidingen": [{"as": "urgentie", "woord": "spoed"}, {"as": "crisis", "woord": "crisis"}],
}  # fmt: skip
OWN = {"bronSysteem": "proef", "bronSignaalId": "A-1"}
STRANGE = {"bronSysteem": "proef", "bronSignaalId": "B-9"}
UNREACHABLE = SIGNAL | {"bronSignaalId": "A-2", "melder": {"professionalId": "ib-1", "naam": "V. Oorbeeld"}}
TALK = (
    ("capaciteiten", {"bronSysteem": "proef"}, ""),
    ("signaalAfgeven", SIGNAL, ""),
    ("signaalAfgeven", SIGNAL, ""),
    ("signaalAfgeven", SIGNAL | {"soort": "KETENREGISTRATIE"}, "VIX-1004"),
    ("signaalAfgeven", UNREACHABLE, "VIX-1304"),
    ("statusOpvragen", OWN, ""),
    ("statusOpvragen", STRANGE, "VIX-1401"),
    ("eigenSignalenOpvragen", {"bronSysteem": "proef"}, ""),
    ("matchesOpvragen", {"bronSysteem": "proef"}, ""),
    ("matchesOpvragen", {"bronSysteem": "proef", "na": "verzonnen"}, "VIX-1503"),
    ("signaalBeeindigen", OWN | {"datumEinde": NOW[:10]}, ""),
    ("signaalVerlengen", OWN | {"verwijderdatum": NOW[:10]}, "VIX-1404"),
    ("signaalIntrekken", OWN, ""),
    ("signaalAfgeven", SIGNAL, "VIX-1405"),
)


def said(form, url, op, message, twist=""):
    asked = find(form).ask(Question(op, message, url, None, twist))
    reply = httpx.request(asked.method, asked.url, content=asked.body, headers=list(asked.headers))
    told = Reply(reply.status_code, tuple(reply.headers.items()), reply.content)
    exchange = Exchange(0, "", 1, form, "", 1, "", op, False, "", 0, asked, told)
    return find(form).heard(exchange)


@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_every_answer_obeys_the_contract(form):
    gateway = Gateway(HELD, begin(forms=(form,)))
    with serving(gateway) as listener:
        for op, message, code in TALK:
            heard = said(form, listener.url, op, message)
            assert not heard["contract"], (op, heard["contract"])
            assert heard["uitkomst"] == ("geweigerd" if code else "aangenomen"), (op, heard["codes"])
            assert not code or code in heard["codes"], (op, heard["codes"])
            if op == "signaalAfgeven":
                assert heard["adviezen"][0]["code"] == "bel-nu" or code == "VIX-1405"


@pytest.mark.parametrize(("op", "message"), [(op, message) for op, message, code in TALK if op.startswith("signaal")])
@pytest.mark.parametrize("form", ["soap", "json", "fhir"])
def test_a_question_reads_as_it_was_meant(form, op, message):
    asked = find(form).ask(Question(op, message, "http://x", None))
    told = served(form).asked(asked)
    assert (told["handeling"], told["contract"]) == (op, [])
    assert {name: told["inhoud"].get(name) for name in message} == message


def test_fhir_over_rest_is_understood_as_the_messages_are():
    gateway = Gateway(HELD, begin(forms=("fhir",)))
    with serving(gateway) as listener:
        given = said("fhir", listener.url, "signaalAfgeven", SIGNAL, "rest")
        assert given["http"] == 201 and not given["contract"]
        number = given["ontvangstbewijs"]["signaalId"]
        found = said("fhir", listener.url, "signaalOpvragen", {"signaalId": number})
        assert found["ontvangstbewijs"]["bronSignaalId"] == "A-1"
        ended = said(
            "fhir", listener.url, "signaalBeeindigen", OWN | {"datumEinde": NOW[:10], "signaalId": number}, "rest"
        )
        assert ended["stand"]["status"] == "ARCHIEF" and not ended["contract"]
        assert httpx.get(f"{listener.url}/fhir/metadata").json()["fhirVersion"] == "4.0.1"
        strange = httpx.post(f"{listener.url}/fhir/Observation", json={"resourceType": "Observation"})
        assert strange.status_code == 400 and "VIX-1001" in strange.text


def test_a_story_in_fhir_breaks_the_contract():
    asked = find("fhir").ask(Question("signaalAfgeven", SIGNAL, "http://x", None, "narrative"))
    assert served("fhir").asked(asked)["contract"]


def test_a_reader_of_files_knows_the_names_and_codes_of_the_contract():
    """The pinned copy is what the gateway's own standard layout says."""
    own = tomllib.loads(Path("gateway/mappings/csv/standaard.toml").read_text(encoding="utf-8"))
    pinned = tomllib.loads(Path("conformance/contract/csv-1-lezen.toml").read_text(encoding="utf-8"))
    assert pinned["ook_bekend"] == own["kolommen"] and pinned["codes"] == own["codes"]
    assert pinned["niet_toegestaan"] == own["niet_toegestaan"] and pinned["niet_lezen"] == own["niet_lezen"]
    assert pinned["assen"] == [*own["assen"]]


ROW = {
    "Actie": "afgeven", "Bronsysteem": "nacht", "Signaal-kenmerk": "7", "Soort": "signaal", "BSN": "9999 96 526",
    "Achternaam": "Streeveld", "Geb. datum": "27-7-2019", "M/V": "jongen", "Medewerkernummer": "ib-1",
    "Melder": "V. Oorbeeld", "Telefoon melder": "010-5550142", "Meldingsdatum": "21-11-2026 9:58",
    "Vermoeden bevestigd": "ja", "urgentie": "spoed",
}  # fmt: skip


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_file_in_other_habits_says_the_same(letters, delimiter):
    title = "Uitvoer van vannacht\r\n\r\n"
    told = written([["Export"], [], [*ROW], [*ROW.values()], [*ROW], [""] * len(ROW)], delimiter)
    found = csv_read.opened((title + told).encode(letters))
    assert len(found.rows) == 1
    op, message, wrong = csv_read.message(found.header, found.rows[0][1])
    assert (op, wrong) == ("signaalAfgeven", [])
    assert message["jeugdige"] == {
        "bsn": "999996526", "familienaam": "Streeveld", "geboortedatum": "2019-07-27", "geslacht": "M",
    }  # fmt: skip
    assert message["datumTijdMelding"] == "2026-11-21T09:58:00+01:00"
    assert message["attestaties"]["redelijkVermoeden"] is True
    assert message["aanduidingen"] == [{"as": "urgentie", "woord": "spoed"}]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"Actie": "weggooien"}, "actie"),
        ({"Geb. datum": "6-5-14"}, "geboortedatum"),
        ({"Signaal-kenmerk": ""}, "bron_signaal_id ontbreekt"),
        ({"M/V": "X"}, "geslacht"),
        ({"Toelichting": "Geheim"}, "kolom 15"),
        ({"Soort": "zorgmelding"}, "soort"),
    ],
)
def test_a_row_that_breaks_the_contract_is_told_by_its_rule_and_never_by_its_value(change, rule):
    row = ROW | change
    _, _, wrong = csv_read.message((*row,), (*row.values(),))
    assert any(rule in one for one in wrong), wrong
    assert not any(value in one for one in wrong for value in change.values() if value)


@pytest.mark.parametrize("body", [b"", b"een;twee\r\n1;2\r\n", b"\x81\x8d\x8f", b"bsn\r\n1"])
def test_a_file_without_a_header_is_not_read(body):
    with pytest.raises(csv_read.Unreadable):
        csv_read.opened(body)


def test_a_report_has_the_columns_of_the_contract():
    told = served("csv").answer(
        csv_served.Request("RIJ", "x", (("regel", "4"),)),
        {"handeling": "signaalAfgeven", "inhoud": OWN},
        {"uitkomst": "geweigerd", "bevindingen": [{"code": "VIX-1", "ernst": "fout", "plaats": "melder.telefoon",
                                                  "regel": "R.", "herstel": "H."}]},
    )  # fmt: skip
    (line,) = csv.DictReader(io.StringIO(told.body.decode("utf-8-sig")), delimiter=";")
    assert (line["regel"], line["actie"], line["bron_signaal_id"], line["revisie"]) == ("4", "afgeven", "A-1", "1")
    assert line["bevindingen"] == "VIX-1 fout bij melder_telefoon. Regel: R. Herstel: H."


def test_what_the_manual_shows_of_an_instruction_is_what_is_given():
    manual = Path("docs/conformance-sender.md").read_text(encoding="utf-8")
    shown = json.loads(re.search(r"```json\n(.*?)```", manual, re.S)[1])
    given = next(one for one in Gateway(HELD, begin()).assignments() if one["scenario"] == shown["scenario"])
    assert {**shown, "opdracht": ""} == {**given, "opdracht": ""}
