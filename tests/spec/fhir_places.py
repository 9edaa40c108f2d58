"""Where in a message Bundle everything stands that is said, or would have stood."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.spec.fhir_names import BASE, CODE, EXTENSIONS, PARTS, PATIENT, REGIE, TASKS, WITH_PEOPLE
from tests.spec.fhir_resources import coordinator, patient, role, said_extensions

if TYPE_CHECKING:
    from tests.spec.formats import Message


def places(message: "Message") -> dict[str, str]:
    """Where everything that is said stands."""
    said, found = message.fields, {}
    entry = {number: f"Bundle.entry[{place}].resource" for place, number in enumerate(_entries(message))}
    here = entry[1]
    found["organisatie"] = "Bundle.entry[0].resource.sender.identifier.value"
    if message.operation in TASKS:
        first = int("regiehandeling" in said)
        return found | {
            "regiehandeling": f"{here}.extension[0].extension[0].value",
            "herzien_op": f"{here}.extension[0].extension[{first}].value",
            "match_id": f"{here}.identifier[0].value",
            "contact": f"{here}.businessStatus.coding[0].code",
            "stand": f"{here}.meta.versionId",
        }
    own = "bron_systeem" in said or "bron_signaal_id" in said
    found |= {"bron_systeem": f"{here}.identifier[0].system", "bron_signaal_id": f"{here}.identifier[0].value"}
    found |= {"signaal_id": f"{here}.identifier[{int(own)}].value", "soort": f"{here}.code.coding[0].code"}
    found |= {"datum_tijd_melding": f"{here}.period.start", "datum_einde": f"{here}.period.end"}
    for number, name in enumerate(said_extensions(said)):
        at = f"{here}.extension[{number}]"
        found[name] = f"{at}.value" if EXTENSIONS[name][1] else at
        inside = [field for field, (group, _, _) in PARTS.items() if group == name and field in said]
        found |= {field: f"{at}.extension[{place}].value" for place, field in enumerate(inside)}
    for number in range(1, len(message.words) + len(message.choices) + 1):
        at = f"{here}.category[{number - 1}]"
        word = (message.words or message.choices)[number - 1][1]
        code = CODE.fullmatch(word) is not None
        told = f"{at}.coding[0].code" if code else f"{at}.text"
        for kind in ("word", "choice"):
            found |= {f"{kind}[{number}].axis": f"{at}.extension[0].value", f"{kind}[{number}].word": told}
        found |= {
            f"word[{number}].list": f"{at}.coding[0].system",
            f"choice[{number}].concept": f"{at}.coding[{int(code)}].code",
        }
    if 2 in entry:
        found |= _patient_places(said, entry[2])
    if 3 in entry:
        found |= _role_places(message, entry[3])
    if 4 in entry:
        found |= _person_places(said, "coordinator", entry[4])
    return {name: at for name, at in found.items() if _there(name, said)}


def _there(name: str, said: Mapping[str, str]) -> bool:
    groups = ("jeugdige", "melder", "informatieplicht", "toestemming")
    return name in said or name in groups or "[" in name


def _entries(message: "Message") -> list[int]:
    there = {2: patient(message), 3: role(message), 4: coordinator(message)}
    return [0, 1, *(number for number, resource in there.items() if resource and message.operation in WITH_PEOPLE)]


def _patient_places(said: Mapping[str, str], here: str) -> dict[str, str]:
    return {
        "jeugdige": here,
        "bsn": f"{here}.identifier[0].value",
        "onderwijsnummer": f"{here}.identifier[{int('bsn' in said)}].value",
        "familienaam": f"{here}.name[0].family",
        "voorvoegsel": f"{here}.name[0].family.extension[0].value",
        "voornamen": f"{here}.name[0].given[0]",
        "geboortedatum": f"{here}.birthDate",
        "geslacht": f"{here}.gender",
        "postcode": f"{here}.address[0].postalCode",
        "huisnummer": f"{here}.address[0].line[0].extension[0].value",
        "gemeente_code": f"{here}.address[0].extension[0].value",
    }


def _role_places(message: "Message", here: str) -> dict[str, str]:
    own = int("professional_id" in message.fields)
    held = {1: f"{here}.practitioner.identifier"}
    for number in range(2, len(message.registrations) + 1):
        held[number] = f"{here}.identifier[{own + number - 2}]"
    return {
        **_person_places(message.fields, "melder", here),
        "melder": here,
        "professional_id": f"{here}.identifier[0].value",
        "melder_functie": f"{here}.code[0].text",
        **{f"registration[{number}].list": f"{at}.system" for number, at in held.items()},
        **{f"registration[{number}].number": f"{at}.value" for number, at in held.items()},
    }


def _person_places(said: Mapping[str, str], who: str, here: str) -> dict[str, str]:
    return {
        f"{who}_naam": f"{here}.practitioner.display",
        f"{who}_telefoon": f"{here}.telecom[0].value",
        f"{who}_email": f"{here}.telecom[{int(f'{who}_telefoon' in said)}].value",
    }


def unsaid(message: "Message", name: str) -> str:
    """Where what is missing would have stood."""
    entry = {number: f"Bundle.entry[{place}].resource" for place, number in enumerate(_entries(message))}
    here = entry[1]
    if name in PATIENT:
        return f"{entry.get(2, here)}.{name}"
    own = any(field in message.fields for field in ("bron_systeem", "bron_signaal_id"))
    identifier = f"{here}.identifier[0]" if own else f"{here}.identifier"
    part = PARTS.get(name)
    if part and part[0] in said_extensions(message.fields):
        at = f"{here}.extension[{said_extensions(message.fields).index(part[0])}]"
        return f"{at}.extension('{part[1]}').value"
    role_at = entry.get(3, f"{here}.author.resolve()")
    return {
        "jeugdige": f"{here}.subject",
        "melder": f"{here}.author",
        "soort": f"{here}.code.coding.code",
        "bron_systeem": f"{identifier}.system",
        "bron_signaal_id": f"{identifier}.value",
        "datum_tijd_melding": f"{here}.period.start",
        "datum_einde": f"{here}.period.end",
        "verwijderdatum": f"{here}.extension('{BASE}/StructureDefinition/vi-verwijderdatum').value",
        "choices": f"{here}.category",
        "match_id": f"{here}.identifier.value",
        "contact": f"{here}.businessStatus.coding.code",
        "stand": f"{here}.meta.versionId",
        "regiehandeling": f"{here}.extension('{REGIE}').extension('handeling').value",
        "professional_id": f"{role_at}.identifier.value",
        "melder_naam": f"{role_at}.practitioner.display",
        "coordinator_naam": f"{entry.get(4, here)}.practitioner.display",
        "redelijk_vermoeden": f"{here}.extension('{BASE}/StructureDefinition/vi-redelijk-vermoeden').value",
        "informatieplicht": f"{here}.extension('{BASE}/StructureDefinition/vi-informatieplicht')",
        "toestemming": f"{here}.extension('{BASE}/StructureDefinition/vi-toestemming')",
    }[name]
