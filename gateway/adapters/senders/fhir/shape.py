"""Our closed profile of FHIR R4: which elements a sender's resource may have, and which field of the draft each holds.

What `SHAPES` does not name is not carried by the index, and goes unread. `ROWS` are places in FHIRPath, of a subset
that can be followed here: members, `where(member='value')`, `extension('url')`; of several alternatives the first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from gateway.adapters.senders.fhir.names import ABSENT_REASON, BSN, FLAG_PRIORITY, MATCH_ID, ONDERWIJSNUMMER, own
from gateway.adapters.senders.fhir.r4 import element
from gateway.wire.fhir import HOUSE_NUMBER, MEDEWERKER, OPVOLGING, ORGANISATIE, OWN_NAME, OWN_PREFIX, SIGNAAL_ID, SOORT
from gateway.wire.fhir_subscription import profile

Shape = dict[str, Any]
"""Member -> what may stand below it: another shape, or None for whatever R4 allows there, which is not read."""


class Extensions(dict[str, Shape]):
    """Extension by its address -> the shape of what it holds beside that address."""


def _with(**values: Shape | None) -> Extensions:
    """Extensions of ours, by their names with underscores."""
    return Extensions({own(f"vi-{name.replace('_', '-')}"): value or {} for name, value in values.items()})


_IDENTIFIER: Shape = {"use": None, "type": None, "system": None, "value": None}
_CODING: Shape = {"system": None, "version": None, "code": None, "display": None, "userSelected": None}
_CONCEPT: Shape = {"coding": _CODING, "text": None}
_REFERENCE: Shape = {"reference": None, "type": None, "identifier": _IDENTIFIER, "display": None}
_DATE: Shape = {"valueDate": None}
_TRUTH: Shape = {"valueBoolean": None}
_CODE: Shape = {"valueCode": None}
_TEXT: Shape = {"valueString": None}
_EVERY: Shape = {"resourceType": None, "id": None, "meta": None, "language": None}
_BACK = _with(**{name: {"extension": None} for name in ("betekenis", "uitleg", "vraag")})
"""What we wrote ourselves and a sender sends back with what it changed; it is not read again."""

SHAPES: Mapping[str, Shape] = {
    "MessageHeader": _EVERY
    | {"eventCoding": _CODING, "definition": None, "source": None, "destination": None}
    | {"sender": _REFERENCE, "focus": _REFERENCE},
    "Flag": _EVERY
    | {
        "contained": None,
        "identifier": _IDENTIFIER,
        "status": None,
        "category": _CONCEPT | {"extension": _with(**{"as": _CODE})},
        "code": _CONCEPT,
        "subject": _REFERENCE | {"extension": Extensions({ABSENT_REASON: _CODE})},
        "period": {"start": None, "end": None},
        "author": _REFERENCE,
        "extension": Extensions(
            _with(
                revisie={"valuePositiveInt": None},
                verwijderdatum=_DATE,
                redelijk_vermoeden=_TRUTH,
                informatieplicht={"extension": Extensions({"wie": _CODE, "datum": _DATE, "uitgesteld": _TRUTH})},
                toestemming={"extension": Extensions({"gegeven-op": _DATE, "bewijs": _TEXT})},
                coordinator={"valueReference": _REFERENCE},
                ontvangstbewijs={"extension": None},
                bezorging=_CODE,
                stand_van={"valueInstant": None},
                index_code=_TEXT,
                uitkomst={"valueReference": _REFERENCE},
            )
            | _BACK
            | {FLAG_PRIORITY: {"valueCodeableConcept": _CONCEPT}}
        ),
    },
    "Patient": _EVERY
    | {
        "identifier": _IDENTIFIER,
        "active": None,
        "name": {
            "use": None,
            "family": None,
            "_family": {"extension": Extensions({OWN_NAME: _TEXT, OWN_PREFIX: _TEXT})},
            "given": None,
        },
        "gender": None,
        "birthDate": None,
        "address": {
            "use": None,
            "type": None,
            "line": None,
            "_line": {"extension": Extensions({HOUSE_NUMBER: _TEXT})},
            "postalCode": None,
            "extension": _with(gemeente_code=_CODE),
        },
    },
    "PractitionerRole": _EVERY
    | {
        "identifier": _IDENTIFIER,
        "active": None,
        "practitioner": _REFERENCE,
        "organization": _REFERENCE,
        "code": _CONCEPT,
        "telecom": {"system": None, "value": None, "use": None, "rank": None},
        "extension": _with(coordinator={"valueReference": _REFERENCE}),
    },
    "Organization": _EVERY | {"identifier": _IDENTIFIER, "active": None, "type": None, "name": None, "address": None},
    "Task": _EVERY
    | {
        "contained": None,
        "identifier": _IDENTIFIER,
        "status": None,
        "intent": None,
        "code": None,
        "businessStatus": _CONCEPT,
        "focus": _REFERENCE,
        "authoredOn": None,
        "lastModified": None,
        "input": None,
        "extension": Extensions(
            _with(
                niet_in_dossier=_TRUTH,
                regiehandeling={"extension": Extensions({"handeling": _CODE, "herzien-op": _DATE})},
                match_regie={"extension": None},
            )
            | _BACK
        ),
    },
    "Subscription": _EVERY
    | {"status": None, "contact": None, "end": None, "reason": None, "error": None, "criteria": None}
    | {
        "_criteria": {"extension": Extensions({profile("backport-filter-criteria"): _TEXT})},
        "channel": {
            "type": None,
            "_type": {"extension": Extensions({profile("backport-channel-type"): {"valueCoding": _CODING}})},
            "endpoint": None,
            "payload": None,
            "_payload": {"extension": Extensions({profile("backport-payload-content"): _CODE})},
            "header": None,
            "extension": Extensions(
                {
                    profile("backport-heartbeat-period"): {"valueUnsignedInt": None},
                    profile("backport-timeout"): {"valueUnsignedInt": None},
                    profile("backport-max-count"): {"valuePositiveInt": None},
                }
            ),
        },
    },
    "Parameters": _EVERY | {"parameter": None},
    "OperationOutcome": _EVERY | {"issue": None, "extension": None},
}
ENVELOPE: Shape = _EVERY | {
    "identifier": None,
    "type": None,
    "timestamp": None,
    "entry": {"fullUrl": None, "resource": None},
}
"""A message's own shape; what it encloses has shapes of its own."""


