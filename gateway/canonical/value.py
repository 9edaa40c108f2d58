"""The common ground of every canonical value: frozen, closed, silent."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value without unknown fields, whose repr names its type and nothing in it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        ser_json_timedelta="iso8601",
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__

    def __repr_args__(self) -> tuple[()]:
        """Nothing, for whoever prints values in a way of its own (rich)."""
        return ()


class Klasse(StrEnum):
    """How far a field may go (data dictionary: X, G, S)."""

    INDEX = "index"
    """May leave to an index, when the pack's allow-list and the index's capability name it."""
    GATEWAY = "gateway"
    """Stays in the gateway."""
    SECRET = "secret"  # noqa: S105  a class of fields, no password
    """May leave to an index as above; never logged, never echoed to any sender."""


def field(klasse: Klasse, bron: str, **options: Any) -> Any:
    """A field of the data dictionary: its class, and the article or standard it stands on."""
    return Field(json_schema_extra={"klasse": klasse.value, "bron": bron}, **options)
