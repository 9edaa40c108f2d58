"""The doctor: every fault by its place and its fix, all at once; and nothing where nothing is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.doctor import examine
from tests.cli.ailments import FAULTS, certificate_of
from tests.cli.ailments_delivery import Config
from tests.cli.conftest import Run

Write = Callable[[], Path]
NOBODY = "http://127.0.0.1:9/soap"


def test_nothing_is_wrong_with_a_good_configuration(verwijsindex: Run, written: Write) -> None:
    said = verwijsindex("doctor", "--config", written())
    assert (said.code, said.out) == (0, "Nothing is wrong.\n")


@pytest.mark.parametrize(("change", "where", "what", "fix"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place_and_its_fix(
    config: Config, written: Write, change: Callable[[Config], object], where: str, what: str, fix: str
) -> None:
    change(config)
    (fault,) = examine(written())
    assert fault.serious
    assert fault.where == where
    assert what in fault.what
    assert fix in fault.fix


@pytest.mark.parametrize("text", ["[http\nport = 1", "poort = ?", "\x00"])
def test_what_is_not_toml_says_where(verwijsindex: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text, encoding="utf-8")
    said = verwijsindex("doctor", "--config", file)
    assert said.code == 1
    assert "FAULT gateway.toml: is not TOML" in said.out
    assert "line 1" in said.out


def test_a_file_that_is_not_there_says_how_to_name_one(verwijsindex: Run, tmp_path: Path) -> None:
    said = verwijsindex("doctor", "--config", tmp_path / "nergens.toml")
    assert said.code == 1
    assert "cannot be read (No such file or directory)" in said.out
    assert "--config or GATEWAY_CONFIG" in said.out


def test_an_index_that_does_not_answer_stops_nothing(verwijsindex: Run, config: Config, written: Write) -> None:
    config["indexes"]["noord"]["url"] = NOBODY
    said = verwijsindex("doctor", "--config", written())
    assert said.code == 0
    assert "NOTE  indexes.noord.url: the index does not answer" in said.out
    assert "Nothing stops it." in said.out


def test_a_certificate_that_ends_soon_is_told_in_time(config: Config, written: Write) -> None:
    certificate_of(config, days=20)
    (note,) = examine(written())
    assert (note.serious, note.what) == (False, "expires in 18 days")


TOGETHER = (
    *("keys in the store itself", "a key ring for everybody", "consent without a record", "a token in production"),
    *("a set clock in production", "no proxy", "a wrong OIN", "an unknown code list", "an unknown region"),
    *("an axis the index does not carry", "a code the index does not know", "an expired certificate"),
)


def test_all_faults_are_told_at_once(verwijsindex: Run, config: Config, written: Write) -> None:
    faults = [FAULTS[name] for name in TOGETHER]
    for change, *_ in faults:
        change(config)
    said = verwijsindex("doctor", "--config", written())
    assert said.code == 1
    for _, where, what, fix in faults:
        assert any(where in line and what in line for line in said.out.splitlines()), where
        assert fix in said.out
    assert said.out.count("FAULT") == len(faults)


def test_brackets_are_told_as_they_are(verwijsindex: Run, config: Config, written: Write) -> None:
    config["partners"][0]["regions"] = ["zuid"]
    assert "add [regions.zuid]" in verwijsindex("doctor", "--config", written()).out


def test_it_changes_nothing(config: Config, written: Write, tmp_path: Path) -> None:
    file = written()
    before = sorted(path.name for path in tmp_path.rglob("*"))
    examine(file)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_what_stops_the_start_is_what_the_doctor_names(verwijsindex: Run, config: Config, written: Write) -> None:
    FAULTS["a token in production"][0](config)
    FAULTS["a set clock in production"][0](config)
    for command in (["serve"], ["work"], ["status"], ["hold", "noord"]):
        said = verwijsindex(*command, "--config", written())
        assert said.code == 2
        assert "a token in production; use a client certificate" in said.err
        assert "the legal clock is set; remove it" in said.err
