"""Files from the disk: imported, watched, and an organisation that changes its system."""

import csv
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gateway import compose
from gateway.cli import files
from gateway.config import read
from gateway.errors import Unavailable
from tests.cli.conftest import Run

HEADER = (
    "actie;bron_systeem;bron_signaal_id;soort;familienaam;geboortedatum;geslacht;professional_id;melder_naam;"
    "melder_telefoon;datum_tijd_melding;redelijk_vermoeden;veiligheid"
)


def line(number: int, *, action: str = "afgeven", soort: str = "SIGNAAL", word: str = "") -> str:
    who = f"Fictief{chr(97 + number)};06-05-2014;m;ib-1;I. Fictief;030-1234567;{time.strftime('%d-%m-%Y')} 00:00;ja"
    return f"{action};las;L{number};{soort};{who};{word}"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\r\n".join([HEADER, *lines, ""]), encoding="utf-8", newline="")
    return path


def report(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def own(written: Callable[[], Path], verwijsindex: Run) -> Callable[..., Any]:
    config = written()
    return lambda *said: verwijsindex(*said, "--partner", "school", "--config", config)


def test_a_file_is_imported_and_reported_beside_it(own: Callable[..., Any], tmp_path: Path) -> None:
    file = write(tmp_path / "kinderen.csv", line(1), line(2, soort="?"), line(3))
    said = own("import", file)
    assert said.code == 1
    assert "VIX-1105" in said.out
    told = report(tmp_path / "kinderen.resultaat.csv")
    assert [(row["regel"], row["status"]) for row in told] == [
        ("2", "aangenomen"),
        ("3", "geweigerd"),
        ("4", "aangenomen"),
    ]
    again = own("import", file, "--resultaat", tmp_path / "weer.csv")
    assert again.code == 1
    assert [row["status"] for row in report(tmp_path / "weer.csv")] == ["bekend", "geweigerd", "bekend"]


def test_a_file_of_good_rows_ends_well_and_danger_is_said_aloud(own: Callable[..., Any], tmp_path: Path) -> None:
    said = own("import", write(tmp_path / "goed.csv", line(1, word="acuut onveilig")))
    assert said.code == 0
    assert "112" in said.out


def test_a_file_that_cannot_be_read_says_what_to_do(own: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "foto.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00")
    said = own("import", tmp_path / "foto.csv")
    assert said.code == 1
    assert "VIX-10" in said.err
    assert "Traceback" not in said.err
    assert not list(tmp_path.glob("*resultaat*"))


def test_whose_file_it_is_must_be_known(verwijsindex: Run, written: Callable[[], Path], tmp_path: Path) -> None:
    file = write(tmp_path / "x.csv", line(1))
    said = verwijsindex("import", file, "--partner", "niemand", "--config", written())
    assert (said.code, said.err) == (2, "no partner 'niemand'; there are school\n")


def test_a_whole_list_shows_what_is_gone_and_ends_it_when_told(own: Callable[..., Any], tmp_path: Path) -> None:
    own("import", write(tmp_path / "een.csv", *map(line, range(4))), "--volledig")
    file = write(tmp_path / "twee.csv", *map(line, range(3)))
    shown = own("import", file, "--volledig")
    assert "--beeindig 1" in shown.out
    wrong = own("import", file, "--volledig", "--beeindig", "2")
    assert wrong.code == 1
    assert "VIX-1408" in wrong.err
    done = own("import", file, "--volledig", "--beeindig", "1")
    assert done.code == 0
    assert report(tmp_path / "twee.resultaat.csv")[-1]["actie"] == "beeindigen"


def test_a_watched_folder_is_emptied_and_answers_each_file(written: Callable[[], Path], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "goed.csv", line(1))
    (folder / "stuk.csv").write_bytes(b"\x00\x01\x02\x03")
    (folder / "~$open.xlsx").write_bytes(b"x")
    (folder / "brief.docx").write_bytes(b"x")
    looks = iter([False, False, True])

    def ended(_: float) -> bool:
        if not (folder / "later.csv").exists() and not (folder / files.DONE).joinpath("later").exists():
            write(folder / "later.csv", line(2))
        return next(looks)

    house = compose.house(read(written()))
    try:
        files.watch(files.Desk.of(house, "school", Console(quiet=True)), folder, whole=False, ended=ended)
    finally:
        house.close()
    names = {name: sorted(path.name.split(".")[0] for path in (folder / name).iterdir()) for name in _FOLDERS}
    assert names == {"verwerkt": ["goed", "later"], "niet-gelezen": ["stuk"], "resultaat": ["goed", "later", "stuk"]}
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        "brief.docx",
        "later.csv",
        "~$open.xlsx",
    ]
    assert [path.name.split(".")[1] for path in (folder / files.RESULTS).glob("goed*")] == ["csv"]
    fault = next((folder / files.RESULTS).glob("stuk*.fout.txt")).read_text(encoding="utf-8")
    assert fault.startswith("VIX-10")


