"""The addresses, codes and numbers that messages in FHIR have in these tests.

Written without a line of the adapter: each is said here once more.
"""

import re

BASE = "https://verwijsindex.example/fhir"
HL7 = "http://hl7.org/fhir/StructureDefinition"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
JSON = "application/fhir+json"
EVENTS = {
    "signaalAfgeven": ("signaal-aanmaken", "active"),
    "signaalBeeindigen": ("signaal-beeindigen", "inactive"),
    "signaalIntrekken": ("signaal-intrekken", "entered-in-error"),
    "betekenisAanvullen": ("betekenis-aanvullen", "active"),
    "signaalWijzigen": ("signaal-wijzigen", "active"),
    "signaalVerlengen": ("signaal-verlengen", "active"),
    "signaalOverdragen": ("signaal-overdragen", "active"),
}
TASKS = {"matchTerugkoppelen": "match-terugkoppelen", "regieVastleggen": "regie-vastleggen"}
WITH_PEOPLE = ("signaalAfgeven", "signaalWijzigen", "signaalOverdragen")
SEXES = {"M": "male", "V": "female", "O": "unknown"}
REGISTERS = {
    "SKJ": f"{BASE}/NamingSystem/skj",
    "BIG": "http://fhir.nl/fhir/NamingSystem/big",
    "UZI": "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers",
    "AGB": "http://fhir.nl/fhir/NamingSystem/agb-z",
}
EXTENSIONS = {
    "revisie": ("revisie", "valuePositiveInt"),
    "verwijderdatum": ("verwijderdatum", "valueDate"),
    "redelijk_vermoeden": ("redelijk-vermoeden", "valueBoolean"),
    "informatieplicht": ("informatieplicht", ""),
    "toestemming": ("toestemming", ""),
    "coordinator": ("coordinator", "valueReference"),
}
PARTS = {
    "informatieplicht_wie": ("informatieplicht", "wie", "valueCode"),
    "informatieplicht_datum": ("informatieplicht", "datum", "valueDate"),
    "informatieplicht_uitgesteld": ("informatieplicht", "uitgesteld", "valueBoolean"),
    "toestemming_gegeven_op": ("toestemming", "gegeven-op", "valueDate"),
    "toestemming_bewijs_referentie": ("toestemming", "bewijs", "valueString"),
}
PATIENT = ("bsn", "onderwijsnummer", "familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht",
           "postcode", "huisnummer", "gemeente_code")  # fmt: skip
MELDER = ("professional_id", "melder_naam", "melder_functie", "melder_telefoon", "melder_email")
COORDINATOR = ("coordinator_naam", "coordinator_telefoon", "coordinator_email")
REGIE = f"{BASE}/StructureDefinition/vi-regiehandeling"
IDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(8)]
CODE = re.compile(r"\S+(\s\S+)*")
