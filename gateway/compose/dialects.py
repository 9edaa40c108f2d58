"""The dialects indexes speak, by the name `adapter` in `[indexes.<id>]`."""

from collections.abc import Callable, Mapping

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.clock import Clock
from gateway.compose.regions import capabilities_of
from gateway.config import IndexConfig
from gateway.flow.ports import IndexAdapter

DIALECTS: Mapping[str, Callable[..., IndexAdapter]] = {
    "regionale_index": RegionaleIndex,
    "fhir_index": lambda *, sender, capabilities, **_: FhirIndex(sender=sender, capabilities=capabilities),
    "ketenregister_stijl": KetenregisterStijl,
}
"""Each is made with who sends, who receives, what the index can carry, and a clock."""


def adapter_of(index: IndexConfig, clock: Clock) -> IndexAdapter:
    """The dialect an index speaks, as configured."""
    return DIALECTS[index.adapter](
        sender=index.sender, receiver=index.receiver, capabilities=capabilities_of(index), clock=clock
    )
