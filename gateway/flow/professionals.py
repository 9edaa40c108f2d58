"""An organisation's directory of professionals: what a message about one of them need not say each time.

A CSV (`;`, UTF-8) with `professional_id` and any of the other columns. What it fills in has no part in whether a repeat
says the same: a new telephone number makes no new signal.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from gateway.canonical.command import Draft, Overdragen, Said
from gateway.errors import Misconfigured
from gateway.rules.reading import e_mail, telephone
from gateway.wire.tabular import table

FIELDS = {
    "naam": "melder_naam",
    "functie": "melder_functie",
    "telefoon": "melder_telefoon",
    "email": "melder_email",
    "coordinator_naam": "coordinator_naam",
    "coordinator_telefoon": "coordinator_telefoon",
    "coordinator_email": "coordinator_email",
}
"""Column of the directory -> field of the dictionary."""
PLACE = "gids"
_CHECKS = {"telefoon": telephone, "email": e_mail, "coordinator_telefoon": telephone, "coordinator_email": e_mail}

Professionals = Mapping[str, Mapping[str, str]]
"""professional_id -> field of the dictionary -> text."""


def load(content: bytes, *, source: str) -> Professionals:
    """Read a directory; raises Misconfigured with every problem, by line and column."""
    columns, rows = table(content, source=source)
    if "professional_id" not in columns or not columns <= {"professional_id", *FIELDS}:
        raise Misconfigured(f"{source}: its columns are professional_id and any of {', '.join(FIELDS)}")
    problems: list[str] = []
    found: dict[str, Mapping[str, str]] = {}
    for line, texts in rows:
        name = texts.pop("professional_id")
        if not name or name in found:
            problems.append(f"{source}: line {line}: professional_id is empty or there already; give each its own")
        for column, text in texts.items():
            if text and not _sound(column, text):
                problems.append(f"{source}: line {line}: {column} cannot be used; mend it")
        found[name] = {FIELDS[column]: text for column, text in texts.items() if text}
    if problems:
        raise Misconfigured(*problems)
    return found


def _sound(column: str, text: str) -> bool:
    try:
        _CHECKS.get(column, str)(text)
    except ValueError:
        return False
    return len(text) <= 200


Naming = TypeVar("Naming", Draft, Overdragen)


def complete(draft: Naming, professionals: Professionals) -> Naming:
    """What names a professional, with what that one's entry says and the message does not."""
    if draft.professional_id is None:
        return draft
    entry = professionals.get(draft.professional_id.text.strip(), {})
    absent: dict[str, Any] = {
        field: Said(text, PLACE, own=False) for field, text in entry.items() if getattr(draft, field) is None
    }
    return replace(draft, **absent) if absent else draft
