"""The profiles of what a gateway and an index say to each other in FHIR (contract "fhir_index").

What they do not name is not said; what an index adds to it all the same, the gateway passes over.
"""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.elements import known, system, task_input
from gateway.adapters.publications.fhir.shape import absent, bound, element, extensions, profile, reference, sliced


def index_profiles() -> list[Resource]:
    """A signal at an index, and what an index tells of it."""
    return [_signal(), _task()]


def _signal() -> Resource:
    rows = [
        *absent("Flag.text"),
        *extensions(
            "Flag",
            [
                ("vi-verwijderdatum", "0..1"),
                ("vi-leidend", "0..1"),
                ("vi-signaalcode", "0..1"),
                ("vi-betekenis", "0..*"),
            ],
        ),
        *absent("Flag.modifierExtension"),
        sliced("Flag.identifier", "value", path="system"),
        *known("Flag.identifier", "signaal", system("signaal-id"), "1..1"),
        element("Flag.status", short="active; inactive in the archive; entered-in-error once it is destroyed"),
        *absent("Flag.category"),
        element("Flag.code.coding", "0..1", binding=bound("vi-signaalsoort")),
        element("Flag.subject", short="The BSN, or a Patient it contains; masked where it is not said"),
        element("Flag.period.start", short="Date and time of the report"),
        *absent("Flag.encounter"),
        element("Flag.author", type=reference("vi-melder"), short="Contained, with its organisation"),
    ]
    description = (
        "A signal as it stands at an index, whole in one resource: its child, melder and organisation are in it. Once "
        "it is destroyed only its number stays, without child, melder and moment, so that a late copy is not made anew."
    )
    return profile("vi-index-signaal", "Flag", "Signaal bij een index", description, rows)


def _task() -> Resource:
    rows = [
        *absent("Task.text"),
        *extensions("Task", [("vi-volgnummer", "0..1"), ("vi-betekenis", "0..*")]),
        *absent("Task.modifierExtension"),
        sliced("Task.identifier", "value", path="system"),
        *known("Task.identifier", "match", system("index-match-id"), "0..1"),
        element("Task.status", short="requested; cancelled once the match lapsed"),
        element("Task.intent", fixedCode="order"),
        element("Task.code", "1..1", binding=bound("vi-taak")),
        element("Task.focus", "1..1", short="The own signal, by identifier"),
        element("Task.focus.identifier", "1..1"),
        element("Task.focus.identifier.system", "1..1", fixedUri=system("signaal-id")),
        *absent("Task.for", "Task.note"),
        sliced("Task.input", "pattern", path="type", rules="closed", card="1..*"),
        *task_input("soort", "0..1", {"code": "code"}, among="vi-matchsoort"),
        *task_input("niet-dezelfde-jeugdige", "0..1", {"code": "boolean"}),
        *task_input("verwijderen", "0..1", {"code": "boolean"}),
        *task_input("betrokkene", "0..*", reference("vi-melder")[0]),
        *task_input("reden", "0..1", {"code": "code"}, among="vi-vernietigd-omdat"),
    ]
    description = (
        "What an index tells a gateway of one of its signals: a match (afstemmen), as one of its two sides is told it; "
        "or that it destroyed the signal by itself (vernietigen). No young person, no BSN."
    )
    return profile("vi-index-taak", "Task", "Bericht van een index", description, rows)
