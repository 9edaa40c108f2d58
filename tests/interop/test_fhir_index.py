"""HAPI's validator says no of nothing that a gateway and an index say to each other in FHIR."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import Person, Register
from gateway.canonical.signal import Geslacht
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.server import Simulator
from tests.contract.fhir_index.said import DECLARED, OPERATIONS, SENDER
from tests.contract.orders import MEANING, register
from tests.interop import hapi
from tests.published import every, named
from tests.simulator.conftest import LEGAL
from tests.simulator.fhir_index.gateway import ABLE, Gateway
from tests.simulator.fhir_index.gateway import register as at_index

pytestmark = pytest.mark.interop

NAMED = Person(
    familienaam="Łaska", voorvoegsel="van der", voornamen="Zoë Anna", geboortedatum="2014-05",
    geslacht=Geslacht.V, postcode="4811AB", huisnummer=12,
)  # fmt: skip
WORDS = (MEANING.model_copy(update={"concept": "binnen-5-werkdagen"}),)


def test_every_order_is_right(tmp_path: Path) -> None:
    index = FhirIndex(sender=SENDER, capabilities=DECLARED)
    orders = OPERATIONS | {
        "signaalAfgeven": register(meanings=WORDS),
        "op-gegevens": register(person=NAMED, meanings=WORDS),
        "niet-leidend": register(leidend=False, meanings=WORDS),
    }
    said = {name: json.loads(index.encode(order).body) for name, order in orders.items()}
    patches = ("signaalWijzigen", "signaalBeeindigen", "leidendZetten")
    assert judged(tmp_path, said | {f"{name}-na": after(said["signaalAfgeven"], said[name]) for name in patches}) == {}


def after(given: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The Flag that was given, as it is after a patch."""
    flag: dict[str, Any] = json.loads(json.dumps(given["entry"][0]["resource"]))
    for step in json.loads(base64.b64decode(change["entry"][0]["resource"]["data"])):
        *steps, last = step["path"].strip("/").split("/")
        place: Any = flag
        for name in steps:
            place = place[int(name)] if isinstance(place, list) else place[name]
        key = int(last) if isinstance(place, list) else last
        if step["op"] == "test":
            assert place[key] == step["value"]
        else:
            place[key] = step["value"]
    return flag


def test_every_answer_is_right(tmp_path: Path) -> None:
    with Simulator(
        directory=tmp_path / "index", clock=lambda: LEGAL, capabilities=ABLE, dialect=FhirDialect()
    ) as simulator:
        ours, theirs = Gateway(simulator.url, "noord"), Gateway(simulator.url, "zuid")
        first: Register = at_index(meanings=WORDS)
        told = {"eerste": ours.answer(first), "tweede": theirs.answer(at_index("wijkteam"))}
        asked = {name: order.model_copy(update={"message_id": uuid4()}) for name, order in OPERATIONS.items()}
        changes = {"signaal_id": first.signaal_id}
        for name in ("signaalOpvragen", "signaalWijzigen", "leidendZetten", "matchesOpvragen", "capaciteiten"):
            order = asked[name]
            more = changes if "signaal_id" in type(order).model_fields else {}
            told[name] = ours.answer(
                order.model_copy(update=more | ({"cursor": 0} if name == "matchesOpvragen" else {}))
            )
        for name in ("signaalBeeindigen", "signaalIntrekken", "signaalOpvragen"):
            told[f"{name}-later"] = ours.answer(asked[name].model_copy(update=changes | {"message_id": uuid4()}))
        simulator.script([Rule(operation="matchesOpvragen", fault=Fault.DIED, times=1)])
        told["vernietigd"] = theirs.answer(asked["matchesOpvragen"].model_copy(update={"cursor": 0}))
        told["onbekend"] = ours.answer(asked["signaalBeeindigen"])
    kinds = {(one["resourceType"], one.get("type")) for one in told.values()}
    assert kinds == {("Bundle", "transaction-response"), ("Bundle", "batch-response"), ("OperationOutcome", None)}
    assert judged(tmp_path, {name: without(one) for name, one in told.items()}) == {}


def without(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "http"}


def judged(directory: Path, resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What HAPI finds wrong, against R4 and our own definitions."""
    published = hapi.written(directory / "published", {named(resource): resource for resource in every()})
    return hapi.errors(hapi.validate(hapi.written(directory / "said", resources), published))
