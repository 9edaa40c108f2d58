"""The profiles of the envelopes, and of the findings in an answer."""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.shape import absent, bound, element, profile, reference, sliced
from gateway.wire.fhir import canonical


def message_profiles() -> list[Resource]:
    """The findings of an answer, and the envelopes."""
    return [_findings(), *_messages()]


def _findings() -> Resource:
    rows = [
        *absent("OperationOutcome.text"),
        element("OperationOutcome.issue.details", "1..1"),
        element("OperationOutcome.issue.details.coding", "1..*", binding=bound("vi-uitkomst", "extensible")),
        element("OperationOutcome.issue.details.text", short="The rule, or the advice"),
        element("OperationOutcome.issue.diagnostics", short="How to repair it; never a value of the message"),
        element("OperationOutcome.issue.expression", short="Where in the sender's message, as FHIRPath"),
    ]
    description = "Findings, questions and advice: each with its code, its rule, its place and its fix."
    return profile("vi-bevindingen", "OperationOutcome", "Bevindingen", description, rows)


def _entries(*slices: tuple[str, str, str, str]) -> list[Resource]:
    """The resources a message has: name, how often, type, our profiles on it, any of which will do (or none)."""
    rows = [sliced("Bundle.entry", "type", path="resource", rules="closed", card="2..*")]
    for name, card, kind, ours in slices:
        held: Resource = {"code": kind}
        if ours:
            held["profile"] = [canonical("StructureDefinition", one) for one in ours.split()]
        here = f"Bundle.entry:{name}"
        rows += [element(here, card), element(f"{here}.fullUrl", "1..1")]
        rows += [element(f"{here}.resource", "1..1", type=[held])]
        rows += absent(f"{here}.search", f"{here}.request", f"{here}.response")
    return rows


def _messages() -> list[Resource]:
    """The envelopes: a request and its answer, each with its header."""
    event = element("MessageHeader.event[x]", type=[{"code": "Coding"}], binding=bound("vi-bericht"))
    people = ("MessageHeader.enterer", "MessageHeader.author", "MessageHeader.responsible", "MessageHeader.reason")
    header = [
        *absent("MessageHeader.text", "MessageHeader.modifierExtension"),
        event,
        element("MessageHeader.sender", short="The organisation acted for, by identifier"),
        *absent(*people),
    ]
    answer = {"system": canonical("CodeSystem", "vi-bericht"), "code": "antwoord"}
    message = element("Bundle.type", fixedCode="message")
    request = [
        *header,
        *absent("MessageHeader.response"),
        element("MessageHeader.focus", "1..1", type=reference("vi-signaal", "vi-terugkoppeling", "vi-regieverzoek")),
    ]
    reply = [
        *absent("MessageHeader.text", "MessageHeader.modifierExtension"),
        element("MessageHeader.event[x]", type=[{"code": "Coding"}], patternCoding=answer),
        *absent(*people),
        element("MessageHeader.response", "1..1"),
        element("MessageHeader.response.details", type=reference("vi-bevindingen")),
        element("MessageHeader.focus", type=reference("vi-ontvangst", "vi-match")),
    ]
    asked = _entries(
        ("kop", "1..1", "MessageHeader", "vi-kop"),
        ("signaal", "0..1", "Flag", "vi-signaal"),
        ("terugkoppeling", "0..1", "Task", "vi-terugkoppeling vi-regieverzoek"),
        ("jeugdige", "0..1", "Patient", "vi-jeugdige"),
        ("professional", "0..2", "PractitionerRole", ""),
        ("instantie", "0..2", "Organization", "vi-instantie"),
    )
    answered = _entries(
        ("kop", "1..1", "MessageHeader", "vi-antwoordkop"),
        ("bevindingen", "1..1", "OperationOutcome", "vi-bevindingen"),
        ("ontvangst", "0..1", "Flag", "vi-ontvangst"),
        ("match", "0..*", "Task", "vi-match"),
    )
    return [
        profile("vi-kop", "MessageHeader", "Kop van een bericht", "The header of a request.", request),
        profile("vi-antwoordkop", "MessageHeader", "Kop van een antwoord", "The header of an answer.", reply),
        profile("vi-bericht", "Bundle", "Bericht", "A message to $process-message.", [message, *asked]),
        *_announcements(event, people, message),
        profile("vi-antwoord", "Bundle", "Antwoord", "The answer to a message.", [message, *answered]),
    ]


def _announcements(event: Resource, people: tuple[str, ...], message: Resource) -> list[Resource]:
    """The envelope of what the gateway tells a receiver by itself."""
    header = [
        *absent("MessageHeader.text", "MessageHeader.modifierExtension"),
        event,
        element("MessageHeader.destination", "1..1"),
        *absent(*people),
        *absent("MessageHeader.response"),
        element("MessageHeader.focus", "1..1", type=reference("vi-match", "vi-ontvangst")),
    ]
    told = _entries(
        ("kop", "1..1", "MessageHeader", "vi-meldingkop"),
        ("match", "0..1", "Task", "vi-match"),
        ("signaal", "0..1", "Flag", "vi-ontvangst"),
    )
    about = "What the gateway tells a receiver by itself; the id of its header is the same at every attempt."
    return [
        profile("vi-meldingkop", "MessageHeader", "Kop van een melding", "The header of an announcement.", header),
        profile("vi-melding", "Bundle", "Melding", about, [message, *told]),
    ]
