"""A signal as its sender sees it: by what it is known again, its receipt, and how it stands."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from conformance.parties.refusing import moment_of
from conformance.parties.wording import advice, meaning, question
from conformance.values import Message, text

ACTIVE, ARCHIVED, DESTROYED = "ACTIEF", "ARCHIEF", "VERNIETIGD"
KEPT = "urgentie"
"""The one axis whose words are kept; the others are passed on."""
Key = tuple[str, str, str]


@dataclass(slots=True)
class Signal:
    """A signal as its sender sees it."""

    key: Key
    number: int
    id: str
    message: Message
    status: str = ACTIVE
    ends: str = ""
    receipts: dict[tuple[str, int], tuple[Any, Message]] = field(default_factory=dict)
    matches: list[Message] = field(default_factory=list)


def key_of(form: str, message: Message) -> Key:
    """By what a signal is known again."""
    return form, text(message.get("bronSysteem")), text(message.get("bronSignaalId"))


def content(message: Message) -> Any:
    """What makes two messages say the same: all of it, moments as moments."""
    told = moment_of(message)
    rest = {name: value for name, value in message.items() if name != "datumTijdMelding"}
    return rest, None if told is None else told.astimezone(dt.UTC)


def receipt(signal: Signal, op: str, revision: int, message: Message, now: dt.datetime) -> Message:
    """What was done with a signal, for its sender to keep."""
    kept = [one for one in message.get("aanduidingen", []) if one["as"] == KEPT]
    left = [one["as"] for one in message.get("aanduidingen", []) if one["as"] != KEPT]
    return {
        "signaalId": signal.id, "bronSignaalId": signal.key[2], "revisie": revision, "handeling": op,
        "ontvangenOp": now.isoformat(timespec="seconds"), "verwijderdatum": signal.ends,
        "betekenissen": [meaning(one) for one in kept], "vragen": [question(one) for one in kept],
        "bevindingen": [], "nietBewaard": [{"as": one, "aantal": left.count(one)} for one in dict.fromkeys(left)],
        "vocabulaire": "toets-1", "beleid": "toets-1",
    }  # fmt: skip


def answer(signal: Signal, receipt: Message, message: Message, now: dt.datetime) -> Message:
    """A receipt, with what was only passed on, and how the signal stands now."""
    passing = [one for one in message.get("aanduidingen", []) if one["as"] != KEPT]
    standing: Message = {
        "standVan": now.isoformat(timespec="seconds"), "status": signal.status, "bezorging": "BIJ_INDEX",
        "matches": [*signal.matches],
    }  # fmt: skip
    if signal.status == ACTIVE:
        standing["verlooptOp"] = signal.ends
    return {
        "ontvangstbewijs": receipt, "vertalingen": [meaning(one) for one in passing],
        "vragen": [question(one) for one in passing], "adviezen": advice(message), "stand": standing,
    }  # fmt: skip
