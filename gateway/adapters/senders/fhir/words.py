"""A sender's words in a Flag: a category each, in its own list, with its axis; and the answers to questions."""

from collections.abc import Callable, Mapping
from typing import Any

from gateway.adapters.senders.fhir.closed import Walk
from gateway.adapters.senders.fhir.invariants import items, objects, part
from gateway.adapters.senders.fhir.names import FLAG_PRIORITY, axis_of, list_of
from gateway.adapters.senders.fhir.opened import STRUCTURE, Resource
from gateway.canonical.command import Said, SaidChoice, SaidTerm

ListOf = Callable[[str], str]
"""From a code system's address to the sender's list it is; `-` where nobody knows it."""


def terms(flag: Resource, walk: Walk, lists: ListOf) -> list[SaidTerm]:
    """Every word of a new signal, with its axis and its list."""
    said = []
    for number, category in objects(flag.value, "category"):
        at = f"{flag.here}.category[{number}]"
        if len(items(category, "coding")) > 1:
            walk.find(STRUCTURE, f"{at}.coding[1]", limit="één woord; een keuze gaat met betekenis-aanvullen")
        said.append(_term(category, at, lists))
    for number, extension in objects(flag.value, "extension"):
        if extension.get("url") == FLAG_PRIORITY:
            at = f"{flag.here}.extension[{number}]"
            word = _term(part(extension, "valueCodeableConcept"), f"{at}.value", lists)
            said.append(SaidTerm(Said("urgentie", f"{at}.url"), word.word, word.stelsel))
    return said


def _term(category: Mapping[str, Any], at: str, lists: ListOf) -> SaidTerm:
    coding = next((item for _, item in objects(category, "coding")), None)
    system = _string(coding, "system") if coding else ""
    axis = _axis(category, at) or Said(axis_of(system), f"{at}.coding[0].system" if system else at)
    if coding is None or "code" not in coding:
        return SaidTerm(axis, Said(_string(category, "text"), f"{at}.text"))
    stelsel = Said(list_of(system, lists), f"{at}.coding[0].system") if system else None
    return SaidTerm(axis, Said(_string(coding, "code"), f"{at}.coding[0].code"), stelsel)


def _axis(category: Mapping[str, Any], at: str) -> Said | None:
    for number, extension in objects(category, "extension"):
        if isinstance(axis := extension.get("valueCode"), str):
            return Said(axis, f"{at}.extension[{number}].value")
    return None


def _string(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name, "")
    return found if isinstance(found, str) else ""


def choices(flag: Resource) -> list[SaidChoice]:
    """The categories that answer a question: the sender's own word, and the concept it stands for."""
    said = []
    for number, category in objects(flag.value, "category"):
        at = f"{flag.here}.category[{number}]"
        codings = [(f"{at}.coding[{place}]", item) for place, item in objects(category, "coding")]
        chosen = next((pair for pair in codings if axis_of(_string(pair[1], "system"))), None)
        words = [pair for pair in codings if pair is not chosen]
        if chosen is None or not (words or "text" in category):
            continue
        where, concept = chosen
        axis = _axis(category, at) or Said(axis_of(_string(concept, "system")), f"{where}.system")
        word = Said(_string(words[0][1], "code"), f"{words[0][0]}.code") if words else _text(category, at)
        said.append(SaidChoice(axis, word, Said(_string(concept, "code"), f"{where}.code")))
    return said


def _text(category: Mapping[str, Any], at: str) -> Said:
    return Said(_string(category, "text"), f"{at}.text")
