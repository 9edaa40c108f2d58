"""Rights as the college's officer exercises them: the BSN read, never said; files for one pair of eyes; a proof."""

import base64
import io
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.test_regions import delivered, ended, given, opened  # noqa: F401  `ended` is a fixture
from tests.store.material import BSNS

pytestmark = pytest.mark.usefixtures("ended")


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def test_all_there_is_about_one_child_is_written_for_one_pair_of_eyes(
    verwijsindex: Run, written: Callable[[], Path], tmp_path: Path, say: Callable[[str], None]
) -> None:
    file, out = written(), tmp_path / "inzage"
    ids = given(file)
    say(BSNS[0])
    said = verwijsindex("rights", "export", "--bsn", "--out", out, "--config", file)
    assert (said.code, said.out) == (0, "2 signals; it is in the audit\n")
    told = json.loads((out / "dossier.json").read_text(encoding="utf-8"))
    assert set(told["signalen"]) == {ids[0], ids[2]}
    page = (out / "dossier.html").read_text(encoding="utf-8")
    assert BSNS[0] in page and BSNS[1] not in page and "M. Elder" in page and "://" not in page
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    key = tmp_path / "sleutel"
    key.write_text(base64.b64encode(os.urandom(32)).decode(), "ascii")
    sealed = tmp_path / "verzegeld"
    assert (
        verwijsindex("rights", "export", "--signal", ids[0], "--out", sealed, "--key", key, "--config", file).code == 0
    )
    assert {path.name for path in sealed.iterdir()} == {"dossier.json.vix", "dossier.html.vix"}
    assert BSNS[0].encode() not in (sealed / "dossier.json.vix").read_bytes()


def test_who_is_meant_must_be_said_and_known(
    verwijsindex: Run, written: Callable[[], Path], tmp_path: Path, say: Callable[[str], None]
) -> None:
    file, out = written(), tmp_path / "inzage"
    (one, *_) = given(file)
    for half in ((), ("--bsn", "--signal", one)):
        assert "say --bsn" in verwijsindex("rights", "export", *half, "--out", out, "--config", file).err
    for text, told in (("123", "is no BSN"), (BSNS[40], "nothing is held")):
        say(text)
        said = verwijsindex("rights", "export", "--bsn", "--out", out, "--config", file)
        assert (said.code, told in said.err) == (2, True) and text not in said.err
    assert not out.exists()


def test_who_corrects_and_who_hears_an_objection_is_told(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any]
) -> None:
    config["regions"]["noord"]["college"] = "College van Noord, bezwaar@noord.nl"
    file = written()
    one, *_ = given(file)
    said = verwijsindex("rights", "correct", "--signal", one, "--part", "melder", "--config", file)
    assert "bron_signaal_id: s-0" in said.out and "signaalWijzigen" in said.out
    assert (
        "no part 'reden'" in verwijsindex("rights", "correct", "--signal", one, "--part", "reden", "--config", file).err
    )
    assert verwijsindex("rights", "object", "--signal", one, "--config", file).out.startswith("College van Noord")
    strange = "01a201ee-a9fc-71d5-a1a3-5e93247efb81"
    for command in (("correct", "--part", "melder"), ("object",)):
        assert verwijsindex("rights", *command, "--signal", strange, "--config", file).code == 2


def test_a_removal_goes_on_until_the_index_confirmed_and_is_proved(
    verwijsindex: Run, written: Callable[[], Path], tmp_path: Path, say: Callable[[str], None]
) -> None:
    file, out = written(), tmp_path / "verwijderd"
    ids = given(file)
    delivered(file)
    say(BSNS[0])
    remove = ("rights", "remove", "--out", out, "--wait", "0", "--config", file)
    first = verwijsindex(*remove, "--bsn")
    assert first.code == 1 and "2 messages still go to an index" in first.out
    delivered(file)
    last = verwijsindex(*remove)
    assert last.code == 0 and "2 signals destroyed, here and where they went" in last.out
    known = verwijsindex("region", "key", "--config", file).out.strip()
    report = json.loads(verwijsindex("region", "verify", out / "bewijs.json", "--key", known).out)
    assert report["signalen"].keys() == {ids[0], ids[2]} and report["nog_leesbaar"] == 0
    assert BSNS[0] not in (out / "bewijs.json").read_text(encoding="utf-8")
    assert "proven before" in verwijsindex(*remove).out
    with opened(file) as parts:
        assert parts.store.read.tally()["signals"] == {"VERNIETIGD": 2, "ACTIEF": 2}


def test_a_folder_of_one_request_is_not_taken_for_another(
    verwijsindex: Run, written: Callable[[], Path], tmp_path: Path, say: Callable[[str], None]
) -> None:
    file, out = written(), tmp_path / "verwijderd"
    given(file)
    delivered(file)
    remove = ("rights", "remove", "--out", out, "--wait", "0", "--config", file)
    say(BSNS[0])
    assert verwijsindex(*remove, "--bsn").code == 1
    say(BSNS[1])
    said = verwijsindex(*remove, "--bsn")
    assert said.code == 2 and "of an earlier request" in said.err
    with opened(file) as parts:
        assert parts.store.read.tally()["signals"]["ACTIEF"] == 2
