"""A sender under test: a good one passes, and each that is wrong in one way fails on what it is wrong in."""

import datetime as dt
import json
from itertools import count

import httpx
import pytest

from conformance import rules
from conformance.__main__ import main
from conformance.exchange import Exchange
from conformance.formats import find
from conformance.judge import Outcome, judge
from conformance.parties.doors import Doors
from conformance.parties.gateway import Gateway
from conformance.parties.server import Listener
from conformance.results import worksheet
from conformance.run import plan
from conformance.transcript import Transcript
from tests.conformance.good_sender import FhirSender, JsonSender, Sender

DAY = dt.date(2026, 11, 22)
HELD = rules.as_of(DAY)
KAN = {"bsn": True, "wijze": "acties", "organisatie": ""}


def begin(path=None, only=(), forms=("soap",), **kan):
    packs = sorted({one.pakket for one in HELD.of("zender")})
    header = {
        "rol": "zender", "formaten": [*forms], "partijen": [], "pakketten": packs, "zonder_pakketten": [],
        "alleen": [*only], "run": "proef", "regels_van": DAY.isoformat(), "kan": KAN | kan,
    }  # fmt: skip
    return Transcript.begin(path, header)


SENDERS = {"soap": Sender, "json": JsonSender, "fhir": FhirSender}


def played(broken="", *only, form="soap", **kan):
    transcript = begin(only=only, forms=(form,), **kan)
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        sender = SENDERS[form](listener.url, broken)
        sender.work(form)
        sender.http.close()
    gateway.close()
    return transcript


def serving(gateway):
    doors = Doors(gateway, lambda: worksheet.roster(HELD, gateway.transcript.header, "2026-11-22T10:00:00+00:00"))
    return Listener(doors.answer)


def told(transcript):
    return judge(transcript.rows, HELD)


def missed(verdict):
    return {one.requirement.id for one in verdict.blocking}


@pytest.mark.verify
@pytest.mark.parametrize("form", SENDERS)
def test_a_good_sender_passes_every_requirement_a_machine_can_see(form):
    transcript = played(form=form)
    verdict = told(transcript)
    for row in transcript.of("uitwisseling"):
        if row["antwoord"] is not None:
            exchange = Exchange.of(row)
            assert not find(form).heard(exchange)["contract"], (exchange.op, find(form).heard(exchange)["contract"])
    failed = [(one.requirement.id, one.findings) for one in verdict.blocking]
    assert verdict.passed, failed
    must = {one.id for one in HELD.requirements.values() if one.id.startswith("VIZ-") and one.waarneming == "draad"}
    elsewhere = {one for one in must if one.startswith("VIZ-SOAP") and form != "soap"} | {"VIZ-203"}
    assert {one.requirement.id for one in verdict.lines if one.outcome is Outcome.PASSED} >= must - elsewhere


def test_a_good_sender_without_bsn_passes():
    verdict = told(played("", "zender-zonder-bsn", "zender-woord", "zender-tikfout", bsn=False))
    assert verdict.passed
    assert {one.requirement.id: one.outcome for one in verdict.lines}["VIZ-203"] is Outcome.PASSED
    assert {one.requirement.id: one.outcome for one in verdict.lines}["VIZ-104"] is Outcome.INAPPLICABLE


MUTANTS = {
    "other_codes": "VIZ-101",
    "one_id_for_all": "VIZ-102",
    "gives_for_changing": "VIZ-503",
    "other_phone": "VIZ-503",
    "mistyped": "VIZ-104",
    "other_organisation": "VIZ-105",
    "asks_for_others": "VIZ-105",
    "moment_of_long_ago": "VIZ-106",
    "unreachable": "VIZ-107",
    "first_unreachable": "VIZ-107",
    "tells_the_wrong_one": "VIZ-108",
    "unsure": "VIZ-109",
    "tells_a_story": "VIZ-201",
    "number_in_the_address": "VIZ-202",
    "rewrites_the_word": "VIZ-401",
    "fills_in_a_word": "VIZ-402",
    "chooses_itself": "VIZ-403",
    "withdraws_for_ending": "VIZ-501",
    "ends_for_withdrawing": "VIZ-502",
    "no_revision": "VIZ-504",
    "changes_for_transferring": "VIZ-505",
    "extends_otherwise": "VIZ-506",
    "never_polls": "VIZ-601",
    "forgets_its_cursor": "VIZ-602",
    "loses_a_match": "VIZ-603",
    "never_follows_up": "VIZ-604",
    "keeps_what_lapsed": "VIZ-605",
    "stale_stand": "VIZ-606",
    "new_id_each_time": "VIZ-701",
    "moment_of_sending": "VIZ-701",
    "does_not_wait": "VIZ-702",
    "storms_on_refusal": "VIZ-703",
    "repeats_what_was_refused": "VIZ-704",
    "never_repairs": "VIZ-705",
    "impatient": "VIZ-706",
    "other_action": "VIZ-SOAP-001",
}
ONLY = {
    "VIZ-101": ("zender-woord",),
    "VIZ-102": ("VIZ-102", "zender-woord", "zender-geen-woord"),
    "VIZ-105": ("VIZ-105", "zender-beeindigen", "zender-woord"),
    "VIZ-602": ("zender-cursor", "zender-match"),
    "VIZ-701": ("zender-verbroken",),
    "VIZ-703": ("zender-blijft-geweigerd",),
    "VIZ-106": ("zender-woord",),
    "VIZ-103": ("zender-woord",),
}


