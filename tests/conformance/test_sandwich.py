"""The sandwich is tested too: a faithful gateway passes it, each broken one is caught by the rule it breaks."""

import re
from pathlib import Path

import pytest

from conformance import rules
from conformance.__main__ import main
from conformance.parties.behaviour import BEHAVIOURS
from gateway.cli.running import free_port
from tests.cli.processes import sandbox_process
from tests.conformance.fake_forwarder import FAULTS, Forwarder
from tests.conformance.runs import today

TOKENS = ("--token", "een", "--partner-token", "twee", "--blind-token", "blind")


def toets(broken, *extra):
    index, receiver = free_port(), free_port()
    with Forwarder(broken, f"http://127.0.0.1:{index}/soap", f"http://127.0.0.1:{receiver}/") as fake:
        command = (
            "gateway",
            "--format",
            "soap",
            "--sut",
            fake.url,
            *TOKENS,
            "--match-timeout",
            "1.5" if broken else "20",
        )
        return main([*command, "--index-port", str(index), "--receiver-port", str(receiver), *extra])


def only(*eisen):
    return [word for eis in eisen for word in ("--only", eis)]


def test_a_faithful_gateway_passes_exactly_once_and_is_told(capsys):
    assert toets("", "--only", "sandwich-eenmaal", "--only", "sandwich-verteld") == 0, capsys.readouterr().out


def test_a_repeat_that_is_forwarded_is_seen(capsys):
    assert toets(FAULTS["VIG-902"], "--only", "VIG-902") == 1
    assert "verwacht: berichten.kop.berichtReferentie: 1 keer" in capsys.readouterr().out


def test_what_came_in_is_on_the_page_and_is_judged_again_the_same(capsys, tmp_path):
    toets(FAULTS["VIG-902"], "--only", "VIG-902", "--out", str(tmp_path))
    [page] = tmp_path.glob("*.html")
    shown = page.read_text(encoding="utf-8")
    assert "Dit kwam binnen bij de toets als index" in shown
    assert "curl" not in shown
    assert main(["herkeur", str(tmp_path / "uitslag.json")]) == 0, capsys.readouterr().out


@pytest.mark.verify
def test_a_faithful_gateway_passes_the_whole_sandwich(capsys):
    code = toets("", *only(*FAULTS))
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == f"{len(FAULTS)} passed, 0 failed, 0 skipped", said
    assert code == 0


@pytest.mark.verify
@pytest.mark.parametrize("eis", FAULTS)
def test_a_gateway_that_breaks_a_rule_is_caught_by_it(eis, capsys):
    code = toets(FAULTS[eis], "--only", eis)
    said = capsys.readouterr().out
    assert re.search(rf"^{eis} soap +(MUST|SHOULD) +niet gehaald", said, re.M), said
    assert today().requirements[eis].herstel in said
    assert code == 1


def test_every_requirement_of_the_sandwich_has_its_fault():
    tried = {eis for one in today().of("gateway") if one.pakket == "sandwich" for eis in one.eisen}
    assert set(FAULTS) == tried
    assert len(set(FAULTS.values())) == len(FAULTS)


def test_without_the_sandwich_its_requirements_are_not_tested_and_there_is_no_pass(capsys):
    with Forwarder("", "http://127.0.0.1:1/", "http://127.0.0.1:1/") as fake:
        command = ["gateway", "--format", "soap", "--sut", fake.url, *TOKENS]
        assert main([*command, *only("VIG-101", "VIG-902", "VIG-952")]) == 1
        said = capsys.readouterr().out
        assert "MUST niet getoetst, de toets speelde geen index: VIG-902 (soap)" in said
        assert "MUST niet getoetst, de toets speelde geen ontvanger: VIG-952 (soap)" in said
        assert main([*command, "--without", "sandwich", *only("VIG-101", "VIG-902")]) == 0
        assert "Dit is geen oordeel over het geheel" in capsys.readouterr().out


@pytest.mark.verify
def test_the_sandbox_can_be_pointed_at_the_kit(tmp_path, capsys):
    index, receiver = free_port(), free_port()
    there = ("--index", f"http://127.0.0.1:{index}/soap", "--receiver", f"http://127.0.0.1:{receiver}/")
    with sandbox_process(tmp_path, *there) as told:
        tokens = {one["id"]: one["token"] for one in told["partners"]}
        command = ["gateway", "--format", "soap", "--sut", told["gateway"], "--token", tokens["school-de-wilg"]]
        command += ["--partner-token", tokens["jeugdhulp-voorbeeld"], "--index-port", str(index)]
        played = ["--only", "sandwich-eenmaal", "--only", "sandwich-verteld"]
        code = main([*command, "--receiver-port", str(receiver), *played])
    assert code == 0, capsys.readouterr().out


def test_each_behaviour_is_explained():
    told = (Path(__file__).parents[2] / "docs" / "conformance-gateway.md").read_text(encoding="utf-8")
    assert {one for one in BEHAVIOURS if f"`{one}`" not in told} == {"goed"}


def test_a_behaviour_that_does_not_exist_is_no_rule(tmp_path):
    strange = tmp_path / "eigen.toml"
    strange.write_text(
        '[[scenario]]\nid = "x"\nrol = "gateway"\npakket = "kern"\nnl = "x"\nen = "x"\nformaten = ["soap"]\n'
        '[[scenario.stap]]\nwie = "school"\ndoe = "wachten"\nindex = "ontploft"\n',
        encoding="utf-8",
    )
    with pytest.raises(rules.Wrong, match="ontploft"):
        rules.as_of(today().day, [strange])
