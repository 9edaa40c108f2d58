"""What may be demanded of what came in at a party the kit plays (`bij`): each message, and all of one reference."""

from collections.abc import Mapping
from typing import Any

from conformance.demands.moment import Failed, Moment, otherwise
from conformance.values import Message, at, meant, text

_ABOUT = ("handeling", "uitkomst", "contract", "omslag", "draad", "gedaan")
"""What the kit says of a message, beside its fields."""


def volgens_contract(this: Moment) -> None:
    """Everything that came in obeys the contract, and what is around it."""
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        if wrong := [*message["contract"], *message.get("omslag", [])]:
            raise Failed("een bericht volgens het contract", "; ".join(wrong[:3]), at="contract", n=one.n)


def ongewijzigd(this: Moment) -> None:
    """What comes under one reference says one thing, but for when it was sent."""
    found: dict[str, tuple[Message, int]] = {}
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        key = text((at(message, this.where) or [""])[0])
        same = {name: meant(value) for name, value in message.items() if name not in ("gedaan", "omslag")}
        same["kop"] = {name: value for name, value in same.get("kop", {}).items() if name != "tijdstipBericht"}
        first, n = found.setdefault(key, (same, one.n)) if key else (same, one.n)
        if first != same:
            got, place = otherwise(first, same)
            raise Failed(
                f"bij elke poging met dezelfde {this.where} hetzelfde bericht", got, at=place, n=one.n, other=n
            )


def alleen_velden(this: Moment) -> None:
    """No field but these, at any depth."""
    allowed = set(this.rest["velden"])
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        body = {name: value for name, value in message.items() if name not in _ABOUT}
        if strange := sorted(set(_leaves(body)) - allowed):
            raise Failed("alleen de velden die mogen", ", ".join(strange), at=strange[0], n=one.n)


def _leaves(value: Any, path: str = "") -> list[str]:
    if isinstance(value, Mapping):
        return [one for name, inner in value.items() for one in _leaves(inner, f"{path}.{name}" if path else name)]
    if isinstance(value, list):
        return [one for inner in value for one in _leaves(inner, path)]
    return [path]


DEMANDS = (
    volgens_contract,
    ongewijzigd,
    alleen_velden,
)
