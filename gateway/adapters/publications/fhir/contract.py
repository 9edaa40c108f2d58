"""What may be asked, by which numbers, and the guide that lists it all."""

from collections.abc import Iterable

from gateway.adapters.publications.fhir.base import DATE, PUBLISHER, VERSION, Resource, computable, definition
from gateway.adapters.publications.fhir.codes import ANSWER, EVENTS, NEWS
from gateway.adapters.publications.fhir.shape import FHIR_VERSION
from gateway.wire.fhir import CANONICAL, canonical

_SIGNAL, _FOLLOW_UP = ("Flag", "vi-signaal"), ("Task", "vi-terugkoppeling")
FOCUS = {
    "signaal-aanmaken": ("Flag", "vi-signaal-afgeven"),
    "signaal-beeindigen": _SIGNAL,
    "signaal-intrekken": _SIGNAL,
    "betekenis-aanvullen": _SIGNAL,
    "signaal-wijzigen": _SIGNAL,
    "signaal-verlengen": _SIGNAL,
    "signaal-overdragen": _SIGNAL,
    "match-terugkoppelen": _FOLLOW_UP,
    "regie-vastleggen": ("Task", "vi-regieverzoek"),
}
"""What each message is about."""

NUMBERS = {
    "signaal-id": ("Signaal", "The gateway's number of a signal; stays the same when a region changes its index."),
    "match-id": ("Match", "The gateway's number of a match."),
    "organisatie": ("Organisatie", "An organisation, as the gateway's directory knows it."),
    "medewerker": ("Medewerker", "A professional, by the number their own organisation gives."),
    "onderwijsnummer": ("Onderwijsnummer", "A pupil without a BSN (DUO)."),
    "index-match-id": ("Match bij de index", "An index's own number of a match; the same for both its sides."),
    "bericht-id": ("Bericht", "A message of a gateway to an index; the same at every attempt."),
    "aansluiting": ("Aansluiting", "A gateway, by the name under which an index knows it."),
    "skj": ("SKJ-registratie", "Registration in the Kwaliteitsregister Jeugd; no address of its own was found."),
}
BRON = f"{CANONICAL}/sid/bron"
"""Before the name of a source system that has no address of its own: `{BRON}/<name>`."""


def contract(operations: Iterable[str]) -> list[Resource]:
    """Messages, numbers and operations. `operations`: the names of what may be asked."""
    told = (_news(event) for event in NEWS)
    return [*(_message(event) for event in EVENTS), _answer(), *told, *_numbers(), _capabilities(tuple(operations))]


def guide(resources: Iterable[Resource]) -> Resource:
    """The list of everything that is published."""
    listed = [
        {
            "reference": {"reference": f"{resource['resourceType']}/{resource['id']}"},
            "name": resource.get("title", resource.get("name", resource["id"])),
            "exampleBoolean": False,
        }
        for resource in resources
    ]
    return definition(
        "ImplementationGuide",
        "verwijsindex-gateway",
        "Verwijsindex-gateway in FHIR R4",
        "How a signal and a match are carried in FHIR R4 between an organisation's system and the gateway.",
        packageId="nl.verwijsindex.gateway",
        license="EUPL-1.2",
        fhirVersion=[FHIR_VERSION],
        definition={"resource": listed},
    )


def _event(code: str) -> Resource:
    return {
        "system": canonical("CodeSystem", "vi-bericht"),
        "version": VERSION,
        "code": code,
        "display": (EVENTS | ANSWER | NEWS)[code][0],
    }


def _message(event: str) -> Resource:
    kind, profile = FOCUS[event]
    words = EVENTS[event]
    return definition(
        "MessageDefinition",
        f"vi-{event}",
        words[0],
        f"{words[1]}: a message to $process-message.",
        eventCoding=_event(event),
        category="consequence",
        focus=[{"code": kind, "profile": canonical("StructureDefinition", profile), "min": 1, "max": "1"}],
        responseRequired="always",
        allowedResponse=[{"message": canonical("MessageDefinition", "vi-antwoord")}],
    )


def _news(event: str) -> Resource:
    words = NEWS[event]
    kind, profile = ("Flag", "vi-ontvangst") if event == "signaal-verloopt" else ("Task", "vi-match")
    focus = {"code": kind, "profile": canonical("StructureDefinition", profile), "min": 1, "max": "1"}
    return definition(
        "MessageDefinition",
        f"vi-{event}",
        words[0],
        f"{words[1]}: a message of the gateway to the $process-message of a receiver.",
        eventCoding=_event(event),
        category="consequence" if event == "verwijderverzoek" else "notification",
        focus=[focus],
        responseRequired="always",
    )


def _answer() -> Resource:
    focus = [
        {"code": "Flag", "profile": canonical("StructureDefinition", "vi-ontvangst"), "min": 0, "max": "1"},
        {"code": "Task", "profile": canonical("StructureDefinition", "vi-match"), "min": 0, "max": "*"},
    ]
    return definition(
        "MessageDefinition",
        "vi-antwoord",
        "Antwoord",
        "The answer to every message, in the same exchange.",
        eventCoding=_event("antwoord"),
        category="notification",
        focus=focus,
        responseRequired="never",
    )


def _numbers() -> list[Resource]:
    named = {name: (title, text, canonical("NamingSystem", name)) for name, (title, text) in NUMBERS.items()}
    named["bron"] = (
        "Bronsysteem",
        f"Numbers of a source system without an address of its own: {BRON}/ and the name of the system.",
        BRON,
    )
    return [
        {
            "resourceType": "NamingSystem",
            "id": name,
            "name": computable(name),
            "status": "active",
            "kind": "identifier",
            "date": DATE,
            "publisher": PUBLISHER,
            "responsible": PUBLISHER,
            "description": f"{title}. {text}",
            "uniqueId": [{"type": "uri", "value": address, "preferred": True}],
        }
        for name, (title, text, address) in named.items()
    ]


def _capabilities(operations: tuple[str, ...]) -> Resource:
    def out(name: str, card: str, kind: str, text: str, **more: object) -> Resource:
        low, _, high = card.partition("..")
        made: Resource = {"name": name, "use": "out", "min": int(low), "max": high, "documentation": text}
        return made | ({"type": kind} if kind else {}) | more

    def part(name: str, card: str, kind: str, text: str) -> Resource:
        return out(name, card, kind, text)

    axis = [
        part("naam", "1..1", "code", "The axis."),
        part("bewaard", "1..1", "boolean", "Whether its words are kept."),
        part("reist", "1..1", "boolean", "Whether its words travel to the index."),
    ]
    region = [
        part("naam", "1..1", "string", "The region."),
        part("beleid", "1..1", "string", "Its policy pack."),
        part("grondslag", "1..1", "string", "The legal basis of the pack."),
        out("as", "0..*", "", "What is done with the words of an axis.", part=axis),
    ]
    return definition(
        "OperationDefinition",
        "capaciteiten",
        "Capaciteiten",
        f"What this sender may do here. Operations: {', '.join(operations)}.",
        kind="operation",
        affectsState=False,
        code="capaciteiten",
        system=True,
        type=False,
        instance=False,
        parameter=[
            out("handeling", "0..*", "code", "What may be asked."),
            out("bsn-toegestaan", "1..1", "boolean", "Whether this sender may know a BSN."),
            out("regio", "0..*", "", "What a region does with what is said.", part=region),
            out("stelsel", "0..*", "string", "A list of words this sender may use."),
            out("vocabulaire", "1..1", "string", "The version of the words."),
        ],
    )