_FOLDERS = (files.DONE, files.BROKEN, files.RESULTS)


def test_a_store_that_is_away_does_not_end_the_watch(
    written: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "later.csv", line(1))
    looks, refused = iter([False, False, True]), []
    house = compose.house(read(written()))
    begin = house.store.do

    def away(unit: Any) -> Any:
        if not refused:
            refused.append(unit)
            raise Unavailable("away")
        return begin(unit)

    monkeypatch.setattr(house.store, "do", away)
    try:
        desk = files.Desk.of(house, "school", Console(quiet=True))
        files.watch(desk, folder, whole=False, ended=lambda _: next(looks))
    finally:
        house.close()
    assert len(refused) == 1
    assert [path.name.split(".")[0] for path in (folder / files.DONE).iterdir()] == ["later"]


def test_a_file_that_still_grows_is_left_alone(written: Callable[[], Path], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    growing = write(folder / "groeit.csv", line(1))
    rounds = iter(range(4))

    def ended(_: float) -> bool:
        growing.write_text(growing.read_text(encoding="utf-8") + line(2) + "\r\n", encoding="utf-8", newline="")
        return next(rounds) == 3

    house = compose.house(read(written()))
    try:
        files.watch(files.Desk.of(house, "school", Console(quiet=True)), folder, whole=False, ended=ended)
    finally:
        house.close()
    assert growing.exists()
    assert list((folder / files.DONE).iterdir()) == []


def test_an_organisation_changes_its_system(own: Callable[..., Any], tmp_path: Path) -> None:
    own("import", write(tmp_path / "oud.csv", line(1), line(2)))
    mapping = tmp_path / "nummers.csv"
    mapping.write_text("oud;nieuw\nL1;N1\nL9;N9\n", encoding="utf-8")
    shown = own("move-source", mapping, "--van", "las", "--naar", "nieuw las")
    assert "1 verhuist" in shown.out
    assert "line 3: onbekend" in shown.out
    assert "Nothing was changed" in shown.out
    done = own("move-source", mapping, "--van", "las", "--naar", "nieuw las", "--doe")
    assert "1 verhuist" in done.out
    new = write(tmp_path / "nieuw.csv", line(1).replace(";las;L1;", ";nieuw las;N1;"))
    own("import", new)
    assert [row["status"] for row in report(tmp_path / "nieuw.resultaat.csv")] == ["bekend"]
    old = own("import", tmp_path / "oud.csv", "--resultaat", tmp_path / "oud2.csv")
    assert old.code == 0
    assert [row["status"] for row in report(tmp_path / "oud2.csv")] == ["bekend", "bekend"]


def test_a_signal_is_destroyed_on_the_word_of_the_college(
    written: Callable[[], Path], verwijsindex: Callable[..., Any], own: Callable[..., Any], tmp_path: Path
) -> None:
    own("import", write(tmp_path / "oud.csv", line(1)))
    named = report(tmp_path / "oud.resultaat.csv")[0]["signaal_id"]
    config = written()
    done = verwijsindex("destroy", "--signal", named, "--reason", "avg", "--config", config)
    assert (done.code, "destroyed; the proof is in the audit" in done.out) == (0, True)
    again = verwijsindex("destroy", "--signal", named, "--reason", "overleden", "--config", config)
    assert (again.code, "was destroyed before" in again.out) == (1, True)
    own("import", tmp_path / "oud.csv", "--resultaat", tmp_path / "oud2.csv")
    assert [row["status"] for row in report(tmp_path / "oud2.csv")] == ["geweigerd"]


def test_a_mapping_with_a_fault_moves_nothing(own: Callable[..., Any], tmp_path: Path) -> None:
    mapping = tmp_path / "nummers.csv"
    mapping.write_text("van;naar\nL1;N1\n", encoding="utf-8")
    said = own("move-source", mapping, "--van", "las", "--naar", "x", "--doe")
    assert said.code == 2
    assert "`oud` and `nieuw`" in said.err


def test_threads_of_a_house_end_with_it(own: Callable[..., Any], tmp_path: Path) -> None:
    before = threading.active_count()
    own("import", write(tmp_path / "x.csv", line(1)))
    assert threading.active_count() <= before + 1
