"""The dialects indexes speak, by the name `adapter` in `[indexes.<id>]`."""

from collections.abc import Callable, Mapping

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.adapters.indexes.ketenregister_stijl import KetenregisterStijl
from gateway.adapters.indexes.regionale_index import RegionaleIndex
from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.clock import Clock
from gateway.compose.regions import capabilities_of
from gateway.compose.secret import secret
from gateway.config import IndexConfig
from gateway.errors import Misconfigured
from gateway.flow.ports import IndexAdapter


def _regionale_index(name: str, index: IndexConfig, clock: Clock) -> IndexAdapter:
    able = capabilities_of(index)
    return RegionaleIndex(sender=index.sender, receiver=index.receiver, capabilities=able, clock=clock)


def _ketenregister_stijl(name: str, index: IndexConfig, clock: Clock) -> IndexAdapter:
    able = capabilities_of(index)
    return KetenregisterStijl(sender=index.sender, receiver=index.receiver, capabilities=able, clock=clock)


def _fhir_index(name: str, index: IndexConfig, clock: Clock) -> IndexAdapter:
    return FhirIndex(sender=index.sender, capabilities=capabilities_of(index))


def _waakvlam(name: str, index: IndexConfig, clock: Clock) -> IndexAdapter:
    known = secret(index.secret_file, f"indexes.{name}.secret_file")
    able = capabilities_of(index)
    try:
        return Waakvlam(sender=index.sender, secret=known, deelnemers=index.deelnemers, capabilities=able)
    except ValueError as error:
        raise Misconfigured(f"indexes.{name}.{error}; as the index gave it out") from None


DIALECTS: Mapping[str, Callable[[str, IndexConfig, Clock], IndexAdapter]] = {
    "regionale_index": _regionale_index,
    "fhir_index": _fhir_index,
    "ketenregister_stijl": _ketenregister_stijl,
    "waakvlam": _waakvlam,
}
"""Each is made of what is configured of the index, under its id there, and of the legal clock."""


def adapter_of(name: str, index: IndexConfig, clock: Clock) -> IndexAdapter:
    """The dialect an index speaks, as configured; raises Misconfigured."""
    return DIALECTS[index.adapter](name, index, clock)
