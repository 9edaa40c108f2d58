"""The dialects a simulated index can speak, by the name a configuration knows them by, and what it can do in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.door import Dialect
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.keten_dialect import KetenDialect
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.waakvlam_dialect import WaakvlamDialect, settings


@dataclass(frozen=True, slots=True)
class Spoken:
    """A dialect, and all that an index in it can do; which words it carries and which codes it knows is a region's."""

    dialect: Callable[[], Dialect]
    capabilities: IndexCapabilities
    settings: Callable[[Path, Sequence[str]], dict[str, Any]] = lambda directory, partners: {}
    """What `[indexes.<id>]` says of it besides what it says of any: where its files may stand, for which partners."""


USUAL = "regionale_index"
"""What is spoken where nobody says otherwise."""

SPOKEN: Mapping[str, Spoken] = {
    "regionale_index": Spoken(
        SoapDialect, IndexCapabilities(ketenregistratie=True, wijzigen=True, terugkoppelen=True, signaalcode=True)
    ),
    "fhir_index": Spoken(
        FhirDialect,
        IndexCapabilities(
            ketenregistratie=True,
            signaalcode=True,
            wijzigen=True,
            terugkoppelen=True,
            opvragen=True,
            overnemen=True,
            stil=True,
            landelijk_uit=True,
        ),
    ),
    "ketenregister_stijl": Spoken(
        KetenDialect,
        IndexCapabilities(
            ketenregistratie=True,
            signaalcode=True,
            mails=True,
            wijzigen=True,
            opvragen=True,
            overnemen=True,
            stil=True,
            landelijk_uit=True,
        ),
    ),
    "waakvlam": Spoken(
        WaakvlamDialect,
        IndexCapabilities(
            ketenregistratie=True,
            mails=True,
            wijzigen=True,
            opvragen=True,
            overnemen=True,
            stil=True,
            landelijk_uit=True,
        ),
        settings,
    ),
}
