"""An index that speaks FHIR has one name, in the configuration, the gateway and the simulated index."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from gateway.compose.dialects import DIALECTS
from gateway.config import UNABLE, IndexConfig
from gateway.simulator.dialects import SPOKEN
from gateway.simulator.server import Simulator
from tests.cli.conftest import Run

FHIR = "fhir_index"


def test_each_dialect_is_known_by_the_same_name_everywhere() -> None:
    named = set(get_args(IndexConfig.model_fields["adapter"].annotation))
    assert FHIR in named
    assert named == DIALECTS.keys() == SPOKEN.keys() >= UNABLE.keys()


def test_it_has_no_words_for_the_regie(verwijsindex: Run, config: dict[str, Any], written: Callable[[], Path]) -> None:
    config["indexes"]["noord"] |= {"adapter": FHIR, "regie": True}
    told = verwijsindex("doctor", "--config", written())
    assert told.code != 0
    assert f"indexes.noord.regie: an index that speaks '{FHIR}' cannot do this" in told.out + told.err


def test_it_is_asked_what_it_can_in_fhir(
    verwijsindex: Run, config: dict[str, Any], written: Callable[[], Path], tmp_path: Path
) -> None:
    spoken = SPOKEN[FHIR]
    able = spoken.capabilities.model_copy(update={"axes": frozenset({"urgentie"})})
    config["indexes"]["noord"] |= {"adapter": FHIR, "wijzigen": True, "terugkoppelen": True, "ketenregistratie": True}
    with Simulator(directory=tmp_path / "able", dialect=spoken.dialect(), capabilities=able) as index:
        config["indexes"]["noord"]["url"] = index.soap_url
        assert "indexes.noord" not in verwijsindex("doctor", "--config", written()).out
    with Simulator(directory=tmp_path / "bare", dialect=spoken.dialect()) as index:
        config["indexes"]["noord"]["url"] = index.soap_url
        told = verwijsindex("doctor", "--config", written()).out
        assert all(f"indexes.noord.{name}" in told for name in ("carries", "wijzigen", "terugkoppelen"))
