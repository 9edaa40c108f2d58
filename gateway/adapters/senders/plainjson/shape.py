"""The shape of a request, read from the contract itself (`gateway/schemas/aanlevering-1.openapi.json`).

Which property stands where, by which JSON Pointer it is pointed at, and which field of the draft it fills.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

CONTRACT = "aanlevering-1"
BODIES = {
    "Afgeven": "Signaal",
    "Beeindigen": "Beeindiging",
    "Intrekken": "Intrekking",
    "BetekenisAanvullen": "Betekenisaanvulling",
    "Wijzigen": "Wijziging",
    "Verlengen": "Verlenging",
    "Overdragen": "Overdracht",
    "StatusOpvragen": "Statusvraag",
    "Terugkoppelen": "Contact",
    "RegieVastleggen": "Regieverzoek",
}
"""The request, and the schema of its body."""
FIELDS = {
    "bronSysteem": "bron_systeem",
    "organisatie": "organisatie",
    "bronSignaalId": "bron_signaal_id",
    "revisie": "revisie",
    "soort": "soort",
    "jeugdige": "jeugdige",
    "jeugdige/bsn": "bsn",
    "jeugdige/onderwijsnummer": "onderwijsnummer",
    "jeugdige/familienaam": "familienaam",
    "jeugdige/voorvoegsel": "voorvoegsel",
    "jeugdige/voornamen": "voornamen",
    "jeugdige/geboortedatum": "geboortedatum",
    "jeugdige/geslacht": "geslacht",
    "jeugdige/postcode": "postcode",
    "jeugdige/huisnummer": "huisnummer",
    "jeugdige/gemeenteCode": "gemeente_code",
    "melder": "melder",
    "melder/professionalId": "professional_id",
    "melder/naam": "melder_naam",
    "melder/functie": "melder_functie",
    "melder/telefoon": "melder_telefoon",
    "melder/email": "melder_email",
    "melder/registraties": "registraties",
    "coordinator": "coordinator",
    "coordinator/naam": "coordinator_naam",
    "coordinator/telefoon": "coordinator_telefoon",
    "coordinator/email": "coordinator_email",
    "datumTijdMelding": "datum_tijd_melding",
    "verwijderdatum": "verwijderdatum",
    "attestaties/redelijkVermoeden": "redelijk_vermoeden",
    "attestaties/informatieplicht": "informatieplicht",
    "attestaties/informatieplicht/wie": "informatieplicht_wie",
    "attestaties/informatieplicht/datum": "informatieplicht_datum",
    "attestaties/informatieplicht/uitgesteld": "informatieplicht_uitgesteld",
    "attestaties/toestemming": "toestemming",
    "attestaties/toestemming/gegevenOp": "toestemming_gegeven_op",
    "attestaties/toestemming/bewijsReferentie": "toestemming_bewijs_referentie",
    "aanduidingen": "terms",
    "datumEinde": "datum_einde",
    "keuzes": "choices",
    "contact": "contact",
    "regiehandeling": "regiehandeling",
    "herzienOp": "herzien_op",
}
"""The pointer under a body -> the dictionary's name."""
PARAMETERS = {
    "signaal_id": "signaalId",
    "match_id": "matchId",
    "na": "na",
    "maximum": "maximum",
    "organisatie": "organisatie",
    "stand": "If-Match",
}
"""The dictionary's name -> the parameter of the path, the query or the head."""


@dataclass(frozen=True, slots=True)
class Part:
    """One property: its type in JSON, and for an object what is in it; for an array `items`, at most `most`."""

    type: str
    slot: str = ""
    parts: Mapping[str, "Part"] = field(default_factory=dict)
    items: "Part | None" = None
    most: int = 0


def document() -> dict[str, Any]:
    """The contract as published."""
    text = files("gateway.schemas").joinpath(f"{CONTRACT}.openapi.json").read_text(encoding="utf-8")
    contract: dict[str, Any] = json.loads(text)
    return contract


def bodies(contract: Mapping[str, Any]) -> dict[str, Part]:
    """The shape of each request's body."""
    return {kind: _part({"$ref": f"#/components/schemas/{name}"}, "", contract) for kind, name in BODIES.items()}


def places(part: Part, at: str = "") -> dict[str, str]:
    """Where each field of a body stands."""
    found = {part.slot: at} if part.slot else {}
    for name, inner in part.parts.items():
        found |= places(inner, f"{at}/{name}")
    return found


def _part(schema: Mapping[str, Any], path: str, contract: Mapping[str, Any]) -> Part:
    if reference := schema.get("$ref"):
        schema = contract["components"]["schemas"][reference.rpartition("/")[2]]
    parts = {
        name: _part(inner, f"{path}/{name}" if path else name, contract)
        for name, inner in schema.get("properties", {}).items()
    }
    items = _part(schema["items"], "", contract) if "items" in schema else None
    return Part(schema["type"], FIELDS.get(path, ""), parts, items, schema.get("maxItems", 0))
