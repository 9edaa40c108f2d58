"""The fields of the dictionary by what a policy may say of them: that they leave, or that they are kept."""

from collections.abc import Iterable
from typing import Any

from gateway.canonical.signal import Registraties, Signal
from gateway.canonical.value import Klasse, Value


def _parts(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", None) or (annotation,)


def _group(annotation: Any) -> type[Value] | None:
    """The value that a field holds, when it holds one with fields of its own."""
    found = [kind for kind in _parts(annotation) if isinstance(kind, type) and issubclass(kind, Value)]
    return found[0] if found else None


def _leaving(model: type[Value], prefix: str = "") -> Iterable[str]:
    for name, info in model.model_fields.items():
        extra: Any = info.json_schema_extra
        group = _group(info.annotation)
        if group is not None and name != "betekenissen":
            yield from _leaving(group, f"{prefix}{name}.")
        elif extra["klasse"] != Klasse.GATEWAY:
            yield f"{prefix}{name}"


MAY_LEAVE = frozenset(_leaving(Signal))
"""Every field whose class lets it leave; a pack may name no other."""

GROUPS = ("registraties", "informatieplicht", "toestemming")
"""Kept as a whole or not at all."""


def _optional(model: type[Value], prefix: str = "") -> Iterable[str]:
    for name, info in model.model_fields.items():
        group = _group(info.annotation)
        if group is not None and name not in (*GROUPS, "betekenissen"):
            yield from _optional(group, f"{prefix}{name}.")
        elif name in GROUPS or (not info.is_required() and info.default is None):
            yield f"{prefix}{name}"


MAY_KEEP = frozenset(_optional(Signal)) - {"voorganger_id", "jeugdige.geboortedatum"}
"""Every field that a signal can do without; what keeps a signal and its legal clocks together is no choice."""


IDENTIFYING = frozenset(name for name in MAY_KEEP if name.startswith("jeugdige.")) - {"jeugdige.gemeente_code"}
"""By what a young person is known. The birth date is not among them: the law's clock of 23 years runs on it."""


def without(signal: Signal, fields: Iterable[str]) -> Signal:
    """A signal without some of the fields it can do without."""
    changed: dict[str, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for path in fields:
        name, _, inner = path.partition(".")
        if not inner:
            whole[name] = None
        elif getattr(signal, name) is not None:
            changed.setdefault(name, {})[inner] = Registraties() if inner in GROUPS else None
    groups = {name: getattr(signal, name).model_copy(update=inner) for name, inner in changed.items()}
    return signal.model_copy(update=groups | whole)
