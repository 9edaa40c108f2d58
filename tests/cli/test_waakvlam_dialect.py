"""An index that logs in and has its own names of partners: what must be configured of it, and what may not be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.config import NEEDS, UNABLE
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from tests.cli.conftest import Run

WAAKVLAM = "waakvlam"
Written = Callable[[], Path]


@pytest.fixture
def spoken(config: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The configuration of an index in this dialect."""
    said: dict[str, Any] = config["indexes"]["noord"]
    said |= {"adapter": WAAKVLAM, "carries": [], **SPOKEN[WAAKVLAM].settings(tmp_path, ["school"])}
    return said


@pytest.mark.parametrize(
    ("flag", "value"), [("regie", True), ("terugkoppelen", True), ("signaalcode", True), ("carries", ["urgentie"])]
)
def test_what_it_has_no_words_for_is_refused_before_the_start(
    verwijsindex: Run, spoken: dict[str, Any], written: Written, flag: str, value: object
) -> None:
    assert flag in UNABLE[WAAKVLAM]
    spoken[flag] = value
    told = verwijsindex("doctor", "--config", written())
    assert told.code != 0
    assert f"indexes.noord.{flag}: an index that speaks '{WAAKVLAM}' cannot do this" in told.out + told.err


@pytest.mark.parametrize("key", NEEDS[WAAKVLAM])
def test_what_it_asks_for_must_be_said_and_of_another_it_may_not(
    verwijsindex: Run, spoken: dict[str, Any], written: Written, key: str
) -> None:
    kept = spoken.pop(key)
    told = verwijsindex("doctor", "--config", written())
    assert f"indexes.noord.{key}: an index that speaks '{WAAKVLAM}' needs this\n      add it" in told.out + told.err
    spoken |= {"adapter": "regionale_index", key: kept}
    told = verwijsindex("doctor", "--config", written())
    assert f"indexes.noord.{key}: an index that speaks 'regionale_index' has no use for this" in told.out + told.err


def test_every_partner_whose_signals_go_there_has_a_name_of_its_own(
    verwijsindex: Run, spoken: dict[str, Any], written: Written
) -> None:
    spoken["deelnemers"] = {"ander": "WV-0001", "derde": "WV-0001"}
    told = verwijsindex("doctor", "--config", written())
    assert "indexes.noord.deelnemers: the index has no name for partner 'school'" in told.out + told.err
    assert "indexes.noord.deelnemers: two partners have the same name" in told.out + told.err


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"sender": "00000001003214345000"}, "indexes.noord.sender"),
        ({"deelnemers": {"school": "417"}}, "indexes.noord.deelnemers"),
        ({"secret_file": "/nergens/geheim"}, "indexes.noord.secret_file"),
    ],
)
def test_what_the_index_cannot_have_given_out_stops_the_start(
    verwijsindex: Run, spoken: dict[str, Any], written: Written, said: dict[str, Any], problem: str
) -> None:
    spoken |= said
    told = verwijsindex("doctor", "--config", written())
    assert told.code != 0
    assert problem in told.out + told.err


def test_it_is_asked_what_it_can_after_a_login(
    verwijsindex: Run, spoken: dict[str, Any], written: Written, tmp_path: Path
) -> None:
    dialect = SPOKEN[WAAKVLAM]
    spoken |= {"wijzigen": True, "ketenregistratie": True, "mails": True}
    with Simulator(directory=tmp_path / "able", dialect=dialect.dialect(), capabilities=dialect.capabilities) as index:
        spoken["url"] = index.soap_url
        assert "indexes.noord" not in verwijsindex("doctor", "--config", written()).out
        Path(spoken["secret_file"]).write_text("een-heel-ander-geheim", encoding="ascii")
        assert "the index does not answer" in verwijsindex("doctor", "--config", written()).out
