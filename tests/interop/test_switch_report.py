"""The page about a move in a real browser: with differences, cut over and done; for a screen reader (axe-core) too.

The pages are those of `verwijsindex demo switch`. `python -m tests.interop.test_switch_report` takes the pictures in
docs/images anew.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gateway.cli import demo
from gateway.cli.plays import PLAYS, SWITCH
from gateway.cli.switch_page import written
from gateway.cli.switch_report import FACTS, PAGE
from gateway.rules.switching import Gap
from tests.foreign import needs, run, with_packages

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"
STATES = {"schaduw": "verslag-1-schaduw", "overgezet": "verslag-2-overgezet", "afgerond": "verslag-3-afgerond"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def read(directory: Path, pages: dict[str, Path]) -> dict[str, Any]:
    """What the browser saw of pages by their names; its pictures are in the folder `shots`."""
    browser = needs("chromium")
    place = with_packages(HERE / "browser", directory)
    (directory / "shots").mkdir()
    named = [f"overstap-{name}={page}" for name, page in pages.items()]
    done = run(["node", "overstap.mjs", browser, str(directory / "shots"), *named], place, 120)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return {name.removeprefix("overstap-"): seen for name, seen in told.items()}


def played(directory: Path) -> dict[str, Any]:
    """What the browser saw of a move's page in its three states."""
    assert demo.run(directory / "bewijs", Console(quiet=True), PLAYS[SWITCH])
    return read(directory, {name: directory / "bewijs" / folder / PAGE for name, folder in STATES.items()})


def sound(seen: dict[str, Any]) -> bool:
    """Whether a page has no fault for who cannot see it, fits a telephone, and is all there is."""
    faults = [one for one in seen["seen"] if one["violations"]]
    return (faults, seen["wide"], seen["scripts"], seen["asked"]) == ([], False, 0, 1)


def test_who_decides_sees_where_a_move_is_and_whether_both_agree(tmp_path: Path) -> None:
    told = played(tmp_path)
    assert {name: one["step"] for name, one in told.items()} == {name: name for name in STATES}
    assert {name: one["verdict"] for name, one in told.items()} == {
        "schaduw": "Let op: 2 matches niet gelijk bij beide indexen",
        "overgezet": "Let op: 2 matches niet gelijk bij beide indexen",
        "afgerond": "Klaar: bij index strikt staat niets meer",
    }
    assert {name: sound(one) for name, one in told.items()} == dict.fromkeys(STATES, True), told


def test_every_kind_of_difference_and_hostile_text_are_text(tmp_path: Path) -> None:
    needs("chromium")
    found = dict.fromkeys(("niet bekeken", "wacht", "gelijk", "ontbreekt", "dubbel", "contact", "weg"), 3)
    told = {
        "overstap": HOSTILE, "regio": HOSTILE, "organisaties": [HOSTILE], "gemeenten": ["0363", "0518"],
        "van": HOSTILE, "naar": "nieuw", "stand": "teruggezet", "gepauzeerd": True, "voert": HOSTILE,
        "grond": HOSTILE, "grondVanaf": "2026-11-21", "gepland": "2026-11-21T10:00:00+00:00",
        "laatsteStap": "2026-11-21T10:00:00+00:00", "gemaakt": "2026-11-21T10:00:00+00:00",
        "bewijsVanVernietiging": "", "signalen": {HOSTILE: {"ACTIEF": 12, "ARCHIEF": 4}, "nieuw": {"ACTIEF": 1}},
        "perOrganisatie": {HOSTILE * 3: {"ACTIEF": 13, "ARCHIEF": 4}}, "eindePerMaand": {"2027-03": 9, "2028-12": 8},
        "gevonden": found,
        "matches": {"beide": 0, "alleenDieVoert": {"CLIENTMATCH": 1, "GEZINSMATCH_OUDER": 2},
                    "alleenDeAndere": {"VERHUIZING": 1}, "alleenBekendBij": {"nieuw": 3}},
        "onderweg": {"nieuw": 1}, "wachtOpEenMens": {"nieuw": 2}, "geweigerd": {HOSTILE: 1},
    }  # fmt: skip
    gaps = [Gap("new", "stil"), Gap("new", "woorden", "urgentie"), Gap("old", "landelijk_uit")]
    page = tmp_path / "overstap.html"
    page.write_text(written(told, gaps, FACTS), encoding="utf-8")
    seen = read(tmp_path, {"alles": page})["alles"]
    assert seen["verdict"] == "Let op: 12 signalen en 7 matches niet gelijk bij beide indexen"
    assert sound(seen), seen


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        played(Path(made))
        IMAGES.mkdir(exist_ok=True)
        for state in STATES:
            name = f"overstap-{state}.png"
            shutil.copy(Path(made, "shots", name), IMAGES / name)
            sys.stdout.write(f"docs/images/{name}\n")
