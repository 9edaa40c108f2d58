"""The doctor on the words of a region or an organisation: what is broken, and what the field has yet to confirm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.doctor import examine
from tests.cli.ailments_delivery import Config

Write = Callable[[], Path]


def overlay(file: Path, *rows: str) -> str:
    header = Path("gateway/mappings/vocabulary/maps/lokaal-team.csv").read_text(encoding="utf-8").splitlines()[0]
    file.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    return str(file)


DANGER = "regiolijst,rood,rood,urgentie,direct,inexact,ja,,,{status},afspraak in de regio,telefoon"


def test_a_broken_overlay_names_its_row(config: Config, written: Write, tmp_path: Path) -> None:
    shipped = Path("gateway/mappings/vocabulary/maps/lokaal-team.csv").read_text(encoding="utf-8").splitlines()
    row = "eigen-lijst,rood,rood,urgentie,morgen,equivalent,,,,actief,eigen afspraak,"
    (tmp_path / "eigen.csv").write_text(f"{shipped[0]}\n{row}\n", encoding="utf-8")
    config["partners"][0].update(overlay=str(tmp_path / "eigen.csv"), code_list="eigen-lijst")
    faults = examine(written())
    assert {fault.where for fault in faults} == {"partners.school.overlay"}
    assert any("eigen.csv line 2" in fault.what for fault in faults)


@pytest.mark.parametrize("where", ["regions.noord.overlay", "partners.school.overlay"])
def test_own_words_that_mean_danger_must_be_confirmed_for_production(
    config: Config, written: Write, tmp_path: Path, where: str
) -> None:
    kind = config["regions"]["noord"] if where.startswith("regions") else config["partners"][0]
    kind.update(overlay=overlay(tmp_path / "eigen.csv", DANGER.format(status="concept")))
    (fault,) = examine(written())
    assert (fault.serious, fault.where) == (True, where)
    assert fault.what == "eigen.csv line 2 means danger and is not confirmed"
    overlay(tmp_path / "eigen.csv", DANGER.format(status="vastgesteld"))
    assert examine(written()) == []
    overlay(tmp_path / "eigen.csv", DANGER.format(status="onbevestigd"))
    config.update(environment="sandbox")
    assert examine(written()) == []


def test_an_organisations_list_may_be_its_regions(config: Config, written: Write, tmp_path: Path) -> None:
    config["regions"]["noord"].update(overlay=overlay(tmp_path / "r.csv", DANGER.format(status="vastgesteld")))
    config["partners"][0].update(code_list="regiolijst")
    assert examine(written()) == []


def test_a_row_that_is_wrong_only_over_its_regions_words_is_told_once(
    config: Config, written: Write, tmp_path: Path
) -> None:
    region = overlay(tmp_path / "r.csv", DANGER.format(status="vastgesteld"))
    config["regions"]["noord"].update(overlay=region)
    own = "regiolijst,rood,rood,urgentie,binnen-24-uur,inexact,,,,concept,eigen afspraak,eigen woord"
    config["partners"][0].update(overlay=overlay(tmp_path / "eigen.csv", own))
    (fault,) = examine(written())
    assert fault.where == "partners.school.overlay"
    assert fault.what == "R4 eigen.csv line 2: the row takes the advice to phone off a word"
