"""What an index of the contract "fhir_index" tells, read from its resources: matches, signals, and what it can do.

A Task or Flag that is not R4, or has a modifier extension, is not read: what it means is another thing then. Of a match
what is not R4 in a contact or a word costs that contact or word.
"""

import datetime as dt
from typing import Any

from gateway.adapters.indexes.told import able, day_of, each, filled, identifier, moment_of, news_from, one_line
from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Contact, Ended, IndexCapabilities, MatchNews, Standing
from gateway.canonical.receipt import Status
from gateway.canonical.terms import Equivalence, Meaning
from gateway.wire import fhir_contact, fhir_r4
from gateway.wire.fhir import SIGNAAL_ID, TAAK, TAAK_INPUT
from gateway.wire.fhir_index import (
    ABLE,
    AFSTEMMEN,
    FHIR_VERSION,
    LARGEST,
    MATCH_ID,
    NUMBER,
    STATUS,
    TASK_STATUS,
    VERNIETIGEN,
    Resource,
    code_of,
    inside,
    numbered,
    objects,
    only,
    own,
    said,
    text,
)

_STATUS = {code: status for status, code in STATUS.items()}
_TASK_STATUS: dict[str, MatchStatus] = {code: status for status, code in TASK_STATUS.items()}
_CONTACT = {
    "naam": "naam",
    "functie": "functie",
    "instantie": "instantie_naam",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
_MOST, _LONG, _SHORT, _ID = 50, 200, 35, 64


def number(task: Resource) -> int | None:
    """Its place in what is told; None when it says none that is."""
    try:
        found = said(task, own(NUMBER.removeprefix("vi-")), "UnsignedInt")
    except ValueError:
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= LARGEST else None


def ends(task: Resource) -> bool:
    """Whether it tells that the index destroyed a signal by itself."""
    return any(one.get("code") == VERNIETIGEN for one in objects(only(task, "code"), "coding"))


def ended(task: Resource) -> Ended:
    """Which signal the index destroyed, and why; ValueError when that cannot be read."""
    _readable(task, "Task")
    reasons = _inputs(task).get("reden", [])
    if number(task) is None or len(reasons) != 1:
        raise ValueError("reden")
    return Ended.model_validate({"signaal_id": _signal(task), "reason": reasons[0].get("valueCode")})


def news_of(tasks: list[Resource]) -> tuple[tuple[MatchNews, ...], int]:
    """The matches that fit the match dictionary, and how many entries did not."""
    return news_from(tasks, _match)


def standing(flag: Resource) -> Standing:
    """One signal as the index holds it; ValueError when that cannot be read."""
    _readable(flag, "Flag")
    status = _STATUS[_known(text(flag, "status"), _STATUS)]
    removal = said(flag, own("verwijderdatum"), "Date")
    leads = said(flag, own("leidend"), "Boolean")
    begun = text(only(flag, "period"), "start")
    destroyed = status is Status.VERNIETIGD
    return Standing(
        status=status,
        contact=None if destroyed else Contact.model_validate(_contact(flag, flag.get("author"))),
        datum_tijd_melding=moment_of(begun) if begun and not destroyed else None,
        verwijderdatum=None if destroyed and removal is None else day_of(removal or ""),
        leidend=not destroyed if leads is None else leads,
    )


def capabilities(statement: Any) -> IndexCapabilities:
    """What a CapabilityStatement says an index can carry; ValueError when it says nothing of that."""
    if not fhir_r4.sound(statement, "CapabilityStatement") or text(statement, "fhirVersion") != FHIR_VERSION:
        raise ValueError("CapabilityStatement")
    told = [
        one
        for rest in objects(statement, "rest")
        for one in objects(rest, "extension")
        if one.get("url") == own("index-capaciteiten")
    ]
    if len(told) != 1:
        raise ValueError("index-capaciteiten")
    time = said(told[0], "verwerkingstijd", "Duration")
    if text(time, "code") != "s" or not isinstance(seconds := time.get("value"), int | float):
        raise ValueError("verwerkingstijd")
    axes = [one.get("valueCode") for one in objects(told[0], "extension") if one.get("url") == "as"]
    declared = {name: said(told[0], name.replace("_", "-"), "Boolean") is True for name in ABLE}
    return able(declared | {"axes": axes, "processing_time": dt.timedelta(seconds=seconds)})


def _readable(resource: Resource, kind: str) -> None:
    if not fhir_r4.sound(resource, kind) or "modifierExtension" in resource or "implicitRules" in resource:
        raise ValueError(kind)


def _match(whole: Resource) -> tuple[MatchNews, int]:
    """A match, and how many of its entries did not fit."""
    task, lost = _mended(whole)
    _readable(task, "Task")
    if code_of(only(task, "code"), TAAK) != AFSTEMMEN:
        raise ValueError("code")
    inputs = _inputs(task)
    others = [one.get("valueReference") for one in inputs.get("betrokkene", [])]
    words = [one for one in objects(task, "extension") if one.get("url") == own("betekenis")]
    betrokkenen, strangers = each(lambda one: _betrokkene(task, one), others)
    betekenissen, riddles = each(_meaning, words)
    content = MatchContent(betrokkenen=betrokkenen[:_MOST], betekenissen=betekenissen[:_MOST])
    news = MatchNews(
        index_match_id=_identifier(numbered(task, MATCH_ID)),
        soort=MatchSoort(_value(inputs, "soort", "Code")),
        signaal_id=_signal(task),
        niet_dezelfde_jeugdige=_value(inputs, "niet-dezelfde-jeugdige", "Boolean") is True,
        ontstaan_op=moment_of(text(task, "authoredOn")),
        status=_TASK_STATUS[_known(text(task, "status"), _TASK_STATUS)],
        content=content,
        verwijderen=_value(inputs, "verwijderen", "Boolean") is True,
    )
    over = max(0, len(betrokkenen) - _MOST) + max(0, len(betekenissen) - _MOST)
    return news, lost + strangers + riddles + over


def _mended(task: Resource) -> tuple[Resource, int]:
    """A Task without what is not R4 in its extensions and its contacts, and how many of its extensions that were."""
    extensions = list(objects(task, "extension"))
    sound = [one for one in extensions if fhir_r4.validator("Extension").is_valid(one)]
    contained = [one for one in objects(task, "contained") if fhir_r4.sound(one, text(one, "resourceType"))]
    parts = {"extension": sound, "contained": contained}
    bare = {name: value for name, value in task.items() if name not in parts}
    return bare | {name: value for name, value in parts.items() if value}, len(extensions) - len(sound)


def _inputs(task: Resource) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for one in objects(task, "input"):
        found.setdefault(code_of(only(one, "type"), TAAK_INPUT), []).append(one)
    return found


def _value(inputs: dict[str, list[Resource]], name: str, kind: str) -> Any:
    found = inputs.get(name, [])
    if len(found) > 1:
        raise ValueError(name)
    return found[0].get(f"value{kind}") if found else None


def _signal(task: Resource) -> str:
    """Our own number of the signal it is about."""
    focus = only(only(task, "focus"), "identifier")
    if text(focus, "system") != SIGNAAL_ID:
        raise ValueError("focus")
    return _identifier(text(focus, "value"))


def _identifier(text_said: str) -> str:
    if len(text_said) > _ID:
        raise ValueError("id")
    return identifier(text_said)


def _contact(resource: Resource, reference: Any) -> dict[str, str]:
    """A contact by the names of ours, each text on one line."""
    role = inside(resource, reference)
    place = inside(resource, role.get("organization"))
    if role.get("resourceType") != "PractitionerRole" or place.get("resourceType") != "Organization":
        raise ValueError("contact")
    found = {name: one_line(value) for name, value in fhir_contact.fields(role, place).items()}
    return {name: value for name, value in found.items() if value}


def _betrokkene(task: Resource, reference: Any) -> Betrokkene:
    """Who to reach and how; the index's own ids of person and organisation are not in the match dictionary."""
    found = _contact(task, reference)
    return Betrokkene.model_validate({name: found.get(theirs) for name, theirs in _CONTACT.items()})


def _meaning(extension: Resource) -> Meaning:
    concept = said(extension, "begrip", "Coding")
    return Meaning(
        axis=_bounded(said(extension, "as", "Code"), _SHORT),
        word=_bounded(said(extension, "woord", "String"), _LONG),
        concept=_bounded(text(concept, "code"), _SHORT),
        equivalence=Equivalence(said(extension, "equivalentie", "Code")),
        map="index",
    )


def _bounded(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError("text")
    return filled(value)


def _known(code: str, codes: Any) -> str:
    if code not in codes:
        raise ValueError("status")
    return code