def _ids(*systems: str) -> str:
    return " | ".join(f"identifier.where(system='{system}').value" for system in systems)


def _value(name: str, kind: str) -> str:
    return f"extension('{own(f'vi-{name}')}').value{kind}"


def _part(name: str, part: str, kind: str) -> str:
    return f"extension('{own(f'vi-{name}')}').extension('{part}').value{kind}"


ROWS: Mapping[str, Mapping[str, str]] = {
    "Flag": {
        "bron_systeem": "identifier.where(use='secondary').system",
        "bron_signaal_id": "identifier.where(use='secondary').value",
        "signaal_id": _ids(SIGNAAL_ID),
        "revisie": _value("revisie", "PositiveInt"),
        "soort": f"code.coding.where(system='{SOORT}').code",
        "datum_tijd_melding": "period.start",
        "datum_einde": "period.end",
        "verwijderdatum": _value("verwijderdatum", "Date"),
        "redelijk_vermoeden": _value("redelijk-vermoeden", "Boolean"),
        "informatieplicht_wie": _part("informatieplicht", "wie", "Code"),
        "informatieplicht_datum": _part("informatieplicht", "datum", "Date"),
        "informatieplicht_uitgesteld": _part("informatieplicht", "uitgesteld", "Boolean"),
        "toestemming_gegeven_op": _part("toestemming", "gegeven-op", "Date"),
        "toestemming_bewijs_referentie": _part("toestemming", "bewijs", "String"),
    },
    "Patient": {
        "bsn": _ids(*BSN),
        "onderwijsnummer": _ids(ONDERWIJSNUMMER),
        "familienaam": f"name._family.extension('{OWN_NAME}').valueString | name.family",
        "voorvoegsel": f"name._family.extension('{OWN_PREFIX}').valueString",
        "voornamen": "name.given",
        "geboortedatum": "birthDate",
        "geslacht": "gender",
        "postcode": "address.postalCode",
        "huisnummer": f"address._line.extension('{HOUSE_NUMBER}').valueString",
        "gemeente_code": f"address.{_value('gemeente-code', 'Code')}",
    },
    "PractitionerRole": {
        "professional_id": _ids(MEDEWERKER),
        "melder_naam": "practitioner.display",
        "melder_functie": "code.text | code.coding.display",
        "melder_telefoon": "telecom.where(system='phone').value",
        "melder_email": "telecom.where(system='email').value",
    },
    "coordinator": {
        "coordinator_naam": "practitioner.display",
        "coordinator_telefoon": "telecom.where(system='phone').value",
        "coordinator_email": "telecom.where(system='email').value",
    },
    "Organization": {"organisatie": _ids(ORGANISATIE)},
    "Task": {
        "match_id": _ids(MATCH_ID),
        "regiehandeling": _part("regiehandeling", "handeling", "Code"),
        "herzien_op": _part("regiehandeling", "herzien-op", "Date"),
        "contact": f"businessStatus.coding.where(system='{OPVOLGING}').code",
        "stand": "meta.versionId",
    },
}
"""Resource (a coordinator is a PractitionerRole) -> field of the dictionary -> where it stands."""
GROUPS = {"informatieplicht": own("vi-informatieplicht"), "toestemming": own("vi-toestemming")}
ELSEWHERE = {
    "organisatie": "MessageHeader.sender.identifier",
    "registraties": "PractitionerRole.practitioner.identifier, PractitionerRole.identifier",
    "terms": "Flag.category",
    "choices": "Flag.category with two codings",
    "na": "http.na",
    "maximum": "http._count",
    "stand": "If-Match, or Task.meta.versionId",
}
"""Fields whose place is no single row."""


