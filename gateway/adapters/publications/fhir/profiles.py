"""Our profiles: which elements of FHIR's resources carry the contract, and which are not there at all.

What is not there is not carried by the index: a door refuses it, unread. Profiles of nl-core are never required.
"""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.shape import absent, bound, element, extensions, profile, reference, sliced
from gateway.wire.fhir import HL7, canonical

FLAG_PRIORITY = f"{HL7}/StructureDefinition/flag-priority"
ABSENT_REASON = f"{HL7}/StructureDefinition/data-absent-reason"
HOUSE_NUMBER = f"{HL7}/StructureDefinition/iso21090-ADXP-houseNumber"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
BSN_OID = "urn:oid:2.16.840.1.113883.2.4.6.3"


def profiles() -> list[Resource]:
    """Every profile."""
    return [
        _signal(),
        _new_signal(),
        _receipt(),
        _child(),
        _reporter(),
        _contact(),
        _organisation(),
        _match(),
        _follow_up(),
        _regie(),
        _findings(),
        *_messages(),
    ]


def system(name: str) -> str:
    """The identifier system of one of our own numbers."""
    return canonical("NamingSystem", name)


def known(place: str, name: str, address: str, card: str) -> list[Resource]:
    """A slice of identifiers of one system."""
    here = f"{place}:{name}"
    return [element(here, card), element(f"{here}.system", "1..1", fixedUri=address), element(f"{here}.value", "1..1")]


def _flag_identifiers(own: str, ours: str, *, system_said: str = "1..1") -> list[Resource]:
    """The sender's own number (secondary) and ours (official); who asks by our number does not always say the system
    of its own."""
    bron, signaal = "Flag.identifier:bron", "Flag.identifier:signaal"
    return [
        sliced("Flag.identifier", "value", path="use", card="1..*"),
        element(bron, own, short="The sender's own number of the signal, in its own system"),
        element(f"{bron}.use", "1..1", fixedCode="secondary"),
        element(f"{bron}.system", system_said),
        element(f"{bron}.value", "1..1", maxLength=35),
        element(signaal, ours, short="The gateway's number of the signal"),
        element(f"{signaal}.use", "1..1", fixedCode="official"),
        element(f"{signaal}.system", "1..1", fixedUri=system("signaal-id")),
        element(f"{signaal}.value", "1..1"),
    ]


_OURS = (
    *(("vi-ontvangstbewijs", "0..1"), ("vi-betekenis", "0..*"), ("vi-vraag", "0..*"), ("vi-bezorging", "0..1")),
    *(("vi-stand-van", "0..1"), ("vi-index-code", "0..1"), ("vi-uitkomst", "0..1")),
)
"""What the gateway answers of a signal, and a sender may send back with what it changed."""


def _signal() -> Resource:
    category = [
        element("Flag.category", "0..20", short="One element for each word of the sender; never a reason"),
        *extensions("Flag.category", [("vi-as", "0..1")]),
        element("Flag.category.coding", "0..2", short="The sender's own word; a second coding chooses a concept"),
    ]
    rows = [
        *absent("Flag.text"),
        *extensions(
            "Flag",
            [
                *((name, "0..1") for name in ("vi-revisie", "vi-verwijderdatum", "vi-redelijk-vermoeden")),
                *((name, "0..1") for name in ("vi-informatieplicht", "vi-toestemming", "vi-coordinator")),
                (FLAG_PRIORITY, "0..1"),
                *_OURS,
            ],
        ),
        *absent("Flag.modifierExtension"),
        *_flag_identifiers("1..1", "0..1"),
        element("Flag.status", short="active, inactive to end it, entered-in-error to withdraw it"),
        *category,
        element("Flag.code.coding", "1..1", binding=bound("vi-signaalsoort")),
        element("Flag.subject", type=reference("vi-jeugdige")),
        element("Flag.period.start", short="Date and time of the report, with time zone"),
        element("Flag.period.end", short="The day on which the involvement ended"),
        *absent("Flag.encounter"),
        element("Flag.author", type=reference("vi-melder")),
    ]
    description = (
        "A signal as a sender sends it: that a professional is involved with a young person, never why. The profile is "
        "closed: narrative, notes, reasons and clinical resources are refused, unread."
    )
    return profile("vi-signaal", "Flag", "Signaal", description, rows)


def _new_signal() -> Resource:
    rows = [
        element("Flag.status", patternCode="active"),
        element("Flag.period", "1..1"),
        element("Flag.period.start", "1..1"),
        element("Flag.author", "1..1"),
    ]
    description = "A signal that is given: it says when, and by whom."
    return profile("vi-signaal-afgeven", "Flag", "Signaal afgeven", description, rows, base="vi-signaal")


def _receipt() -> Resource:
    rows = [
        *absent("Flag.text"),
        *extensions(
            "Flag",
            [("vi-revisie", "0..1"), ("vi-verwijderdatum", "0..1"), *_OURS],
        ),
        *absent("Flag.modifierExtension"),
        *_flag_identifiers("0..1", "1..1", system_said="0..1"),
        *absent("Flag.category"),
        element("Flag.code.coding", "0..1", binding=bound("vi-signaalsoort")),
        *extensions("Flag.subject", [(ABSENT_REASON, "1..1")]),
        element("Flag.subject.extension:data-absent-reason.value[x]", fixedCode="masked"),
        *absent("Flag.subject.reference", "Flag.subject.identifier", "Flag.subject.display"),
        *absent("Flag.encounter", "Flag.author"),
    ]
    description = (
        "A signal as the gateway answers it: the receipt and what is known now. The young person is never in an answer."
    )
    return profile("vi-ontvangst", "Flag", "Ontvangstbewijs en stand", description, rows)


