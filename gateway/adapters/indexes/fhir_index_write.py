"""Orders in FHIR R4: a signal as a Flag, what changes of it as a patch, questions as searches. Values in, dicts out.

An order says only what changes, and the gateway may know the child no more: a PUT would need the whole signal, so a
change is a JSON Patch, each of whose steps gives the same when it is done twice. What it changes has a fixed place in
the Flag, and it says first what must stand there: an index that keeps another order refuses, and nothing is spoiled.
"""

import base64
import json
from typing import Any, NamedTuple, assert_never

from gateway.canonical.order import (
    Amend,
    Arrange,
    AskCapabilities,
    AskStatus,
    End,
    FollowUp,
    Inspect,
    Lead,
    Order,
    Person,
    Poll,
    Register,
    Told,
    Withdraw,
)
from gateway.canonical.receipt import Status
from gateway.canonical.signal import Geslacht
from gateway.canonical.terms import Meaning
from gateway.errors import IndexFault
from gateway.wire import fhir_contact
from gateway.wire.fhir import HOUSE_NUMBER, OPVOLGING, OWN_NAME, OWN_PREFIX, SIGNAAL_ID, SOORT, UNSAID, axis_system
from gateway.wire.fhir_index import (
    BSN,
    CHILD,
    JSON_PATCH,
    MASKED,
    MATCH_ID,
    MOST,
    NUMBER,
    PLACE,
    ROLE,
    STATUS,
    Resource,
    concept,
    extension,
    group,
    meta,
    own,
    part,
    search,
    token,
)

GENDER = {Geslacht.M: "male", Geslacht.V: "female", Geslacht.O: "unknown"}
PROFILE = "index-signaal"

Step = dict[str, Any]


class Asked(NamedTuple):
    """What goes into a Bundle: whether it changes something, and each entry; the first is the order itself."""

    changes: bool
    entries: tuple[Resource, ...]
    resources: tuple[Resource, ...] = ()
    """All that is R4 in them, also what a patch holds."""

    @property
    def kind(self) -> str:
        """The type of the Bundle."""
        return "transaction" if self.changes else "batch"


def asked(order: Order) -> Asked:
    """What an order asks; raises IndexFault for what this contract does not carry."""
    if isinstance(order, Told):
        raise IndexFault("what an organisation is told is no message for an index")
    match order:
        case Register():
            flag = _flag(order)
            entries = _create(order, flag), _get("Task", search(**_matches(order)))
            return Asked(True, entries, (flag, *flag["contained"]))
        case Amend():
            role, place = fhir_contact.written(order.contact, ROLE, PLACE)
            return _patch("Flag", _signal(order), _amended(order, role, place))._replace(resources=(role, place))
        case End():
            ended = {"op": "add", "path": "/period/end", "value": order.datum_einde.isoformat()}
            return _patch("Flag", _signal(order), [_put("/status", STATUS[Status.ARCHIEF]), ended])
        case Withdraw():
            left, request = _destroyed(order), {"method": "PUT", "url": f"Flag?{_signal(order)}"}
            return Asked(True, ({"resource": left, "request": request},), (left,))
        case Lead():
            steps = [_must("/extension/1/url", own("leidend")), _put("/extension/1/valueBoolean", order.leidend)]
            return _patch("Flag", _signal(order), steps)
        case FollowUp():
            told = {"op": "add", "path": "/businessStatus", "value": concept(OPVOLGING, order.contact.value)}
            focus = token(SIGNAAL_ID, order.signaal_id)
            query = search(identifier=token(MATCH_ID, order.index_match_id), focus__identifier=focus)
            return _patch("Task", query, [told])
        case Inspect():
            return Asked(False, (_get("Flag", _signal(order)),))
        case Poll():
            query = search(**{NUMBER: f"gt{order.cursor}", "_sort": NUMBER, "_count": str(MOST)})
            return Asked(False, (_get("Task", query),))
        case AskCapabilities():
            return Asked(False, ({"request": {"method": "GET", "url": "metadata"}},))
        case Arrange() | AskStatus():
            raise IndexFault("fhir_index: this contract has no regie and no status of a message")
        case _:
            assert_never(order)


def _signal(order: Register | Amend | End | Withdraw | Lead | Inspect) -> str:
    return search(identifier=token(SIGNAAL_ID, order.signaal_id))


def _matches(order: Register) -> dict[str, str]:
    """The matches it made at once; a transaction asks after it has changed."""
    focus = token(SIGNAAL_ID, order.signaal_id)
    return {"focus__identifier": focus, "_sort": NUMBER, "_count": str(MOST)}


def _get(kind: str, query: str) -> Resource:
    return {"request": {"method": "GET", "url": f"{kind}?{query}"}}