class Step(NamedTuple):
    """A member, and which of its items: all (None), or those in which a member has a value.

    `called` is the member in FHIRPath, `wanted` what is written of a step that leads nowhere.
    """

    name: str
    where: tuple[str, str] | None
    called: str
    wanted: str

    @classmethod
    def to(cls, name: str, where: tuple[str, str] | None = None) -> Self:
        """The step to a member."""
        called = f".{element(name)}"
        return cls(name, where, called, f".extension('{where[1]}')" if name == "extension" and where else called)


_STEPS = re.compile(r"extension\('([^']+)'\)|([A-Za-z_]+)(?:\.where\(([a-z]+)='([^']+)'\))?")


def steps(path: str) -> tuple[Step, ...]:
    """A path in the subset, step by step."""
    return tuple(
        Step.to("extension", ("url", found[1]))
        if found[1]
        else Step.to(found[2], (found[3], found[4]) if found[3] else None)
        for found in _STEPS.finditer(path)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A field, and the places it may stand in."""

    name: str
    paths: tuple[tuple[Step, ...], ...]


def _rows(paths: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(Row(name, tuple(map(steps, path.split(" | ")))) for name, path in paths.items())


COMPILED = {kind: _rows(paths) for kind, paths in ROWS.items()}


def fields() -> dict[str, str]:
    """Field of the dictionary -> where it stands in FHIR, our own addresses by their last part."""
    shown = {name: _shown(kind, path) for kind, paths in ROWS.items() for name, path in paths.items()}
    return shown | ELSEWHERE


def _shown(kind: str, path: str) -> str:
    """The plainest alternative, as a person reads it."""
    plainest = min(path.split(" | "), key=lambda one: "extension" in one)
    where = "Flag.extension('vi-coordinator')" if kind == "coordinator" else kind
    return re.sub(r"'[^']*/([^'/]+)'", r"'\1'", f"{where}.{plainest}")
