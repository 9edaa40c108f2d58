"""Whatever an index answers in FHIR is an outcome, and whatever a text holds survives the wire."""

import json
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.adapters.indexes.fhir_index import FhirIndex
from gateway.canonical.order import IndexCapabilities, Order, Outcome
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.values import Register
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.fhir_index.said import ANSWERS, OPERATIONS, destroyed, match, outcome, polled, word
from tests.contract.fhir_index.said import contact as contained
from tests.contract.orders import CONTACT, register

INDEX = FhirIndex(sender="gateway", capabilities=IndexCapabilities())
DIALECT = FhirDialect()
orders: st.SearchStrategy[Order] = st.sampled_from([*OPERATIONS.values()])
statuses = st.one_of(st.sampled_from([200, 400, 429, 500, 503]), st.integers(100, 599))
texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), texts,
    st.sampled_from(["", "active", "Flag", "Task", "Bundle", "2026-03-01T09:30:00Z", "9" * 40, "#b1", "\u202e"]),
)  # fmt: skip
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
SOUND = [*ANSWERS.values(), outcome(), polled(match(8, contained=contained(), words=[word()]), destroyed(9), more=True)]


@given(orders, statuses, st.binary(max_size=400))
def test_any_bytes_are_an_outcome(order: Order, status: int, body: bytes) -> None:
    assert isinstance(INDEX.decode(order, WireResponse(status, body)), get_args(Outcome))


@given(orders, statuses, values)
def test_any_json_is_an_outcome(order: Order, status: int, body: Any) -> None:
    assert isinstance(INDEX.decode(order, WireResponse(status, json.dumps(body).encode())), get_args(Outcome))


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every member and item in a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, inner in inside for found in ((*here, name), *places(inner, (*here, name)))]


def spoiled(data: st.DataObject, sound: Any) -> bytes:
    """The same with something else in a few places, or without them."""
    made = json.loads(json.dumps(sound))
    for _ in range(data.draw(st.integers(1, 3))):
        if not (known := places(made)):
            break
        *steps, last = data.draw(st.sampled_from(known))
        place = made
        for step in steps:
            place = place[step]
        if data.draw(st.booleans()):
            del place[last]
        else:
            place[last] = data.draw(values)
    return json.dumps(made).encode()


@given(orders, statuses, st.sampled_from(SOUND), st.data())
def test_a_spoiled_answer_is_an_outcome(order: Order, status: int, sound: Any, data: st.DataObject) -> None:
    assert isinstance(INDEX.decode(order, WireResponse(status, spoiled(data, sound))), get_args(Outcome))


@given(orders, st.data())
def test_a_spoiled_order_is_read_or_refused(order: Order, data: st.DataObject) -> None:
    body = spoiled(data, json.loads(INDEX.encode(order).body))
    told = DIALECT.decode(WireRequest(body, "application/fhir+json"))
    assert not isinstance(told, WireResponse) or told.status in (400, 415, 422)


@given(texts.filter(str.strip))
@example("de\u00a0Vries")
@example("0\u202f")
def test_any_text_survives_the_wire(text: str) -> None:
    contact = CONTACT.model_copy(update=dict.fromkeys(("naam", "functie", "instantie_naam", "coordinator"), text))
    call = DIALECT.decode(WireRequest(INDEX.encode(register(contact=contact)).body, "application/fhir+json"))
    assert not isinstance(call, WireResponse)
    assert isinstance(call.message.request, Register)
    assert call.message.request.contact == contact
