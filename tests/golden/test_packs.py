"""The published schema of a pack says the same as the gateway does when it reads one."""

import json
import tomllib
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Misconfigured
from gateway.rules.packs import load, strange
from tests.golden.packs import FILE, rendered
from tests.spec.people import MAPPINGS, shared

SHIPPED = {
    entry.name: tomllib.loads(entry.read_text("utf-8"))
    for entry in (MAPPINGS / "packs").iterdir()
    if entry.name.endswith(".toml")
}
SCHEMA = jsonschema_rs.validator_for(json.loads(FILE.read_text(encoding="utf-8")), validate_formats=True)


def as_json(pack: dict[str, Any]) -> Any:
    return json.loads(json.dumps(pack, default=str))


def toml(value: Any) -> str:
    """A value as TOML writes it within a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value)
    return str(value)


def read(pack: dict[str, Any]) -> bool:
    """Whether the gateway takes a pack."""
    text = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in pack.items())
    try:
        taken = load([("own.toml", text.encode())])
    except Misconfigured:
        return False
    return not any(list(strange(item, shared())) for item in taken.values())


def test_the_schema_is_the_file() -> None:
    assert FILE.read_text(encoding="utf-8") == rendered(), "run: python -m tests.golden.packs --update"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_pack_follows_the_schema(name: str) -> None:
    SCHEMA.validate(as_json(SHIPPED[name]))
    assert read(SHIPPED[name])


odd = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 40), st.text("abc-", max_size=3),
    st.sampled_from(["warn", "GEEN", "365"]),
    st.just([]), st.just(["x"]), st.just({}), st.just({"under_12": "no"}), st.just({"noord": {"leaves": []}}),
)  # fmt: skip
KEYS = sorted({key for pack in SHIPPED.values() for key in pack} | {"reden", "indexes", "regional_days"})


@given(st.sampled_from(sorted(SHIPPED)), st.sampled_from(KEYS), odd)
def test_what_the_schema_refuses_the_gateway_refuses(name: str, key: str, value: Any) -> None:
    pack = {**SHIPPED[name], key: value}
    if value is None:
        del pack[key]
    if not SCHEMA.is_valid(as_json(pack)):
        assert not read(pack)


@given(st.sampled_from(sorted(SHIPPED)), st.sampled_from(KEYS), odd)
def test_what_the_gateway_refuses_and_the_schema_does_not_is_a_contradiction(name: str, key: str, value: Any) -> None:
    pack = {**SHIPPED[name], key: value}
    if value is None:
        del pack[key]
    if SCHEMA.is_valid(as_json(pack)) and not read(pack):
        assert key in {"keeps", "travels", "leaves", "keeps_fields", "legal_basis"}