@pytest.mark.parametrize(("broken", "eis"), MUTANTS.items())
def test_a_sender_that_is_wrong_in_one_way_misses_that_requirement(broken, eis):
    verdict = told(played(broken, *ONLY.get(eis, (eis,))))
    assert eis in missed(verdict)
    assert not verdict.passed


def test_a_run_that_was_killed_goes_on_with_the_same_gateway(tmp_path):
    path = tmp_path / "verloop.jsonl"
    first = Gateway(HELD, begin(path, ("zender-match", "zender-beeindigen", "zender-cursor")))
    with serving(first) as listener:
        sender = Sender(listener.url)
        for _ in range(3):
            told = sender.http.get(f"{listener.url}/toets/opdracht", params={"formaat": "soap"})
            sender.do(told.json(), 1)
    rows = path.read_bytes()
    path.write_bytes(rows[:-40])
    second = Gateway(HELD, Transcript.read(path))
    assert [one["stap"] for one in second.assignments()] == [one["stap"] for one in first.assignments()]
    with serving(second) as listener:
        sender.url = listener.url
        sender.work()
        sender.http.close()
    second.close()
    assert told_passed(path)


def told_passed(path):
    return told(Transcript.read(path)).passed


def test_another_attempt_takes_the_place_of_one_that_went_wrong():
    transcript = begin(only=("zender-woord",))
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        numbers = count(1)
        for broken in ("rewrites_the_word", ""):
            sender = Sender(listener.url, broken)
            sender.numbers = numbers
            sender.work()
            sender.http.close()
            assert gateway.finished
            if broken:
                assert "VIZ-401" in missed(told(transcript))
                assert gateway.again("zender-woord") and not gateway.again("bestaat-niet")
    gateway.close()
    assert told(transcript).passed


ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<signaalAfgeven xmlns="urn:x-verwijsindex-gateway:aanlevering:1"><kop><bronSysteem>x</bronSysteem></kop>'
    "<bronSignaalId>{own}</bronSignaalId><soort>SIGNAAL</soort><jeugdige>{child}</jeugdige>"
    "</signaalAfgeven></s:Body></s:Envelope>"
)
NAMED = "<persoonsgegevens><familienaam>{}</familienaam><geboortedatum>{}</geboortedatum></persoonsgegevens>"
STRANGERS = {
    "a number": ("1", "<bsn>123456782</bsn>", "123456782"),
    "a name": ("1", NAMED.format("Echtebuur", "2014-02-03"), "Echtebuur"),
    "a name beside a test number": ("1", f"<bsn>999996526</bsn>{NAMED.format('Echtebuur', '2019-07-27')}", "Echtebuur"),
    "an own id that is a number": ("123456782", "<bsn>999996526</bsn>", "123456782"),
    "an education number": ("1", "<bsn>999996526</bsn><onderwijsnummer>123456782</onderwijsnummer>", "123456782"),
    "what cannot be read": ("1", "<bsn>123456782</bsn><", "123456782"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_what_is_about_a_stranger_is_refused_and_not_written_down(case):
    own, child, value = STRANGERS[case]
    transcript = begin(only=("zender-woord", "zender-verkeer"))
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        body = ENVELOPE.format(own=own, child=child).encode()
        reply = httpx.post(f"{listener.url}/soap/v1?x={value}", content=body, headers={"X-Naam": value})
    assert reply.status_code == 500
    assert "TOETS-0" in reply.text and value not in reply.text
    assert value not in json.dumps(transcript.rows)
    assert len(list(transcript.of("uitwisseling"))) == 1


def test_a_child_of_the_list_that_is_not_on_the_roster_is_answered_as_any_other():
    transcript = begin(only=("zender-woord", "zender-verkeer"))
    gateway = Gateway(HELD, transcript)
    with serving(gateway) as listener:
        body = ENVELOPE.format(own="7", child="<bsn>999996289</bsn>").encode()
        reply = httpx.post(f"{listener.url}/soap/v1", content=body)
    assert "VIX-1001" in reply.text
    assert next(transcript.of("uitwisseling"))["scenario"] == "zender-verkeer"


def test_the_contract_is_served_and_what_is_next_is_told():
    gateway = Gateway(HELD, begin(only=("zender-woord",)))
    with serving(gateway) as listener:
        wsdl = httpx.get(f"{listener.url}/soap/v1?wsdl").text
        schema = httpx.get(f"{listener.url}/soap/v1?xsd=aanlevering-1.xsd").text
        told = httpx.get(f"{listener.url}/toets/opdracht").json()
        none = httpx.get(f"{listener.url}/toets/opdracht?zonder=zender-woord")
        roster = httpx.get(f"{listener.url}/toets/rooster").json()
        nowhere = httpx.post(f"{listener.url}/elders", content=b"")
    assert f'location="{listener.url}/soap/v1"' in wsdl and f'"{listener.url}/soap/v1?xsd=' in wsdl
    assert "targetNamespace" in schema
    assert told["handeling"] == "signaalAfgeven" and told["jeugdige"]["bsn"] == "999996526"
    assert told["gegevens"]["aanduidingen"][0]["woord"] == "spoed"
    assert none.status_code == 204 and nowhere.status_code == 404
    assert roster["scenarios"][0]["stappen"][0]["opdracht"] == told["opdracht"]


def test_what_a_screen_shows_is_attested_and_adds_nothing_to_the_verdict(tmp_path, capsys):
    path = tmp_path / "verloop.jsonl"
    transcript = begin(path, ("zender-scherm", "zender-woord"))
    gateway = Gateway(HELD, transcript)
    gateway.close()
    assert main(["verklaar", "--map", str(tmp_path)]) == 2
    file = tmp_path / "verklaringen.toml"
    asked = file.read_text(encoding="utf-8")
    assert asked.count("[[verklaring]]") == 5
    for name, value in {"door": "T. Ester", "bewijs": "a.png", "uitkomst": "ja"}.items():
        asked = asked.replace(f'{name} = ""', f'{name} = "{value}"')
    file.write_text(asked, encoding="utf-8")
    assert main(["verklaar", "--map", str(tmp_path)]) == 2
    assert "het bewijs staat niet naast dit bestand" in capsys.readouterr().out
    (tmp_path / "a.png").write_bytes(b"beeld")
    assert main(["verklaar", "--map", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    verdict = told(Transcript.read(path))
    assert {one.outcome for one in verdict.attested} == {Outcome.ATTESTED} and len(verdict.attested) == 5
    assert verdict.count(Outcome.PASSED) == 0 and not verdict.passed
    assert "T. Ester" in said and said.rstrip().splitlines()[-1].startswith("0 passed")


def test_every_scenario_of_a_sender_has_its_own_child_and_an_instruction_for_each_step():
    scenarios = HELD.of("zender")
    for form in ("soap", "json", "fhir", "csv"):
        kinds = [one.kind for one in scenarios if one.kind and form in one.formaten]
        assert len(set(kinds)) == len(kinds)
    assert {f"{one.kind:09}" for one in scenarios if one.kind} <= set(rules.children())
    for one in scenarios:
        for step in one.stappen:
            assert step.opdracht or step.doe in ("verkeer", "terugkijken"), (one.id, step.id)
            assert step.wie in ("zender", "toets")


def test_a_part_that_does_not_hold_for_this_sender_is_not_on_its_worksheet():
    told = worksheet.roster(HELD, begin().header, "2026-11-22T10:00:00+00:00")
    names = {one["scenario"] for one in told["scenarios"]}
    assert "zender-tikfout" in names and "zender-zonder-bsn" not in names
    assert "zender-verkeer" not in names
    assert {one.name for one in plan(HELD, begin().header)} > names
    page = worksheet.page(told)
    assert "Piet Junior Streeveld" in page and "&lt;liefst&gt;" in page and "<script" not in page
