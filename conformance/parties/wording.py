"""What a good gateway says in words: refusals, the advice to phone, what a word means and what is asked of it.

The texts are in `rules/office.toml`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from conformance.rules import words
from conformance.values import Message, at, text

Faults = list[tuple[str, str]]
"""Codes, each with a path into the message."""


def refusal(faults: Faults, advice: Sequence[Message] = (), *, wait: int = 0) -> Message:
    """A refusal for codes with their places; `wait` when it may be tried again after so many seconds."""
    texts = data()["bevinding"]
    found = [{"code": code, "ernst": "fout", "plaats": place, **texts[code]} for code, place in faults]
    server = any(code.startswith("VIX-19") for code, _ in faults)
    return {
        "uitkomst": "geweigerd", "code": faults[0][0], "plek": "server" if server else "client",
        "herhaalbaar": server, "bevindingen": found, "adviezen": [*advice], "wacht": wait,
    }  # fmt: skip


def advice(message: Message) -> list[Message]:
    """The advice to phone, when a word asks for it."""
    alarming = {(one["as"], one["woord"].casefold()) for one in words("gevaar", "9999")}
    said = [(text(one.get("as")), text(one.get("woord")).casefold()) for one in at(message, "aanduidingen")]
    if not any(axis in data()["gevaar"]["assen"] or (axis, word) in alarming for axis, word in said):
        return []
    return [{"code": "bel-nu", **data()["advies"]["bel-nu"]}]


def meaning(term: Message, concept: str = "onbekend") -> Message:
    """What a word of a sender means: a choice of its axis, or not known yet."""
    said = data()["keuzes"].get(term["as"], {}).get(concept, concept)
    how = "unmatched" if concept == "onbekend" else "equivalent"
    return {
        "as": term["as"], "woord": term["woord"], "begrip": concept, "equivalentie": how, "weergave": said,
        "definitie": "Van de toets.", "kaart": "toets@1",
    }  # fmt: skip


def question(term: Message) -> Message:
    """What is asked of a word."""
    choices = [{"begrip": code, "weergave": said} for code, said in data()["keuzes"][term["as"]].items()]
    asked = "Iedereen verstaat hier iets anders onder. Wat bedoelt u?"
    return {"as": term["as"], "woord": term["woord"], "tekst": asked, "keuzes": choices}


@cache
def data() -> Mapping[str, Any]:
    """What office.toml says."""
    return tomllib.loads(files("conformance.rules").joinpath("office.toml").read_text(encoding="utf-8"))