def _child() -> Resource:
    rows = [
        *absent("Patient.text", "Patient.modifierExtension"),
        sliced("Patient.identifier", "value", path="system"),
        *known("Patient.identifier", "bsn", BSN, "0..1"),
        *known("Patient.identifier", "bsn-oid", BSN_OID, "0..1"),
        *known("Patient.identifier", "onderwijsnummer", system("onderwijsnummer"), "0..1"),
        element("Patient.name", short="Own name and its prefix by humanname-own-name and humanname-own-prefix"),
        *absent("Patient.name.text", "Patient.name.prefix", "Patient.name.suffix", "Patient.name.period"),
        *absent("Patient.telecom"),
        element("Patient.birthDate", short="As far as it is known"),
        *absent("Patient.deceased[x]"),
        *extensions("Patient.address", [("vi-gemeente-code", "0..1")]),
        *absent("Patient.address.text"),
        element("Patient.address.line", short="The house number by iso21090-ADXP-houseNumber"),
        *absent("Patient.address.city", "Patient.address.district", "Patient.address.state"),
        *absent("Patient.address.country", "Patient.address.period"),
        *absent("Patient.maritalStatus", "Patient.multipleBirth[x]", "Patient.photo"),
        *absent("Patient.contact", "Patient.communication", "Patient.generalPractitioner"),
        *absent("Patient.managingOrganization", "Patient.link"),
    ]
    description = "The young person: by BSN, or by identifying data. Identifiers of nl-core are accepted."
    return profile("vi-jeugdige", "Patient", "Jeugdige", description, rows)


_NOT_OF_A_ROLE = (
    "PractitionerRole.specialty", "PractitionerRole.location", "PractitionerRole.healthcareService",
)  # fmt: skip
_NOT_OF_HOURS = (
    "PractitionerRole.availableTime", "PractitionerRole.notAvailable", "PractitionerRole.availabilityExceptions",
    "PractitionerRole.endpoint",
)  # fmt: skip


def _reporter() -> Resource:
    rows = [
        *absent("PractitionerRole.text"),
        *extensions("PractitionerRole", [("vi-coordinator", "0..1")]),
        *absent("PractitionerRole.modifierExtension"),
        sliced("PractitionerRole.identifier", "value", path="system"),
        *known("PractitionerRole.identifier", "medewerker", system("medewerker"), "0..1"),
        *absent("PractitionerRole.period"),
        element("PractitionerRole.practitioner.identifier", short="A registration: SKJ, BIG, UZI or AGB"),
        element("PractitionerRole.practitioner.display", short="The professional's name"),
        element("PractitionerRole.organization", type=reference("vi-instantie")),
        element("PractitionerRole.code", "0..1", short="The function, as it is called"),
        *absent(*_NOT_OF_A_ROLE),
        element("PractitionerRole.telecom", short="Phone and mail at work"),
        *absent(*_NOT_OF_HOURS),
    ]
    description = "The professional who gives the signal, and how to reach them (Jeugdwet 7.1.4.3)."
    return profile("vi-melder", "PractitionerRole", "Melder", description, rows)


def _contact() -> Resource:
    rows = [
        *absent("PractitionerRole.text"),
        *extensions("PractitionerRole", [("vi-coordinator", "0..1")]),
        *absent("PractitionerRole.modifierExtension"),
        *absent("PractitionerRole.identifier", "PractitionerRole.period"),
        element("PractitionerRole.practitioner.display", short="The name"),
        element("PractitionerRole.organization", type=reference("vi-instantie")),
        element("PractitionerRole.code", "0..1", short="The function, as it is called"),
        *absent(*_NOT_OF_A_ROLE),
        *absent(*_NOT_OF_HOURS),
    ]
    description = "Somebody to reach: the other professional of a match, or a coordinator. Contact data only."
    return profile("vi-contact", "PractitionerRole", "Te bereiken", description, rows)


def _organisation() -> Resource:
    rows = [
        *absent("Organization.text", "Organization.modifierExtension"),
        sliced("Organization.identifier", "value", path="system"),
        *known("Organization.identifier", "organisatie", system("organisatie"), "0..1"),
        *absent("Organization.alias", "Organization.telecom", "Organization.partOf"),
        *absent("Organization.contact", "Organization.endpoint"),
    ]
    description = "The organisation acted for, by its id at the gateway; other identifiers are allowed and ignored."
    return profile("vi-instantie", "Organization", "Instantie", description, rows)


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


def task_input(name: str, card: str, kind: Resource, *, among: str = "") -> list[Resource]:
    """A slice of what a task holds, by its name; a code of it is `among` those of a value set."""
    here = f"Task.input:{name}"
    pattern = {"coding": [{"system": canonical("CodeSystem", "vi-taak-input"), "code": name}]}
    return [
        element(here, card),
        element(f"{here}.type", patternCodeableConcept=pattern),
        element(f"{here}.value[x]", type=[kind]) | ({"binding": bound(among)} if among else {}),
    ]


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
