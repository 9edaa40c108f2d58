"""The kit's page in a real browser: a tester plays a test by keyboard, follows it, and reads the report (axe-core).

`python -m tests.interop.test_serve` takes the pictures in docs/images anew.
"""

import json
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from conformance.page.runs import Runs
from conformance.page.site import Site
from gateway.cli.sandbox import sandbox, token_of
from tests.foreign import needs, run, with_packages

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"


def driven(directory: Path) -> dict[str, Any]:
    """What the browser saw; its pictures are in the folder `shots`."""
    browser = needs("chromium")
    place = with_packages(HERE / "browser", directory)
    (directory / "shots").mkdir()
    site = Site(Runs(directory / "toetsen"))
    serving = threading.Thread(target=site.serve)
    serving.start()
    try:
        with sandbox(directory / "data") as running:
            token = token_of("school-de-wilg")
            words = ["node", "toets.mjs", browser, site.url, running.gateway, token, str(directory / "shots")]
            done = run(words, place, 240)
    finally:
        site.close()
        serving.join()
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    told["kept"] = [
        one for one in (directory / "toetsen").rglob("*") if one.is_file() and token in one.read_text("utf-8")
    ]
    return told


def test_a_tester_plays_a_test_on_the_page(tmp_path: Path) -> None:
    told = driven(tmp_path)
    assert told["skip"] == "Naar de inhoud"
    assert told["told"].startswith("voldoet niet"), "without a second organisation there are no matches"
    assert {"gehaald", "niet getoetst"} == set(told["outcomes"])
    assert told["downloads"] == ["uitslag.html", "uitslag.json", "oordeel.json", "junit.xml"]
    assert told["verdict"] == "Voldoet niet"
    assert told["english"] == "Test your system" and "does not comply" in told["front"]
    assert told["bareTold"].startswith("voldoet niet")
    assert (told["leaked"], told["kept"]) == ([], []), "a token is in no address and in no file"
    assert [one for one in told["seen"] if one["violations"]] == []
    assert told["refused"] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        driven(Path(made))
        IMAGES.mkdir(exist_ok=True)
        for name in ("toets-kiezen.png", "toets-klaar.png"):
            shutil.copy(Path(made, "shots", name), IMAGES / name)
            sys.stdout.write(f"docs/images/{name}\n")
