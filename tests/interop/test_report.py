"""The result page in a real browser: read in both languages, by keyboard, on paper, and for a screen reader (axe-core).

`python -m tests.interop.test_report` takes the pictures in docs/images anew.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from conformance.results import html
from tests.conformance.runs import committed
from tests.conformance.test_reports import hostile
from tests.foreign import needs, run, with_packages

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "images"


def read(page: str, directory: Path) -> dict[str, Any]:
    """What the browser saw of a page; its pictures are in the folder `shots`."""
    browser = needs("chromium")
    place = with_packages(HERE / "browser", directory)
    (directory / "shots").mkdir()
    (directory / "uitslag.html").write_text(page, encoding="utf-8", errors="replace")
    words = ["node", "report.mjs", browser, str(directory / "uitslag.html"), str(directory / "shots")]
    done = run(words, place, 120)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_person_reads_a_result(tmp_path: Path) -> None:
    told = read(html.page(committed()), tmp_path)
    assert (told["verdict"], told["english"]) == ("Voldoet niet", "Does not comply")
    assert "<vi:code>VIX-1204</vi:code>" in told["marked"]
    assert [one for one in told["seen"] if one["violations"]] == []
    assert told["asked"] == 1, "the page is all there is"


def test_nothing_a_system_answers_runs(tmp_path: Path) -> None:
    told = read(html.page(hostile()), tmp_path)
    assert (told["dialogs"], told["injected"], told["asked"]) == ([], 0, 1)
    assert [one for one in told["seen"] if one["violations"]] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        read(html.page(committed()), Path(made))
        IMAGES.mkdir(exist_ok=True)
        for name in ("uitslag.png", "uitslag-bevinding.png"):
            shutil.copy(Path(made, "shots", name), IMAGES / name)
            sys.stdout.write(f"docs/images/{name}\n")
