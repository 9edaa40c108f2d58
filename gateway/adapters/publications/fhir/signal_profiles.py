"""The profiles of a signal: as a sender sends it, as it is given, and as the gateway answers it."""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.elements import ABSENT_REASON, FLAG_PRIORITY, system
from gateway.adapters.publications.fhir.shape import absent, bound, element, extensions, profile, reference, sliced


def signal_profiles() -> list[Resource]:
    """A signal as it is sent, given, and answered."""
    return [_signal(), _new_signal(), _receipt()]


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
