"""A dialect has one name, for the configuration, the gateway and the simulated index; and no words for everything."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from gateway.compose.dialects import DIALECTS
from gateway.config import UNABLE, IndexConfig
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from tests.cli.conftest import Run

KETEN = "ketenregister_stijl"


def test_each_dialect_is_known_by_the_same_name_everywhere() -> None:
    named = set(get_args(IndexConfig.model_fields["adapter"].annotation))
    assert named == DIALECTS.keys() == SPOKEN.keys()
    assert UNABLE.keys() <= named


@pytest.mark.parametrize(("flag", "value"), [("regie", True), ("terugkoppelen", True), ("carries", ["urgentie"])])
def test_what_a_dialect_has_no_words_for_is_refused_before_the_start(
    verwijsindex: Run, config: dict[str, Any], written: Callable[[], Path], flag: str, value: object
) -> None:
    config["indexes"]["noord"] |= {"adapter": KETEN, "carries": [], flag: value}
    told = verwijsindex("doctor", "--config", written())
    assert told.code != 0
    assert f"indexes.noord.{flag}: an index that speaks '{KETEN}' cannot do this" in told.out + told.err


def test_an_index_is_asked_what_it_can_in_its_own_dialect(
    verwijsindex: Run, config: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    spoken = SPOKEN[KETEN]
    own = {"adapter": KETEN, "carries": [], "wijzigen": True, "ketenregistratie": True, "mails": True}
    with Simulator(directory=tmp_path / "keten", dialect=spoken.dialect(), capabilities=spoken.capabilities) as index:
        config["indexes"]["noord"] |= own | {"url": index.soap_url}
        assert "indexes.noord" not in verwijsindex("doctor", "--config", written()).out
        config["indexes"]["noord"] |= {"adapter": "regionale_index"}
        assert "the index does not answer" in verwijsindex("doctor", "--config", written()).out
    with Simulator(directory=tmp_path / "plain", dialect=spoken.dialect()) as index:
        config["indexes"]["noord"] |= own | {"url": index.soap_url}
        told = verwijsindex("doctor", "--config", written()).out
        assert "indexes.noord.wijzigen" in told and "indexes.noord.ketenregistratie" in told


def test_a_dialect_that_nobody_speaks_is_refused(verwijsindex: Run, tmp_path: Path) -> None:
    for command in ("simulate-index", "sandbox"):
        told = verwijsindex(command, "--dialect", "esperanto", "--dir", tmp_path / "data")
        assert told.code != 0
        assert "no dialect 'esperanto'" in told.out + told.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("asked", [("--regie",), ("--carries", "urgentie")])
def test_a_simulated_index_is_not_asked_for_what_its_dialect_cannot_say(
    verwijsindex: Run, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    told = verwijsindex("simulate-index", "--dialect", KETEN, *asked, "--dir", tmp_path / "data")
    assert told.code != 0
    assert f"{asked[0]}: an index that speaks '{KETEN}' cannot do this" in told.out + told.err
