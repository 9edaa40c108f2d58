"""The profiles of a match, and of what its receiver tells of it or does with its regie."""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.elements import known, system, task_input
from gateway.adapters.publications.fhir.shape import absent, bound, element, extensions, profile, reference, sliced
from gateway.wire.fhir import canonical


def task_profiles() -> list[Resource]:
    """A match, and what its receiver says of it."""
    return [_match(), _follow_up(), _regie()]


_TASK = (
    *("instantiatesCanonical", "instantiatesUri", "basedOn", "groupIdentifier", "partOf", "statusReason"),
    *("description", "for", "encounter", "executionPeriod", "requester", "performerType", "owner"),
    *("location", "reasonCode", "reasonReference", "insurance", "note", "relevantHistory", "restriction", "output"),
)
"""What a task of ours has not, in the order of R4."""


def _not(first: str, last: str) -> list[Resource]:
    """The part of it from one element to another."""
    names = _TASK[_TASK.index(first) : _TASK.index(last) + 1]
    return absent(*(f"Task.{name}" for name in names))


def _match() -> Resource:
    task = {"coding": [{"system": canonical("CodeSystem", "vi-taak"), "code": "afstemmen"}]}
    rows = [
        *absent("Task.text"),
        *extensions(
            "Task",
            [
                ("vi-betekenis", "0..*"),
                ("vi-uitleg", "0..*"),
                ("vi-niet-in-dossier", "1..1"),
                ("vi-match-regie", "0..1"),
            ],
        ),
        *absent("Task.modifierExtension"),
        sliced("Task.identifier", "value", path="system"),
        *known("Task.identifier", "match", system("match-id"), "0..1"),
        *_not("instantiatesCanonical", "statusReason"),
        element("Task.businessStatus", "1..1"),
        element("Task.businessStatus.coding", "1..1", binding=bound("vi-opvolging")),
        element("Task.intent", fixedCode="order"),
        *absent("Task.priority"),
        element("Task.code", "1..1", patternCodeableConcept=task),
        *absent("Task.description"),
        element("Task.focus", "1..1", short="The own signal, by identifier"),
        *absent("Task.focus.reference"),
        element("Task.focus.identifier", "1..1"),
        element("Task.focus.identifier.system", "1..1", fixedUri=system("signaal-id")),
        *_not("for", "restriction"),
        sliced("Task.input", "pattern", path="type", rules="closed", card="2..*"),
        *task_input("soort", "1..1", {"code": "code"}, among="vi-matchsoort"),
        *task_input("niet-dezelfde-jeugdige", "1..1", {"code": "boolean"}),
        *task_input("verwijderen", "0..1", {"code": "boolean"}),
        *task_input("betrokkene", "0..*", reference("vi-contact")[0]),
        *absent("Task.output"),
    ]
    description = (
        "A match: another professional is involved; get in touch. It holds who they are and how to reach them, and "
        "neither a young person, nor a BSN, nor anything of the other's signal."
    )
    return profile("vi-match", "Task", "Match", description, rows)


def _follow_up() -> Resource:
    rows = [
        *absent("Task.text"),
        *extensions(
            "Task",
            [
                ("vi-betekenis", "0..*"),
                ("vi-uitleg", "0..*"),
                ("vi-niet-in-dossier", "0..1"),
                ("vi-match-regie", "0..1"),
            ],
        ),
        *absent("Task.modifierExtension"),
        *_not("instantiatesCanonical", "statusReason"),
        element("Task.businessStatus", "1..1"),
        element("Task.businessStatus.coding", "1..1", binding=bound("vi-terugkoppeling")),
        *absent("Task.priority"),
        *_not("description", "output"),
    ]
    description = "What its receiver tells of a match: whether there was contact, and nothing of what was said."
    return profile("vi-terugkoppeling", "Task", "Terugkoppeling op een match", description, rows)


def _regie() -> Resource:
    wanted = [
        ("vi-betekenis", "0..*"),
        ("vi-uitleg", "0..*"),
        ("vi-niet-in-dossier", "0..1"),
        ("vi-match-regie", "0..1"),
    ]
    rows = [
        *absent("Task.text"),
        *extensions("Task", [*wanted, ("vi-regiehandeling", "1..1")]),
        *absent("Task.modifierExtension"),
        *_not("instantiatesCanonical", "statusReason"),
        *absent("Task.priority"),
        *_not("description", "output"),
    ]
    description = (
        "What its receiver does with the regie of a match, on the version it last saw (versionId or If-Match)."
    )
    return profile("vi-regieverzoek", "Task", "Handeling van de regie", description, rows)
