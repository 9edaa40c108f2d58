"""What there is to say of packs: which there are, what one says, what changes on which day, and what is wrong."""

import datetime as dt
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

SHIPPED = files("gateway.mappings") / "packs"
OLD, NEW = dt.date(2015, 1, 1), dt.date(2027, 7, 1)
RECORD = {"covenant": "c", "dpia": "d"}


@pytest.fixture
def dated(config: dict[str, Any]) -> None:
    begins = [("na-intrekking", NEW), ("landelijk-strikt", OLD)]
    packs = [{"pack": pack, "valid_from": day} for pack, day in begins]
    config["regions"]["noord"] = {"index": "noord", **RECORD, "packs": packs}


def own(tmp_path: Path, **said: str) -> Path:
    text = (SHIPPED / "landelijk-strikt.toml").read_text("utf-8").replace('id = "landelijk-strikt"', 'id = "eigen"')
    for key, instead in said.items():
        text = "\n".join(f"{key} = {instead}" if line.startswith(f"{key} =") else line for line in text.splitlines())
    file = tmp_path / "eigen.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.usefixtures("dated")
def test_the_list_names_every_pack_and_when_a_region_begins_with_it(
    verwijsindex: Run, written: Callable[[], Path]
) -> None:
    said = verwijsindex("packs", "list", "--config", written())
    assert said.code == 0
    for name in ("landelijk-strikt@", "regionaal@", "uitgebreid@", "na-intrekking@", "beeindigd@"):
        assert name in said.out
    lines = [line for line in said.out.splitlines() if line.startswith("region noord: ")]
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["2015-01-01", "2027-07-01"]


def test_without_a_configuration_the_shipped_packs_hold(
    verwijsindex: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = verwijsindex("packs", "check")
    assert (said.code, said.out.startswith("5 packs hold: ")) == (0, True)
    assert "there are none: name --config" in verwijsindex("packs", "diff", "--region", "noord").err


def test_everything_that_is_wrong_with_packs_is_told(verwijsindex: Run, tmp_path: Path) -> None:
    wrong = own(tmp_path, duty_to_inform='"soms"', needs_record="nee", regional_days="0")
    said = verwijsindex("packs", "check", wrong)
    assert said.code == 2 and said.err.startswith(f"{wrong}: is not TOML")
    wrong = own(tmp_path, duty_to_inform='"soms"', needs_record='"nee"', keeps='["haast"]', travels='["crisis"]')
    said = verwijsindex("packs", "check", wrong)
    assert said.code == 2
    assert [line.split(": ")[1] for line in said.err.splitlines()] == [
        "duty_to_inform.under_12", "duty_to_inform.from_12", "duty_to_inform.from_16", "needs_record",
    ]  # fmt: skip
    said = verwijsindex("packs", "check", own(tmp_path, keeps='["haast"]'))
    assert (said.code, said.err) == (2, "eigen: keeps: no axis 'haast'\n")


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ({"pack": "eigen"}, "regions.noord.pack: no pack 'eigen'"),
        (
            {"packs": [{"pack": "na-intrekking", "valid_from": OLD}]},
            "regions.noord.packs: pack 'na-intrekking' is there",
        ),
        ({"pack": "uitgebreid", "covenant": ""}, "regions.noord: pack 'uitgebreid' needs a recorded covenant and DPIA"),
    ],
)
def test_a_region_that_names_packs_wrongly_is_told(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], region: dict[str, Any], told: str
) -> None:
    config["regions"]["noord"] = {"index": "noord", **RECORD, **region}
    for command in (("packs", "check"), ("status",)):
        said = verwijsindex(*command, "--config", written())
        assert (said.code, told in said.err) == (2, True), said.err


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ({}, "name one pack, or packs"),
        ({"pack": "regionaal", "packs": [{"pack": "regionaal", "valid_from": NEW}]}, "not both"),
        ({"packs": [{"pack": name, "valid_from": NEW} for name in ("regionaal", "beeindigd")]}, "two begin on one day"),
    ],
)
def test_a_region_names_one_pack_or_a_row_of_them(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], region: dict[str, Any], told: str
) -> None:
    config["regions"]["noord"] = {"index": "noord", **region}
    said = verwijsindex("status", "--config", written())
    assert (said.code, told in said.err) == (2, True)


def test_a_pack_names_only_indexes_that_are_there(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], tmp_path: Path
) -> None:
    file = own(tmp_path)
    with file.open("a", encoding="utf-8") as more:
        more.write('\n[indexes.zuid]\nleaves = ["soort"]\n')
    config["packs"], config["regions"]["noord"]["pack"] = [str(file)], "eigen"
    said = verwijsindex("packs", "check", "--config", written())
    assert (said.code, "names an index 'zuid' that is not there" in said.err) == (2, True)


@pytest.mark.usefixtures("dated")
def test_a_pack_is_shown_by_its_name_or_by_region_and_day(verwijsindex: Run, written: Callable[[], Path]) -> None:
    file = written()
    by_name = json.loads(verwijsindex("packs", "show", "na-intrekking", "--config", file).out)
    assert by_name["legal_basis"] == "TOESTEMMING" and by_name["duty_to_inform"]["from_12"] == "require"
    assert by_name["leaves"] == sorted(by_name["leaves"])
    for day, found in (("2027-06-30", "landelijk-strikt"), ("2027-07-01", "na-intrekking")):
        said = verwijsindex("packs", "show", "--region", "noord", "--on", day, "--config", file)
        assert json.loads(said.out)["id"] == found
    assert verwijsindex("packs", "show", "--config", file).code == 2
    assert "no pack 'weg'" in verwijsindex("packs", "show", "weg", "--config", file).err
    assert (
        "no region 'zuid'; there are noord" in verwijsindex("packs", "show", "--region", "zuid", "--config", file).err
    )


@pytest.mark.usefixtures("dated")
def test_what_changes_is_told_by_the_day(verwijsindex: Run, written: Callable[[], Path]) -> None:
    file = written()
    told = verwijsindex("packs", "diff", "--region", "noord", "--config", file).out.splitlines()
    assert told[0].startswith("region noord: landelijk-strikt@") and told[0].endswith("from 2015-01-01")
    assert told[1].startswith("from 2027-07-01: na-intrekking@")
    assert "  - categories: politie-justitie" in told
    assert "  ~ legal_basis: JEUGDWET_7_1 -> TOESTEMMING" in told
    between = verwijsindex("packs", "diff", "landelijk-strikt", "na-intrekking", "--config", file).out.splitlines()
    assert between == told[2:]
    back = verwijsindex("packs", "diff", "na-intrekking", "landelijk-strikt", "--config", file).out.splitlines()
    assert "  + categories: politie-justitie" in back
    assert verwijsindex("packs", "diff", "na-intrekking", "--config", file).code == 2