def _create(order: Register, flag: Resource) -> Resource:
    """Made only where there is none of this number yet, also none that was destroyed."""
    request = {"method": "POST", "url": "Flag", "ifNoneExist": _signal(order)}
    return {"fullUrl": order.signaal_id.urn, "resource": flag, "request": request}


def _patch(kind: str, query: str, steps: list[Step]) -> Asked:
    data = base64.b64encode(json.dumps(steps, ensure_ascii=False, separators=(",", ":")).encode()).decode()
    resource = {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}
    return Asked(True, ({"resource": resource, "request": {"method": "PATCH", "url": f"{kind}?{query}"}},))


def _must(path: str, value: str) -> Step:
    return {"op": "test", "path": path, "value": value}


def _put(path: str, value: Any) -> Step:
    return {"op": "replace", "path": path, "value": value}


def _amended(order: Amend, role: Resource, place: Resource) -> list[Step]:
    return [
        _must("/contained/0/id", ROLE),
        _must("/contained/1/id", PLACE),
        _must("/extension/0/url", own("verwijderdatum")),
        _put("/contained/0", role),
        _put("/contained/1", place),
        _put("/extension/0/valueDate", order.verwijderdatum.isoformat()),
    ]


def _flag(order: Register) -> Resource:
    subject, child = _child(order.person)
    extensions = [
        extension("verwijderdatum", Date=order.verwijderdatum.isoformat()),
        extension("leidend", Boolean=order.leidend),
        *([extension("signaalcode", Code=order.signaalcode.value)] if order.signaalcode else []),
        *map(_meaning, order.meanings),
    ]
    return {
        "resourceType": "Flag",
        "meta": meta(PROFILE),
        "contained": [*fhir_contact.written(order.contact, ROLE, PLACE), *child],
        "extension": extensions,
        "identifier": [_number(order)],
        "status": STATUS[Status.ACTIEF],
        "code": concept(SOORT, order.soort.value),
        "subject": subject,
        "period": {"start": order.datum_tijd_melding.isoformat()},
        "author": {"reference": f"#{ROLE}"},
    }


def _destroyed(order: Withdraw) -> Resource:
    """What stays of a signal that was withdrawn: its number, so that a late copy of it is not made anew."""
    return {
        "resourceType": "Flag",
        "meta": meta(PROFILE),
        "identifier": [_number(order)],
        "status": STATUS[Status.VERNIETIGD],
        "code": {"text": UNSAID},
        "subject": MASKED,
    }


def _number(order: Register | Withdraw) -> Resource:
    return {"use": "official", "system": SIGNAAL_ID, "value": str(order.signaal_id)}


def _child(person: Person) -> tuple[Resource, list[Resource]]:
    """The subject, and what it contains: a BSN stands in the reference; it and identifying data never leave both."""
    data = person.model_dump(exclude={"bsn"}, exclude_none=True)
    if (person.bsn is None) == (not data):
        raise IndexFault("signaalAfgeven: CHOICE jeugdige/bsn jeugdige/persoonsgegevens")
    if person.bsn is not None:
        return {"type": "Patient", "identifier": {"system": BSN, "value": person.bsn}}, []
    if missing := [name for name in ("familienaam", "geboortedatum", "geslacht") if name not in data]:
        raise IndexFault(f"signaalAfgeven: MISSING {' '.join(missing)}")
    return {"reference": f"#{CHILD}", "type": "Patient"}, [_patient(person)]


def _patient(person: Person) -> Resource:
    """Who is meant, by identifying data; the name as nl-core has it."""
    family = [part(OWN_NAME, String=person.familienaam)]
    if person.voorvoegsel:
        family.insert(0, part(OWN_PREFIX, String=person.voorvoegsel))
    whole = " ".join(filter(None, (person.voorvoegsel, person.familienaam)))
    name: Resource = {"use": "official", "family": whole, "_family": {"extension": family}}
    if given := (person.voornamen or "").split():
        name["given"] = given
    made: Resource = {"resourceType": "Patient", "id": CHILD, "name": [name]}
    made |= {"gender": GENDER[person.geslacht or Geslacht.O], "birthDate": person.geboortedatum}
    address: Resource = {}
    if person.huisnummer is not None:
        number = str(person.huisnummer)
        address = {"line": [number], "_line": [{"extension": [part(HOUSE_NUMBER, String=number)]}]}
    if person.postcode:
        address["postalCode"] = person.postcode
    return made | {"address": [address]} if address else made


def _meaning(meaning: Meaning) -> Resource:
    parts = [
        part("as", Code=meaning.axis),
        part("woord", String=meaning.word),
        part("begrip", Coding={"system": axis_system(meaning.axis), "code": meaning.concept}),
        part("equivalentie", Code=meaning.equivalence.value),
        part("kaart", String=meaning.map),
    ]
    return group("betekenis", parts)
