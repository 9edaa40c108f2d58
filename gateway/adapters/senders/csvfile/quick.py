"""Frozen values, made at the price of plain ones.

A frozen value sets each of its fields through `object.__setattr__`; over a file of a million rows that is a minute.
Here a value is filled while it is of an open twin with the same fields, and is closed by taking its class.
"""

import dataclasses
from typing import Any


def twin(kind: type[Any]) -> Any:
    """An open class with the fields of a frozen data class with slots; `value.__class__ = kind` closes its values."""
    fields = [
        (field.name, Any, dataclasses.field(default=field.default, default_factory=field.default_factory))
        for field in dataclasses.fields(kind)
    ]
    return dataclasses.make_dataclass(f"Open{kind.__name__}", fields, slots=True)
