"""The page for professionals in a real browser: read, followed up, by keyboard and for a screen reader (axe-core).

`python -m tests.interop.test_browser` takes the pictures in docs/images anew.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.partners import RawPartner, ZeepPartner
from gateway.cli.sandbox import sandbox, token_of
from gateway.cli.scenes import met
from gateway.cli.stage import wait
from tests.foreign import needs, run, with_packages

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"
CHILD = "999990287"


def driven(directory: Path) -> dict[str, Any]:
    """What the browser saw; its pictures are in the folder `shots`."""
    browser = needs("chromium")
    place = with_packages(HERE / "browser", directory)
    (directory / "shots").mkdir()
    with sandbox(directory / "data") as running:
        school = ZeepPartner(running.gateway, token_of("school-de-wilg"))
        care = RawPartner(running.gateway, token_of("jeugdhulp-voorbeeld"))
        school.afgeven("LAS-2026-0017", CHILD, [])
        care.afgeven("ECD-1", CHILD, [])
        wait(school.matches, met)
        wait(care.matches, met)
        done = run(["node", "drive.mjs", browser, running.gateway, str(directory / "shots")], place, 120)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_professional_reads_a_match_and_says_what_became_of_it(tmp_path: Path) -> None:
    told = driven(tmp_path)
    assert "horen niet bij elkaar" in told["wrong"]
    assert told["listed"] == ["LAS-2026-0017: Iemand anders is bij hetzelfde kind betrokken"]
    assert told["phone"] == "0301234567"
    assert told["friends"] == ["spoed", "opgepakt"]
    assert told["card"] == "Bedoelkaart van Jeugdhulp Voorbeeld"
    assert told["followed"] == ["contact gehad"]
    assert told["stayed"]
    assert told["held"].startswith("U heeft de regie")
    assert told["other"].startswith("De regie ligt bij I. Fictief, School De Wilg")
    assert told["out"].partition("?")[0].endswith("/match/aanmelden"), "after logging out nothing is shown"
    assert told["back"], "who logs in is where they wanted to be"
    assert told["names"] == [["verwijsindex", True, "Lax"]]
    assert [one for one in told["seen"] if one["violations"]] == []
    assert [line for line in told["refused"] if "401" not in line] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        driven(Path(made))
        IMAGES.mkdir(exist_ok=True)
        for shot in sorted(Path(made, "shots").glob("*.png")):
            shutil.copy(shot, IMAGES / shot.name)
            sys.stdout.write(f"docs/images/{shot.name}\n")
