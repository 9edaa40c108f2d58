"""A nightly exporter without HTTP: the kit's worksheet, files over three days, and a verdict."""

import csv
import io
import json

import pytest

from conformance.__main__ import main
from conformance.judge import Outcome, judge
from conformance.rules import of_run
from conformance.transcript import Transcript
from tests.conformance.good_exporter import Exporter

DAYS = ("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25")


def nights(place, *more, broken="", whole=False, count=3):
    """Each night a file, a call of the kit, and what it wrote back; gives the last exit code."""
    extra = [*more, "--map", str(place / "run"), *(["--volledig"] if whole else [])]
    assert main(["werkblad", "--format", "csv", "--now", f"{DAYS[1]}T01:00:00+01:00", *extra]) == 0
    roster = json.loads((place / "run" / "rooster.json").read_text(encoding="utf-8"))
    exporter, code = Exporter(roster, broken, whole=whole), 2
    for night in range(count):
        file = place / f"nacht-{night + 1}.csv"
        file.write_bytes(exporter.export(DAYS[night]))
        code = main(["zender", "--file", str(file), "--now", f"{DAYS[night + 1]}T02:00:00+01:00", *extra])
        result = place / f"nacht-{night + 1}.result.csv"
        matches = place / f"nacht-{night + 1}.matches-niet-in-dossier.csv"
        exporter.read(result.read_bytes(), matches.read_bytes() if matches.exists() else b"")
    return code


def outcomes(place):
    transcript = Transcript.read(place / "run" / "verloop.jsonl")
    return {one.requirement.id: one.outcome for one in judge(transcript.rows, of_run(transcript.header)).lines}


def test_a_nightly_exporter_gets_a_verdict_over_three_days(tmp_path, capsys):
    assert nights(tmp_path) == 0
    said = capsys.readouterr().out
    assert "OORDEEL: geen; de toets is niet af" in said
    assert said.rstrip().splitlines()[-1].endswith("0 failed, 0 skipped")
    found = outcomes(tmp_path)
    assert {one for one, outcome in found.items() if outcome is Outcome.PASSED} >= {
        "VIZ-101", "VIZ-106", "VIZ-401", "VIZ-502", "VIZ-503", "VIZ-604", "VIZ-605", "VIZ-606", "VIZ-705",
        "VIZ-CSV-001", "VIZ-CSV-002",
    }  # fmt: skip


def test_a_whole_list_each_night_gets_a_verdict(tmp_path):
    assert nights(tmp_path, whole=True) == 0
    found = outcomes(tmp_path)
    assert found["VIZ-501"] is Outcome.PASSED
    assert found["VIZ-502"] is Outcome.INAPPLICABLE


@pytest.mark.parametrize(
    ("broken", "eis", "outcome"),
    [
        ("intrekken", "VIZ-502", Outcome.FAILED),
        ("hoofdletter", "VIZ-401", Outcome.FAILED),
        ("reden", "VIZ-CSV-001", Outcome.FAILED),
        ("vraagtekens", "VIZ-CSV-002", Outcome.FAILED),
        ("windows", "VIZ-CSV-002", Outcome.PASSED),
        ("leest-niets", "VIZ-604", Outcome.FAILED),
        ("herstelt-niet", "VIZ-705", Outcome.FAILED),
    ],
)
def test_an_exporter_that_is_wrong_in_one_way_misses_that_requirement(tmp_path, broken, eis, outcome):
    nights(tmp_path, "--only", eis, broken=broken)
    code = main(["zender", "--klaar", "--map", str(tmp_path / "run")])
    assert outcomes(tmp_path)[eis] is outcome
    assert (code == 0) is (outcome is Outcome.PASSED)


def test_a_row_about_nobody_of_the_list_is_refused_and_not_written_down(tmp_path):
    strange = {"bsn": "123456782", "familienaam": "Echtebuur", "geboortedatum": "2014-02-03"}
    row = strange | {"bron_systeem": "nacht", "bron_signaal_id": "E-1", "soort": "SIGNAAL", "geslacht": "M"}
    out = io.StringIO()
    writer = csv.DictWriter(out, [*row], delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    (tmp_path / "uit.csv").write_text(out.getvalue(), encoding="utf-8")
    assert main(["zender", "--file", str(tmp_path / "uit.csv"), "--map", str(tmp_path / "run")]) == 1
    result = (tmp_path / "uit.result.csv").read_text(encoding="utf-8-sig")
    kept = (tmp_path / "run" / "verloop.jsonl").read_text(encoding="utf-8")
    assert "geweigerd" in result and "TOETS-01" in result
    for value in [*strange.values(), "E-1"]:
        assert value not in result and value not in kept
