"""From an opened message or resource to what its sender asks. Moves text with its place; meaning is admission's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gateway.adapters.senders.fhir import words
from gateway.adapters.senders.fhir.follow import collect
from gateway.adapters.senders.fhir.invariants import items, objects, part
from gateway.adapters.senders.fhir.names import CONTRACT, FORMAT, REGISTERS, own, source_of
from gateway.adapters.senders.fhir.opened import Opened, Resource, unreached
from gateway.adapters.senders.fhir.words import ListOf
from gateway.canonical import command
from gateway.canonical.command import Draft, Request, Said
from gateway.wire.fhir import MEDEWERKER

EVENTS: Mapping[str, tuple[str, str]] = {
    "signaal-aanmaken": ("Flag", "active"),
    "signaal-beeindigen": ("Flag", "inactive"),
    "signaal-intrekken": ("Flag", "entered-in-error"),
    "betekenis-aanvullen": ("Flag", "active"),
    "signaal-wijzigen": ("Flag", "active"),
    "signaal-verlengen": ("Flag", "active"),
    "signaal-overdragen": ("Flag", "active"),
    "match-terugkoppelen": ("Task", ""),
    "regie-vastleggen": ("Task", ""),
}
"""What a message may ask: the resource it is about, and the status that resource then has."""
CHANGES = {"active": "betekenis-aanvullen", "inactive": "signaal-beeindigen", "entered-in-error": "signaal-intrekken"}
"""What a status asks of a signal that is there."""
AMENDING = ("signaal-wijzigen", "signaal-overdragen")
"""What a message asks whose melder is read."""
NO_REGISTER = "-"

Texts = dict[str, Said]


def asked(event: str, focus: Resource, opened: Opened, lists: ListOf) -> Request:
    """The request of an event about a focus; every finding of the format goes along as a remark."""
    said: Texts = {}
    places: dict[str, str] = {}
    if EVENTS[event][0] == "Task":
        request = _told(event, focus, said, places)
        _sent_back(focus, opened)
        organisation = _organisation(opened, None)
    else:
        collect("Flag", focus.value, focus.here, said, places)
        role = opened.resolve(focus.value.get("author"), f"{focus.here}.author", focus, "PractitionerRole")
        organisation = _organisation(opened, role)
        wanted = EVENTS[event][1]
        if focus.value.get("status", wanted) != wanted:
            opened.walk.find("VIX-1105", f"{focus.here}.status", limit=wanted)
        if event == "signaal-aanmaken":
            request = _given(focus, role, said, places, opened, lists)
        else:
            if event in AMENDING:
                _reached(focus, role, said, places, opened)
            _passed(focus, opened)
            request = _changed(event, focus, said, places)
    unreached(opened)
    system = said.get("bron_systeem")
    return replace(
        request,
        bron_systeem=system._replace(text=source_of(system.text)) if system else None,
        organisatie=organisation,
        remarks=tuple(opened.walk.found.values()),
    )


def change_of(flag: Mapping[str, Any]) -> str:
    """What a Flag that is put in the place of another asks; empty when nobody can say.

    An active one with a choice of words answers a question; with a removal date alone it is extended, with a melder
    alone it gets their contact data. Who takes a signal over says so in a message.
    """
    status = str(flag.get("status"))
    chosen = any(len(items(category, "coding")) > 1 for _, category in objects(flag, "category"))
    if status != "active" or chosen:
        return CHANGES.get(status, "")
    urls = {extension.get("url") for _, extension in objects(flag, "extension")}
    dated, reached = own("vi-verwijderdatum") in urls, "author" in flag or own("vi-coordinator") in urls
    if dated == reached:
        return CHANGES[status]
    return "signaal-verlengen" if dated else "signaal-wijzigen"


def _head() -> dict[str, Any]:
    return {"formaat": FORMAT, "contract": CONTRACT}


def task_event(task: Mapping[str, Any]) -> str:
    """What a Task that is put in the place of another asks: the regie, where it says something of that."""
    urls = {extension.get("url") for _, extension in objects(task, "extension")}
    return "regie-vastleggen" if own("vi-regiehandeling") in urls else "match-terugkoppelen"


def _told(event: str, task: Resource, said: Texts, places: dict[str, str]) -> Request:
    collect("Task", task.value, task.here, said, places)
    name = task.value.get("id")
    if "match_id" not in said and isinstance(name, str):
        said["match_id"] = Said(name, f"{task.here}.id")
    match: dict[str, Any] = {"here": task.here, "places": places, "match_id": said.get("match_id")}
    match["stand"] = said.get("stand")
    if event == "match-terugkoppelen":
        return command.Terugkoppelen(**_head(), **match, contact=said.get("contact"))
    match |= {name: said.get(name) for name in ("regiehandeling", "herzien_op")}
    return command.RegieVastleggen(**_head(), **match)


_CHANGES: Mapping[str, Callable[..., Request]] = {
    "signaal-beeindigen": command.Beeindigen,
    "signaal-intrekken": command.Intrekken,
    "betekenis-aanvullen": command.BetekenisAanvullen,
    "signaal-wijzigen": command.Wijzigen,
    "signaal-verlengen": command.Verlengen,
    "signaal-overdragen": command.Overdragen,
}
_CONTACT = (
    "professional_id", "melder_naam", "melder_functie", "melder_telefoon", "melder_email",
    "coordinator_naam", "coordinator_telefoon", "coordinator_email",
)  # fmt: skip


def _changed(event: str, flag: Resource, said: Texts, places: dict[str, str]) -> Request:
    more: dict[str, Any] = {}
    if event == "signaal-beeindigen":
        end = said.get("datum_einde")
        more["datum_einde"] = end._replace(text=end.text[:10]) if end and end.text[10:11] == "T" else end
    if event == "betekenis-aanvullen":
        places["choices"] = f"{flag.here}.category"
        more["choices"] = tuple(words.choices(flag))
    if event == "signaal-verlengen":
        more["verwijderdatum"] = said.get("verwijderdatum")
    if event in AMENDING:
        more |= {name: said.get(name) for name in _CONTACT}
    own_id = {name: said.get(name) for name in ("bron_signaal_id", "signaal_id", "revisie")}
    return _CHANGES[event](**_head(), here=flag.here, places=places, **own_id, **more)


def _passed(focus: Resource, opened: Opened) -> None:
    """What a whole resource says beside its change is not read, but what it points at must be there."""
    for name in ("subject", "author"):
        opened.resolve(focus.value.get(name), f"{focus.here}.{name}", focus, "")
    for one in opened.known.values():
        one.reached = one.reached or one.kind in ("Patient", "PractitionerRole", "Organization")


def _sent_back(task: Resource, opened: Opened) -> None:
    """Whom a match as we wrote it contains stands in its input, which is not read again."""
    for one in opened.known.values():
        one.reached = one.reached or one.here.startswith(f"{task.here}.contained[")


def _given(
    flag: Resource, role: Resource | None, said: Texts, places: dict[str, str], opened: Opened, lists: ListOf
) -> Request:
    _child(flag, said, places, opened)
    _reached(flag, role, said, places, opened)
    named = {name: one for name, one in said.items() if name not in ("bron_systeem", "signaal_id", "datum_einde")}
    if "signaal_id" in said:
        opened.walk.find("VIX-1036", said["signaal_id"].at)
    if "geslacht" in named:
        named["geslacht"] = named["geslacht"]._replace(text=SEXES.get(named["geslacht"].text, named["geslacht"].text))
    draft = Draft(
        here=flag.here,
        places=places,
        terms=tuple(words.terms(flag, opened.walk, lists)),
        registraties=tuple(_registrations(role)) if role else (),
        **named,
    )
    return command.Afgeven(**_head(), draft=draft)


def _reached(flag: Resource, role: Resource | None, said: Texts, places: dict[str, str], opened: Opened) -> None:
    """How the melder is reached, and the coordinator."""
    where = role.here if role else f"{flag.here}.author.resolve()"
    places["melder"] = role.here if role else f"{flag.here}.author"
    collect("PractitionerRole", role.value if role else None, where, said, places)
    _coordinator(flag, said, places, opened)


SEXES = {"male": "M", "female": "V", "other": "O", "unknown": "O"}


def _child(flag: Resource, said: Texts, places: dict[str, str], opened: Opened) -> None:
    subject, at = flag.value.get("subject"), f"{flag.here}.subject"
    child = opened.resolve(subject, at, flag, "Patient")
    if child is not None:
        places["jeugdige"] = child.here
        collect("Patient", child.value, child.here, said, places)
        return
    places["jeugdige"] = at
    number = part(subject, "identifier") if isinstance(subject, dict) else {}
    lone = {"identifier": [number]} if number else {}
    collect("Patient", lone, at, said, places)
    for name, one in list(said.items()):
        if one.at.startswith(f"{at}.identifier[0]"):
            places[name] = one.at.replace(".identifier[0]", ".identifier", 1)
            said[name] = one._replace(at=places[name])
    for name, place in places.items():
        if name not in said and place.startswith(f"{at}.") and not place.startswith(f"{at}.identifier"):
            places[name] = place.replace(at, f"{at}.resolve()", 1)


def _coordinator(flag: Resource, said: Texts, places: dict[str, str], opened: Opened) -> None:
    url = own("vi-coordinator")
    for number, extension in objects(flag.value, "extension"):
        if extension.get("url") != url:
            continue
        at = f"{flag.here}.extension[{number}].value"
        reference = extension.get("valueReference")
        role = opened.resolve(reference, at, flag, "PractitionerRole")
        lone = {"practitioner": {"display": part(extension, "valueReference").get("display")}}
        collect("coordinator", role.value if role else lone, role.here if role else at, said, places)
        if role is None and "coordinator_naam" in said:
            said["coordinator_naam"] = said["coordinator_naam"]._replace(at=f"{at}.display")
        if role:
            _visited(role, opened)
        return
    collect("coordinator", None, f"{flag.here}.extension('{url}').value.resolve()", {}, places)


def _visited(role: Resource, opened: Opened) -> Resource | None:
    return opened.resolve(role.value.get("organization"), f"{role.here}.organization", role, "Organization")


def _organisation(opened: Opened, role: Resource | None) -> Said | None:
    """The organisation acted for: as the header says, or else as the professional's role does."""
    said: Texts = {}
    for above, name in ((opened.header, "sender"), (role, "organization")):
        if above is None:
            continue
        reference = part(above.value, name)
        found = opened.resolve(reference, f"{above.here}.{name}", above, "Organization")
        here = f"{above.here}.{name}"
        number = {"identifier": [reference["identifier"]]} if isinstance(reference.get("identifier"), dict) else {}
        here, value = (found.here, found.value) if found else (here, number)
        if "organisatie" not in said:
            collect("Organization", value, here, said, {})
            if found is None and "organisatie" in said:
                said["organisatie"] = said["organisatie"]._replace(at=f"{here}.identifier.value")
    return said.get("organisatie")


def _registrations(role: Resource) -> list[tuple[Said, Said]]:
    """The lists a professional is registered in; a list nobody knows is told by admission."""
    lone = part(role.value, "practitioner").get("identifier")
    first = [(f"{role.here}.practitioner.identifier", lone)] if isinstance(lone, dict) else []
    more = [(f"{role.here}.identifier[{number}]", item) for number, item in objects(role.value, "identifier")]
    return [
        (
            Said(REGISTERS.get(str(item.get("system")), NO_REGISTER), f"{at}.system"),
            Said(str(item.get("value", "")), f"{at}.value"),
        )
        for at, item in (*first, *more)
        if item.get("system") != MEDEWERKER
    ]
