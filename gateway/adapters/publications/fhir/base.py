"""What every definition carries."""

import re
from typing import Any

from gateway.wire.fhir import canonical

Resource = dict[str, Any]

VERSION = "1.0.0"
"""Of the contract; words have the version of the vocabulary they stand in."""
DATE = "2026-11-22"
PUBLISHER = "Verwijsindex gateway (contract of this project)"


def definition(kind: str, name: str, title: str, description: str, /, **more: Any) -> Resource:
    """A definition with its address; `title` is Dutch, `description` English."""
    return {
        "resourceType": kind,
        "id": name,
        "url": canonical(kind, name),
        "version": VERSION,
        "name": computable(name),
        "title": title,
        "status": "active",
        "experimental": False,
        "date": DATE,
        "publisher": PUBLISHER,
        "description": description,
    } | more


def computable(name: str) -> str:
    """A name as programs like it.

    >>> computable("vi-veiligheid-voor")
    'ViVeiligheidVoor'
    """
    words = re.sub("[^A-Za-z0-9]+", " ", name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def identity(text: str) -> str:
    """A text as an id.

    >>> identity("lijst met_een naam")
    'lijst-met-een-naam'
    """
    return re.sub("[^A-Za-z0-9.-]+", "-", text)[:64]
