"""The requests of "fhir_index", from a Bundle that obeys R4 to values; ValueError for what this index does not do.

An R4 server does whatever a patch says. This index knows the patches of its contract by what they change; no others.
"""

import base64
import binascii
import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qs

from gateway.canonical.match import Opvolging
from gateway.canonical.order import Contact, Person, Signaalcode
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Geslacht, Soort
from gateway.simulator.values import (
    Amend,
    AskCapabilities,
    Call,
    End,
    FollowUp,
    Inspect,
    Lead,
    Message,
    Poll,
    Register,
    Request,
    Withdraw,
    Word,
)
from gateway.wire import fhir_contact, fhir_r4, json_in
from gateway.wire.fhir import HOUSE_NUMBER, OPVOLGING, OWN_NAME, OWN_PREFIX, SIGNAAL_ID, SOORT
from gateway.wire.fhir_index import (
    AANSLUITING,
    BERICHT_ID,
    BSN,
    JSON_PATCH,
    MATCH_ID,
    NUMBER,
    PLACE,
    ROLE,
    STATUS,
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

USUAL = 100
"""How many matches a search gets that does not say how many."""
OPERATIONS: dict[type[Request], str] = {
    Register: "signaalAfgeven",
    Amend: "signaalWijzigen",
    End: "signaalBeeindigen",
    Withdraw: "signaalIntrekken",
    Lead: "leidendZetten",
    FollowUp: "matchTerugkoppelen",
    Inspect: "signaalOpvragen",
    Poll: "matchesOpvragen",
    AskCapabilities: "capaciteiten",
}
"""What a request is called in a script of faults, as in every dialect."""

_GENDER = {"male": Geslacht.M, "female": Geslacht.V, "unknown": Geslacht.O, "other": Geslacht.O}
_TESTED = {
    "/contained/0/id": ROLE,
    "/contained/1/id": PLACE,
    "/extension/0/url": own("verwijderdatum"),
    "/extension/1/url": own("leidend"),
}
"""What a patch may say first that must stand there; so it does in every signal here."""
_CHANGED = {
    frozenset({"/contained/0", "/contained/1", "/extension/0/valueDate"}): Amend,
    frozenset({"/status", "/period/end"}): End,
    frozenset({"/extension/1/valueBoolean"}): Lead,
}
_ID = re.compile(r"[ -~]{1,64}")
_ALL_OF_NINE = re.compile(r"[0-9]{9}")


def call(bundle: Resource) -> Call:
    """Read a message; its answer refers to the type of the Bundle and the number of its entries."""
    number = only(bundle, "identifier")
    sender = only(only(number, "assigner"), "identifier")
    if number.get("system") != BERICHT_ID or sender.get("system") != AANSLUITING:
        raise ValueError("Bundle.identifier")
    kind, entries = text(bundle, "type"), list(objects(bundle, "entry"))
    request = _request(kind, entries)
    return Call(
        operation=OPERATIONS[type(request)],
        message=Message(sender=_id(text(sender, "value")), reference=_id(text(number, "value")), request=request),
        addressee="",
        version="1",
        relates_to=f"{kind} {len(entries)}",
    )


def _request(kind: str, entries: list[Resource]) -> Request:
    if kind not in ("transaction", "batch") or not entries:
        raise ValueError("Bundle.type")
    asked = only(entries[0], "request")
    path, _, query = text(asked, "url").partition("?")
    said_of = {name: found[0] for name, found in parse_qs(query, keep_blank_values=True).items()}
    resource = only(entries[0], "resource")
    method = text(asked, "method")
    if method == "POST" and path == "Flag" and len(entries) <= 2:
        register = _register(resource, text(asked, "ifNoneExist"))
        if any(not _of_it(entry, register.reference) for entry in entries[1:]):
            raise ValueError("Bundle.entry[1]")
        return register
    if len(entries) != 1:
        raise ValueError("Bundle.entry[1]")
    match method, path:
        case "GET", "metadata":
            return AskCapabilities()
        case "GET", "Flag":
            return Inspect(reference=_own(said_of))
        case "GET", "Task" if said_of.get("_sort") == NUMBER:
            return Poll(
                after=_number(said_of[NUMBER].removeprefix("gt")), maximum=_number(said_of.get("_count", USUAL))
            )
        case "PUT", "Flag":
            return _withdraw(resource, _own(said_of))
        case "PATCH", "Flag":
            return _changed(_patch(resource), _own(said_of))
        case "PATCH", "Task":
            return _followed(_patch(resource), said_of)
    raise ValueError("Bundle.entry[0].request")


def _of_it(entry: Resource, reference: str) -> bool:
    """Whether an entry asks for the matches of a signal."""
    path, _, query = text(only(entry, "request"), "url").partition("?")
    asked = {name: found[0] for name, found in parse_qs(query).items()}
    return path == "Task" and _token(asked.get("focus:identifier", ""), SIGNAAL_ID) == reference


def _own(asked: dict[str, str]) -> str:
    return _id(_token(asked.get("identifier", ""), SIGNAAL_ID))


def _token(asked: str, system: str) -> str:
    """The value of a token of a system; empty for one of another."""
    of, _, value = asked.partition("|")
    return value if of == system else ""


def _register(flag: Resource, unless: str) -> Register:
    _sound(flag, "Flag")
    reference = _id(numbered(flag, SIGNAAL_ID))
    asked = {name: found[0] for name, found in parse_qs(unless).items()}
    if (unless and _own(asked) != reference) or flag.get("status") != STATUS[Status.ACTIEF]:
        raise ValueError("ifNoneExist")
    signaalcode = said(flag, own("signaalcode"), "Code")
    return Register(
        reference=reference,
        soort=Soort(code_of(only(flag, "code"), SOORT)),
        person=_person(flag),
        contact=_contact(flag, flag.get("author")),
        datum_tijd_melding=text(only(flag, "period"), "start"),
        verwijderdatum=_day(said(flag, own("verwijderdatum"), "Date")),
        signaalcode=None if signaalcode is None else Signaalcode(signaalcode),
        words=tuple(_word(one) for one in objects(flag, "extension") if one.get("url") == own("betekenis")),
        leidend=said(flag, own("leidend"), "Boolean") is not False,
        once=bool(unless),
    )


def _withdraw(flag: Resource, reference: str) -> Withdraw:
    """Of a signal nothing may be left but its number: any other Flag in its place is no request of this contract."""
    _sound(flag, "Flag")
    left = flag.keys() & {"author", "period", "contained", "extension", "category"}
    named = only(flag, "subject").keys() - {"extension"}
    if flag["status"] != STATUS[Status.VERNIETIGD] or left or named or numbered(flag, SIGNAAL_ID) != reference:
        raise ValueError("Flag.status")
    return Withdraw(reference=reference)


def _patch(binary: Resource) -> dict[str, Any]:
    """What a JSON Patch puts where."""
    if binary.get("resourceType") != "Binary" or binary.get("contentType") != JSON_PATCH:
        raise ValueError("Binary.contentType")
    try:
        steps = json_in.read(base64.b64decode(text(binary, "data"), validate=True))
    except (binascii.Error, json_in.Malformed):
        raise ValueError("Binary.data") from None
    found: dict[str, Any] = {}
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise ValueError("Binary.data")
    for step in steps:
        op, path = text(step, "op"), text(step, "path")
        if op == "test" and _TESTED.get(path) == step.get("value"):
            continue
        if op not in ("add", "replace") or path in found or "value" not in step:
            raise ValueError("Binary.data")
        found[path] = step["value"]
    return found


def _changed(steps: dict[str, Any], reference: str) -> Amend | End | Lead:
    kind = _CHANGED.get(frozenset(steps))
    if kind is Amend:
        contained = {"contained": [steps["/contained/0"], steps["/contained/1"]]}
        return Amend(
            reference=reference,
            contact=_contact(contained, {"reference": f"#{ROLE}"}),
            verwijderdatum=_day(steps["/extension/0/valueDate"]),
        )
    if kind is End and steps["/status"] == STATUS[Status.ARCHIEF]:
        return End(reference=reference, datum_einde=_day(steps["/period/end"]))
    if kind is Lead and isinstance(steps["/extension/1/valueBoolean"], bool):
        return Lead(reference=reference, leidend=steps["/extension/1/valueBoolean"])
    raise ValueError("Binary.data")


def _followed(steps: dict[str, Any], asked: dict[str, str]) -> FollowUp:
    if steps.keys() != {"/businessStatus"}:
        raise ValueError("Binary.data")
    return FollowUp(
        reference=_id(_token(asked.get("focus:identifier", ""), SIGNAAL_ID)),
        match_id=_id(_token(asked.get("identifier", ""), MATCH_ID)),
        contact=Opvolging(code_of(steps["/businessStatus"], OPVOLGING)),
    )


def _contact(above: Resource, reference: Any) -> Contact:
    role = inside(above, reference)
    place = inside(above, role.get("organization"))
    _sound(role, "PractitionerRole")
    _sound(place, "Organization")
    return Contact.model_validate(fhir_contact.fields(role, place))


def _person(flag: Resource) -> Person:
    subject = only(flag, "subject")
    number = only(subject, "identifier")
    if number:
        if number.get("system") != BSN or not _ALL_OF_NINE.fullmatch(text(number, "value")):
            raise ValueError("Flag.subject.identifier")
        return Person(bsn=text(number, "value"))
    child = inside(flag, subject)
    _sound(child, "Patient")
    name = next(objects(child, "name"), {})
    address = next(objects(child, "address"), {})
    line = next(iter(address.get("_line", ())), None)
    number_said = said(line, HOUSE_NUMBER, "String")
    return Person(
        familienaam=said(name.get("_family"), OWN_NAME, "String") or _filled(text(name, "family")),
        voorvoegsel=said(name.get("_family"), OWN_PREFIX, "String"),
        voornamen=" ".join(name.get("given", ())) or None,
        geboortedatum=_filled(text(child, "birthDate")),
        geslacht=_GENDER[text(child, "gender") or "unknown"],
        postcode=text(address, "postalCode") or None,
        huisnummer=None if number_said is None else _number(number_said),
    )


def _word(extension: Resource) -> Word:
    return Word(
        axis=_filled(said(extension, "as", "Code")),
        code=_filled(text(said(extension, "begrip", "Coding"), "code")),
        word=_filled(said(extension, "woord", "String")),
        equivalence=_filled(said(extension, "equivalentie", "Code")),
    )


def _sound(resource: Resource, kind: str) -> None:
    if not fhir_r4.sound(resource, kind) or "modifierExtension" in resource:
        raise ValueError(kind)


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("id")
    return value


def _filled(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("text")
    return value


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(_filled(value)[:10])


def _number(value: object) -> int:
    number = str(value)
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise ValueError("number")
    return int(number)
